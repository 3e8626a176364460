import { createHash } from 'node:crypto';
import type { World } from '../../domain/world/world.ts';
import type { Instant } from '../../kernel/clock.ts';

/** Raised when the same world is to be seeded with other content. */
const contentVersion = 5;

/**
 * The name of what a world is seeded with: 32 hexadecimal digits that differ when anything differs that the content is
 * made from. How the world's clock runs, its skews and its faults are not in the store and leave the name as it is.
 */
export function baselineKey(world: World, anchor: Instant, version: string): string {
  const { name, seed, organizations } = world;
  return nameOf({ contentVersion, version, anchor, name, seed, organizations });
}

/**
 * The name of a world itself, whenever and by whichever version it is seeded: a state that one lab has reached fits every
 * lab whose world has the same name.
 */
export function worldKey({ name, seed, organizations }: World): string {
  return nameOf({ name, seed, organizations });
}

function nameOf(parts: object): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
