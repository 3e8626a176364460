import { seedWorld } from '../../../shared/bridges/seed/seed-world.ts';
import { runWorldCmdlets } from '../../../shared/cmdlets/world-cmdlets.ts';
import { loadWorld } from '../../../shared/domain/world/load.ts';
import type { World } from '../../../shared/domain/world/world.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { testKeys } from '../../support/test-keys.ts';
import { worldSources } from '../world/sources.ts';

/** A Monday. */
export const anchor = Date.UTC(2026, 10, 16);

export const contosoHybrid: World = await loadWorld({ kind: 'named', name: 'contoso-hybrid' }, worldSources());

/** A world from the text of its file. */
export function worldOf(text: string): Promise<World> {
  return loadWorld({ kind: 'text', name: 'test', text }, worldSources());
}

/** A new store in memory with a world in it. */
export async function seeded(world: World, at = anchor): Promise<Store> {
  const store = await openStore({ location: ':memory:' });
  await seedInto(store, world, at);
  return store;
}

/** Puts a world into an empty store as a start does. */
export async function seedInto(store: Store, world: World, at = anchor): Promise<void> {
  const keys = testKeys();
  await seedWorld(store, world, at, keys);
  await runWorldCmdlets(store, world, at, keys);
}

const tables = [
  'config_object',
  'recipient',
  'proxy_address',
  'mailbox',
  'folder',
  'item',
  'recipient_row',
  'attachment',
  'blob',
  'change',
  'change_counter',
] as const;

/** Every row of every table that a seed writes, as text. */
export async function contentOf(store: Store): Promise<Readonly<Record<string, readonly string[]>>> {
  const content: Record<string, readonly string[]> = {};
  for (const table of tables) {
    const rows = await store.read.selectFrom(table).selectAll().execute();
    content[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return content;
}
