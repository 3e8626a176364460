import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baselineKey } from '../shared/bridges/seed/baseline-key.ts';
import type { World } from '../shared/domain/world/world.ts';
import type { Instant } from '../shared/kernel/clock.ts';
import type { KeyPool } from '../shared/net/key-pool.ts';
import { openStore, type Store } from '../shared/store/database.ts';
import { loadSnapshot, writeSnapshot } from '../shared/store/snapshot.ts';

/** How a store came to its content at start. */
export type BaselineOrigin = 'kept' | 'cache' | 'seed';

export interface BaselineOptions {
  /** Where snapshots are kept. */
  readonly cacheDir: string;
  /** Of the product: part of a snapshot's key. */
  readonly version: string;
  /** Used for seeding alone: a snapshot has its keys in it. */
  readonly keys: Pick<KeyPool, 'take'>;
}

/** Whether a snapshot of the world is there; it may still turn out to be of another schema. */
export function hasSnapshot(world: World, at: Instant, options: Omit<BaselineOptions, 'keys'>): boolean {
  return existsSync(snapshotOf(world, at, options).file);
}

/** Where the seeded world lies once it has been made, and under which key. */
export function baselineFile(
  world: World,
  at: Instant,
  options: Omit<BaselineOptions, 'keys'>,
): { readonly file: string; readonly key: string } {
  return snapshotOf(world, at, options);
}

function snapshotOf(world: World, at: Instant, { cacheDir, version }: Omit<BaselineOptions, 'keys'>) {
  const anchor = weekOf(at);
  const key = baselineKey(world, anchor, version);
  return { anchor, key, file: join(cacheDir, `baseline-${key}.sqlite`) };
}

const dayMs = 86_400_000;
/** 1970-01-05 was a Monday. */
const firstMonday = 4 * dayMs;

/** The Monday 00:00 UTC of the week: seeded mail lies before it, seeded calendars from it on. */
function weekOf(now: Instant): Instant {
  return Math.floor((now - firstMonday) / (7 * dayMs)) * 7 * dayMs + firstMonday;
}

/**
 * Puts the seeded world into an empty store: from the cached snapshot of an earlier start of the same world in the same
 * week, else by seeding, which then writes that snapshot. A store that holds a world already is left as it is.
 */
export async function applyBaseline(store: Store, world: World, at: Instant, options: BaselineOptions): Promise<BaselineOrigin> {
  return (await holdsWorld(store)) ? 'kept' : resetToBaseline(store, world, at, options);
}

/** Whether a store holds a world already. */
export async function holdsWorld(store: Store): Promise<boolean> {
  const kept = await store.read
    .selectFrom('config_object')
    .select('identity')
    .where('organization', '=', '')
    .where('kind', '=', 'Organization')
    .limit(1)
    .execute();
  return kept.length > 0;
}

/** Replaces whatever the store holds by the seeded world. */
export async function resetToBaseline(store: Store, world: World, at: Instant, options: BaselineOptions): Promise<'cache' | 'seed'> {
  const { cacheDir, keys } = options;
  const { anchor, key, file } = snapshotOf(world, at, options);
  if ((await loadSnapshot(store, file, key)) === 'loaded') return 'cache';
  // Seeding wants an empty store, and this one may be in use: the snapshot is made aside.
  const aside = await openStore({ location: ':memory:' });
  try {
    const [{ seedWorld }, { runWorldCmdlets }] = await Promise.all([
      import('../shared/bridges/seed/seed-world.ts'),
      import('../shared/cmdlets/world-cmdlets.ts'),
    ]);
    await seedWorld(aside, world, anchor, keys);
    await runWorldCmdlets(aside, world, anchor, keys);
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    await writeSnapshot(aside, file, key);
  } finally {
    await aside.close();
  }
  const outcome = await loadSnapshot(store, file, key);
  if (outcome !== 'loaded') throw new Error(`defect: the snapshot that was just written is ${outcome}`);
  return 'seed';
}
