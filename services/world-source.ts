import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadWorld, placesIn, type WorldReference, type WorldSources } from '../shared/domain/world/load.ts';
import type { Place } from '../shared/domain/world/problems.ts';
import type { World } from '../shared/domain/world/world.ts';

const worldsDir = join(import.meta.dirname, '../scenarios/worlds');

/** The worlds that ship with the product, and what each is. */
export const shippedWorlds = {
  'contoso-hybrid': 'Contoso in the middle of its way to the cloud, after the Hybrid Configuration wizard, and a partner',
  'contoso-before-hybrid': 'the same before the wizard: nobody trusts anybody yet',
  'hybrid-2010': 'Contoso on Exchange Server 2010 SP2 in the era 2016, before its wizard has run',
} as const;

/** The JSON Schema of world files. */
export const worldSchemaFile = join(import.meta.dirname, '../scenarios/schema/world-v1.json');

/** Loads the world that the configuration names; what was resolved once is kept in the cache folder. */
export function openWorld(reference: WorldReference, cacheDir: string): Promise<World> {
  const name = createHash('sha256').update(JSON.stringify(reference)).digest('hex').slice(0, 16);
  const cacheFile = join(cacheDir, `world-${name}.json`);
  return loadWorld(reference, {
    ...sources,
    cache: {
      read: () => (existsSync(cacheFile) ? readFileSync(cacheFile, 'utf8') : undefined),
      write(text) {
        mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
        const partial = `${cacheFile}.${process.pid}.partial`;
        writeFileSync(partial, text, { mode: 0o600 });
        renameSync(partial, cacheFile);
      },
    },
  });
}

/** Reads a world without leaving anything behind, and where it says what is at `paths`; undefined where it does not. */
export async function inspectWorld(
  reference: WorldReference,
  pathsIn: (world: World) => readonly (readonly string[])[],
): Promise<{ readonly world: World; readonly places: readonly (Place | undefined)[] }> {
  const world = await loadWorld(reference, sources);
  return { world, places: await placesIn(reference, sources, pathsIn(world)) };
}

const sources: WorldSources = {
  readText: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  shipped: (world) => join(worldsDir, `${world}.yaml`),
  relative: (path, from) => resolve(dirname(from), path),
  loadCmdletCheck: async () => (await import('../shared/cmdlets/index.ts')).checkCmdlet,
};
