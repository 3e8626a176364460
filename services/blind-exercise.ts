import { misconfigurations } from '../shared/faults/misconfigurations/index.ts';
import type { Step, Story } from '../shared/scenario/story.ts';

/** A story of which only the complaint is told. */
export interface BlindStory {
  readonly story: Story;
  /** The id of what is broken. */
  readonly cause: string;
  readonly complaint: string;
  readonly hints: readonly string[];
}

/** The exercise in which something is broken at random. */
export const blindLab = {
  id: 'blind',
  about: {
    title: 'Something is broken, and nobody says what',
    story: 'When it starts, somebody calls the help desk. That is all you get.',
    task: [
      'Find out what is wrong, from cmdlets, logs and traces; topology and lint do not tell. Name it by its id (the catalogue of breaks has',
      'all of them), mend it, and check. The cause counts 50 points, 10 less for each wrong one; that it works again 30; time 20, one less',
      'for every two minutes; a hint costs 5.',
    ].join(' '),
    hints: [],
    questions: [],
    notes: 'The seed decides what is broken: with the same seed everybody in the room has the same.',
  } satisfies NonNullable<Story['lab']>,
} as const;

/** Stories in which one thing is broken, somebody is the worse for it, and it is mended at the end. */
export function blindStories(stories: readonly Story[]): readonly BlindStory[] {
  return stories.flatMap((story) => {
    const [first, last] = [story.acts[0], story.acts.at(-1)];
    if (first === undefined || last === undefined || first === last || story.eras.length > 0) return [];
    const broken = first.given.flatMap((step) => (step.word === 'break' ? [step.of] : []));
    const asked = first.when.map(complaintOf).find((text) => text !== undefined);
    const [of] = broken;
    if (broken.length !== 1 || of === undefined || asked === undefined || !last.given.some(({ word }) => word === 'fix')) return [];
    const cause = typeof of === 'string' ? of : of.id;
    const about = misconfigurations.find(({ id }) => id === cause);
    return about === undefined ? [] : [{ story, cause, complaint: asked, hints: [about.notice, about.symptom] }];
  });
}

/** What somebody tells the help desk. */
function complaintOf(step: Step): string | undefined {
  switch (step.word) {
    case 'freeBusy':
      return `"I plan a meeting, and see no times of ${step.of.of}", says ${step.of.as ?? 'somebody'}.`;
    case 'mailTips':
      return `"There are no MailTips for ${step.of.of}", says ${step.of.as ?? 'somebody'}.`;
    case 'send':
      return `"I wrote to ${step.of.to}, and it does not get there", says ${step.of.as ?? 'somebody'}.`;
    case 'move':
      return `The mailbox of ${step.of.who} was to move (to: ${step.of.to}), and does not.`;
    default:
      return undefined;
  }
}
