import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkCmdlet } from '../../../shared/cmdlets/index.ts';
import type { WorldSources } from '../../../shared/domain/world/load.ts';

const shippedWorlds = join(import.meta.dirname, '../../../scenarios/worlds');

/** Reads the shipped worlds, and further files from memory. */
export function worldSources(files: Readonly<Record<string, string>> = {}, cache?: WorldSources['cache']): WorldSources {
  return {
    readText(path) {
      if (Object.hasOwn(files, path)) return files[path];
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    shipped: (name) => join(shippedWorlds, `${name}.yaml`),
    relative: (path, from) => join(dirname(from), path),
    loadCmdletCheck: () => Promise.resolve(checkCmdlet),
    ...(cache === undefined ? {} : { cache }),
  };
}
