import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadWorld, type WorldReference } from '../shared/domain/world/load.ts';
import type { World } from '../shared/domain/world/world.ts';

const shippedWorlds = join(import.meta.dirname, '../scenarios/worlds');

/** Loads the world that the configuration names; what was resolved once is kept in the cache folder. */
export function openWorld(reference: WorldReference, cacheDir: string): Promise<World> {
  const name = createHash('sha256').update(JSON.stringify(reference)).digest('hex').slice(0, 16);
  const cacheFile = join(cacheDir, `world-${name}.json`);
  return loadWorld(reference, {
    readText: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    shipped: (world) => join(shippedWorlds, `${world}.yaml`),
    relative: (path, from) => resolve(dirname(from), path),
    loadCmdletCheck: async () => (await import('../shared/cmdlets/index.ts')).checkCmdlet,
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
