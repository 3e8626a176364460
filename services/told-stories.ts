import type { Patience } from '../shared/kernel/patience.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import type { Story } from '../shared/scenario/story.ts';
import type { EndpointsDocument } from '../shared/service/endpoints-document.ts';
import type { StoryControl, StoryView } from './admin/context.ts';
import { collectStories } from './runner/collect.ts';
import { play } from './runner/play.ts';
import { worldOf } from './runner/tellings.ts';

interface ToldParts {
  /** Name of the running world. */
  readonly world: string;
  readonly seed: string;
  endpoints(): EndpointsDocument;
  /** While a hop is held a story has time. */
  readonly patience: Patience;
}

/** The stories that ship and fit the running world, told in it through its own control port, one at a time. */
export function toldStories({ world, seed, endpoints, patience }: ToldParts): StoryControl {
  // Those that run a program need more of this machine than a lab has.
  const stories = collectStories([], import.meta.dirname).filter((story) => worldOf(story) === world && !story.acts.some(runsProgram));
  let isTold: string | undefined;
  return {
    list: () => stories.map(viewOf),
    async play(id, era) {
      const story = stories.find((one) => one.id === id);
      if (story === undefined) throw new Refusal('UnknownScenario', { detail: `no scenario ${id} fits the world ${world}` });
      const chosen = era ?? story.eras[0] ?? null;
      if (chosen !== null && !story.eras.includes(chosen))
        throw new Refusal('EraNotTold', { detail: `${id} is told in ${story.eras.join(', ') || 'no era of its own'}, not in ${chosen}` });
      if (isTold !== undefined) throw new Refusal('StoryUnderWay', { detail: `${isTold} is being told; it has the lab to itself` });
      isTold = id;
      try {
        return { id, name: story.name, era: chosen, ...(await play(story, endpoints(), { era: chosen, seed, inside: patience })) };
      } finally {
        isTold = undefined;
      }
    },
  };
}

function viewOf({ id, name, teaches, source, tags, eras, clock, acts }: Story): StoryView {
  const steps = acts.flatMap(({ given, when }) => [
    ...given.map(({ word, of }) => ({ part: 'given' as const, word, of })),
    ...when.map(({ word, of }) => ({ part: 'when' as const, word, of })),
  ]);
  return { id, area: id.split('/')[0] ?? '', name, teaches, source, tags, eras, clock, steps };
}

function runsProgram({ given, when }: Story['acts'][number]): boolean {
  return [...given, ...when].some(({ word }) => word === 'run');
}
