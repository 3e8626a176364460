import { createHash } from 'node:crypto';
import type { World } from '../../domain/world/world.ts';
import type { Instant } from '../../kernel/clock.ts';

/** Raised when the same world is to be seeded with other content. */
const contentVersion = 3;

/**
 * The name of what a world is seeded with: 32 hexadecimal digits that differ when anything differs that the content is
 * made from. How the world's clock runs, its skews and its faults are not in the store and leave the name as it is.
 */
export function baselineKey(world: World, anchor: Instant, version: string): string {
  const { name, seed, organizations } = world;
  const parts = { contentVersion, version, anchor, name, seed, organizations };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
