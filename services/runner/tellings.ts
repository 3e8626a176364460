import { seededRandom } from '../../shared/kernel/random.ts';
import type { Telling } from '../../shared/scenario/report.ts';
import type { Story } from '../../shared/scenario/story.ts';

/** What narrows and multiplies the stories of a run. */
export interface Choice {
  /** In every era that a story names, instead of its first. */
  readonly everyEra: boolean;
  readonly eras: readonly string[];
  readonly repeat: number;
  /** Of what is left, the i-th of n. */
  readonly shard: { readonly index: number; readonly of: number };
  readonly grep: RegExp | null;
  /** Only those, by {@link keyOf}. */
  readonly only: ReadonlySet<string> | null;
  readonly seed: string;
}

/** One telling, by what tells it from others: `area/slug@era`. */
export function keyOf({ id, era }: Pick<Telling, 'id' | 'era'>): string {
  return era === null ? id : `${id}@${era}`;
}

/**
 * What is told, in which order: chance decides, but stories of one world stand together, so that a lab need not be left for
 * another one more often than there are worlds. Shards are cut before that, alike for every seed.
 */
export function tellingsOf(stories: readonly Story[], choice: Choice): readonly Telling[] {
  const { repeat, shard, grep, only, seed } = choice;
  const all = stories
    .toSorted((one, other) => (one.file < other.file ? -1 : 1))
    .flatMap((story) => erasOf(story, choice).map((era) => ({ story, era })))
    .filter(
      ({ story, era }) =>
        (grep === null || grep.test(`${story.id} ${story.name}`)) && (only === null || only.has(keyOf({ id: story.id, era }))),
    )
    .filter((_, index) => index % shard.of === shard.index - 1);
  const random = seededRandom(seed);
  const worlds = shuffled([...new Set(all.map(({ story }) => worldOf(story)))], random.fork('worlds').next);
  const inOrder = worlds.flatMap((world) =>
    shuffled(
      all.filter(({ story }) => worldOf(story) === world),
      random.fork(world).next,
    ),
  );
  return inOrder.flatMap(({ story: { id, file, name, tags }, era }) =>
    Array.from({ length: repeat }, (_, turn) => ({ id, file, name, tags, era, turn: turn + 1 })),
  );
}

/** Stories of one world can be told in one lab. */
export function worldOf({ world }: Pick<Story, 'world'>): string {
  return 'name' in world ? world.name : world.text;
}

function erasOf({ eras }: Story, { everyEra, eras: chosen }: Choice): readonly (string | null)[] {
  if (chosen.length > 0) return eras.filter((era) => chosen.includes(era));
  return everyEra && eras.length > 0 ? eras : [eras[0] ?? null];
}

/** Fisher and Yates. */
function shuffled<T>(members: readonly T[], chance: () => number): readonly T[] {
  const left = [...members];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(chance() * left.length), 1));
  return order;
}
