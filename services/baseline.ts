import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baselineKey } from '../shared/bridges/seed/baseline-key.ts';
import type { World } from '../shared/domain/world/world.ts';
import type { Instant } from '../shared/kernel/clock.ts';
import { openStore, type Store } from '../shared/store/database.ts';
import { loadSnapshot, writeSnapshot } from '../shared/store/snapshot.ts';

/** How a store came to its content at start. */
export type BaselineOrigin = 'kept' | 'cache' | 'seed';

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
 *
 * @param version of the product, part of the snapshot's key
 */
export async function applyBaseline(
  store: Store,
  world: World,
  at: Instant,
  options: { cacheDir: string; version: string },
): Promise<BaselineOrigin> {
  const kept = await store.read
    .selectFrom('config_object')
    .select('identity')
    .where('organization', '=', '')
    .where('kind', '=', 'Organization')
    .limit(1)
    .execute();
  return kept.length > 0 ? 'kept' : resetToBaseline(store, world, at, options);
}

/** Replaces whatever the store holds by the seeded world. */
export async function resetToBaseline(
  store: Store,
  world: World,
  at: Instant,
  { cacheDir, version }: { cacheDir: string; version: string },
): Promise<'cache' | 'seed'> {
  const anchor = weekOf(at);
  const key = baselineKey(world, anchor, version);
  const file = join(cacheDir, `baseline-${key}.sqlite`);
  if ((await loadSnapshot(store, file, key)) === 'loaded') return 'cache';
  // Seeding wants an empty store, and this one may be in use: the snapshot is made aside.
  const aside = await openStore({ location: ':memory:' });
  try {
    const [{ seedWorld }, { runCmdlet }] = await Promise.all([
      import('../shared/bridges/seed/seed-world.ts'),
      import('../shared/cmdlets/index.ts'),
    ]);
    await seedWorld(aside, world, anchor, runCmdlet);
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    await writeSnapshot(aside, file, key);
  } finally {
    await aside.close();
  }
  const outcome = await loadSnapshot(store, file, key);
  if (outcome !== 'loaded') throw new Error(`defect: the snapshot that was just written is ${outcome}`);
  return 'seed';
}
