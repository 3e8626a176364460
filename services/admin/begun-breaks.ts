import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import {
  type ConfigurationChange,
  type ConfigurationImage,
  changesBetween,
  partsOf,
  readConfiguration,
} from '../../shared/domain/directory/configuration-image.ts';
import { type BegunBreak, begunBreaks, type RememberedBreak, rememberedBreaks } from '../../shared/faults/remembered-breaks.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Store } from '../../shared/store/database.ts';

/** What is remembered of breaks that have begun. */
export interface BreakGround {
  readonly store: Store;
  readonly clock: Clock;
  skewMs(): Readonly<Record<string, number>>;
}

/** What steps have changed. */
export type Changed = Pick<RememberedBreak, 'changes' | 'skews'> & { readonly isAny: boolean };

/** A break under way. */
export interface OpenBreak {
  /** A line is about to be taken that `line` takes back. */
  undoes(step: RememberedBreak['undo'][number]): Promise<void>;
  /** What has changed since it began. */
  changed(): Promise<Changed>;
  /** It is over: this is remembered of it, or nothing. */
  end(value: RememberedBreak | undefined): Promise<void>;
}

/** Puts down that a break begins, before anything is changed. */
export async function openBreak(
  ground: BreakGround,
  about: Omit<RememberedBreak, 'changes' | 'skews' | 'faults' | 'undo'>,
): Promise<OpenBreak> {
  const { store, clock } = ground;
  const before = await readConfiguration(store.read);
  const skewsBefore = ground.skewMs();
  let begun: BegunBreak = { ...about, undo: [], skewsBefore, before: await packed(before) };
  await store.transaction((tx) => begunBreaks.create(tx, '', about.id, begun, clock.now()));
  const stored = async (): Promise<NonNullable<Awaited<ReturnType<typeof begunBreaks.find>>> | undefined> =>
    begunBreaks.find(store.read, '', about.id);
  return {
    async undoes(step) {
      begun = { ...begun, undo: [...begun.undo, step] };
      const row = await stored();
      if (row !== undefined) await store.transaction((tx) => begunBreaks.replace(tx, row, begun, clock.now()));
    },
    changed: () => changedSince(ground, before, begun),
    async end(value) {
      const row = await stored();
      await store.transaction(async (tx) => {
        if (row !== undefined) await begunBreaks.remove(tx, row, clock.now());
        if (value !== undefined) await rememberedBreaks.create(tx, '', about.id, value, clock.now());
      });
    },
  };
}

/** Remembers what has become of breaks in whose midst the lab ended. */
export async function settleBegun(ground: BreakGround): Promise<void> {
  const { store, clock } = ground;
  for (const row of await begunBreaks.list(store.read, '')) {
    const { skewsBefore: _, before, ...about } = row.value;
    const { isAny, ...changed } = await changedSince(ground, await unpacked(before), row.value);
    await store.transaction(async (tx) => {
      await begunBreaks.remove(tx, row, clock.now());
      if (isAny || about.undo.length > 0)
        await rememberedBreaks.create(tx, '', about.id, { ...about, ...changed, faults: [] }, clock.now());
    });
  }
}

async function changedSince(
  ground: BreakGround,
  before: ConfigurationImage,
  { watched, skewsBefore }: Pick<BegunBreak, 'watched' | 'skewsBefore'>,
): Promise<Changed> {
  const after = await readConfiguration(ground.store.read);
  const skews = skewsBetween(skewsBefore, ground.skewMs());
  return {
    changes: changesWatching(before, after, watched),
    skews,
    isAny: skews.length + changesBetween(before, after).length > 0,
  };
}

/** What has changed, and whole what is watched besides. */
function changesWatching(before: ConfigurationImage, after: ConfigurationImage, kinds: readonly string[]): readonly ConfigurationChange[] {
  const watched = [...before].filter(([key]) => kinds.includes(partsOf(key)[2] ?? ''));
  const changes = changesBetween(before, after).filter(({ key }) => !watched.some(([other]) => other === key));
  return [...changes, ...watched.map(([key, value]): ConfigurationChange => ({ key, before: value, after: after.get(key), whole: true }))];
}

function skewsBetween(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): RememberedBreak['skews'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.map((of) => ({ of, before: before[of] ?? 0, after: after[of] ?? 0 })).filter((skew) => skew.before !== skew.after);
}

async function packed(image: ConfigurationImage): Promise<string> {
  return (await promisify(deflate)(JSON.stringify([...image]))).toString('base64');
}

async function unpacked(text: string): Promise<ConfigurationImage> {
  const octets = await promisify(inflate)(Buffer.from(text, 'base64'));
  return new Map(JSON.parse(octets.toString()) as Iterable<Parameters<Map<string, never>['set']>>);
}
