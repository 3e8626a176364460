import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectStories } from '../../services/runner/collect.ts';
import { play } from '../../services/runner/play.ts';
import { worldOf } from '../../services/runner/tellings.ts';
import { canBeTold } from './story-needs.ts';
import { openTestLab, type TestLab } from './test-lab.ts';

/** The stories of some suites that ship, each in all its eras, in one lab for each world that they are told in. */
export function tellStories(...suites: readonly string[]): void {
  const worlds = Map.groupBy(collectStories(suites, import.meta.dirname), worldOf);
  describe.each([...worlds].map(([world, stories], index) => ({ world, stories, index })))('world $index', ({ world, stories }) => {
    let lab: TestLab;
    beforeAll(async () => {
      const [first] = stories;
      const own = first !== undefined && 'text' in first.world;
      lab = await openTestLab({ world: own ? (JSON.parse(world) as object) : world, clock: 'frozen@2026-11-02T08:00:00Z' });
    });
    afterAll(() => lab.close());

    for (const story of stories) {
      const isPossible = canBeTold(story.tags);
      for (const era of story.eras.length === 0 ? [null] : story.eras)
        test.skipIf(!isPossible)(
          `${story.id}${era === null ? '' : ` ${era}`}`,
          async () => {
            const { mismatches, explanations } = await play(story, lab.endpoints, { era, seed: 'test', environment: process.env });
            // The file and the line first, then why.
            const told = mismatches.map(({ line, what, expected, actual }) => ({ at: `${story.file}:${line}`, what, expected, actual }));
            expect(told.length === 0 ? [] : [...told, ...explanations]).toEqual([]);
          },
          story.timeoutMs + 10_000,
        );
    }
  });
}
