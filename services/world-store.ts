import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../shared/domain/world/world.ts';
import { openStore, type Store } from '../shared/store/database.ts';
import { type Config, isDatabase } from './config.ts';

/** The store of a lab: in memory, in a folder or on a database server, with the state that is brought along. */
export async function openWorldStore({ persistDir, importDir, origins }: Config, world: World): Promise<Store> {
  if (importDir === null) return openKeptStore(persistDir);
  const { openWithState } = await import('./exported-state.ts');
  return openWithState(() => openKeptStore(persistDir), world, { folder: importDir, origin: origins.import ?? '--import' });
}

async function openKeptStore(persistDir: string | null): Promise<Store> {
  if (persistDir === null) return openStore({ location: ':memory:' });
  if (isDatabase(persistDir)) return openStore({ location: persistDir });
  if (!existsSync(persistDir)) await mkdir(persistDir, { recursive: true, mode: 0o700 });
  return openStore({ location: join(persistDir, 'world.sqlite') });
}

/** Flags overrule what the world file says of clock, seed and the cloud's era. */
export function overruled(world: World, { clock, seed, era }: Config): World {
  return {
    ...world,
    clock: clock ?? world.clock,
    seed: seed ?? world.seed,
    organizations: era === null ? world.organizations : world.organizations.map((one) => (one.kind === 'cloud' ? { ...one, era } : one)),
  };
}
