import { createTokenCache } from '../bridges/hybrid/token-cache.ts';
import { createSeedDialer } from '../bridges/seed/seed-dialer.ts';
import { type Directory, openDirectory } from '../domain/directory/directory.ts';
import { openRegistry } from '../domain/organization/registry.ts';
import type { Store } from '../domain/organization/transaction.ts';
import type { World } from '../domain/world/world.ts';
import type { Instant } from '../kernel/clock.ts';
import { createIdentifiers } from '../kernel/ids.ts';
import { seededRandom } from '../kernel/random.ts';
import type { KeyPool } from '../net/key-pool.ts';
import { runCmdlet } from './index.ts';
import { type CmdletGround, openScope } from './scope.ts';

/**
 * Runs the cmdlets of a world's organisations, in the order of its file, in the store into which the world has just been
 * seeded. Refuses with {@link CmdletRefusalCode}; what was run before stays, so that the store is then of no use.
 */
export async function runWorldCmdlets(store: Store, world: World, at: Instant, keys: Pick<KeyPool, 'take'>): Promise<void> {
  const registry = openRegistry(store);
  const directories = new Map<string, Directory>();
  const directory = (name: string): Directory => {
    const open = directories.get(name) ?? openDirectory(store, name);
    directories.set(name, open);
    return open;
  };
  const identifiers = createIdentifiers(seededRandom(`${world.seed}/cmdlets`));
  const ground: CmdletGround = {
    store,
    registry,
    dialer: createSeedDialer(registry, { store, at, identifiers }),
    keys,
    tokens: createTokenCache(),
    identifiers,
    directory,
  };
  try {
    for (const { name, cmdlets } of world.organizations) {
      const organization = (await registry.current()).byName(name);
      if (organization === undefined) throw new Error(`defect: ${name} was not seeded`);
      const scope = await openScope(ground, organization, at);
      for (const line of cmdlets) await runCmdlet(scope, line);
    }
  } finally {
    registry.close();
    for (const open of directories.values()) open.close();
  }
}
