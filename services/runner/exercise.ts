import { present } from '../../shared/kernel/assert.ts';
import type { Patience } from '../../shared/kernel/patience.ts';
import type { Mismatch } from '../../shared/scenario/outcome.ts';
import type { Act, LabQuestion, Step, Story } from '../../shared/scenario/story.ts';
import type { LabDoor } from './control.ts';
import { equals } from './pattern.ts';
import { type OpenGround, openGround, playAct, type Telling } from './play.ts';

/** Where exercises take place: in the lab's own process. */
export interface ExerciseRoom {
  readonly lab: LabDoor;
  /** While a hop is held an exercise has time, and breakpoints stay where its world is put back. */
  readonly patience: Patience;
}

/**
 * Puts a lab back to its seed and prepares what the first act is given. `hidden`: nobody is told what is broken, and what somebody complains
 * of has happened: the letter that lies in a queue and the move that stands still are what is looked for once it is mended.
 */
export async function beginExercise(story: Story, room: ExerciseRoom, hidden: boolean): Promise<readonly Mismatch[]> {
  const { given, when } = present(story.acts[0], 'the first act of an exercise');
  return within(story, room, 'from the seed', async (ground, telling) => {
    const unmet = await prepare(hidden ? given.map(unnamed) : given, ground, telling);
    // How it ends is what somebody complains of.
    if (hidden && unmet.length === 0) await playAct({ line: 1, given: [], when, expected: [] }, ground, telling, []);
    return unmet;
  });
}

/** Does what the solution says. */
export async function solveExercise(story: Story, room: ExerciseRoom): Promise<readonly Mismatch[]> {
  const { given } = present(story.acts.at(-1), 'the last act of an exercise');
  return within(story, room, 'as it is', (ground, telling) => prepare(given, ground, telling));
}

/** Whether what was wrong is so no more: the last act, without what it is given. */
export async function checkExercise(story: Story, room: ExerciseRoom): Promise<readonly Mismatch[]> {
  const act = present(story.acts.at(-1), 'the last act of an exercise');
  return within(story, room, 'as it is', (ground, telling) => playAct({ ...act, given: [] }, ground, telling, []));
}

/** Whether an answer is one that a question accepts; letter case and the space around it aside. */
export function isAccepted({ accepts }: Pick<LabQuestion, 'accepts'>, answer: string): boolean {
  const said = answer.trim();
  return accepts.some((one) => equals(said, one) || equals(said.toLowerCase(), one.toLowerCase()));
}

async function within(
  story: Story,
  { lab, patience }: ExerciseRoom,
  world: 'from the seed' | 'as it is',
  act: (ground: OpenGround, telling: Telling) => Promise<readonly Mismatch[]>,
): Promise<readonly Mismatch[]> {
  // The lab's own time: certificates and appointments are those of the week in which it began.
  const told = { ...story, clock: null };
  const telling: Telling = { era: world === 'as it is' ? null : (story.eras[0] ?? null), seed: 'exercise', inside: patience };
  const limit = patience.limits(story.timeoutMs);
  try {
    const ground = await openGround(told, lab, telling, limit.signal, world);
    try {
      return await act(ground, telling);
    } finally {
      await ground.close();
    }
  } finally {
    limit.end();
  }
}

function prepare(given: readonly Step[], ground: OpenGround, telling: Telling): Promise<readonly Mismatch[]> {
  const act: Act = { line: given[0]?.line ?? 1, given, when: [], expected: [] };
  return playAct(act, ground, telling, []);
}

function unnamed(step: Step): Step {
  if (step.word !== 'break') return step;
  const of = typeof step.of === 'string' ? { id: step.of } : step.of;
  return { ...step, of: { ...of, hidden: true } };
}
