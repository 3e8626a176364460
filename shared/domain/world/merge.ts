import { isLocatedList, isLocatedMap, type Located, type LocatedEntry } from './yaml-tree.ts';

/**
 * Lays a world file over the one it extends. Maps merge key by key and null takes a key away; lists of addressed
 * objects merge by `mail`, applications by `name`; `cmdlets` and `faults` come after those of the extended world; any other value, and the clock, replaces.
 */
export function mergeTrees(base: Located, over: Located, key = ''): Located {
  // A clock is one thing: frozen laid over offset would be both.
  if (key === 'clock') return over;
  if (isLocatedMap(base.value) && isLocatedMap(over.value)) return { place: over.place, value: mergeMaps(base.value, over.value) };
  if (isLocatedList(base.value) && isLocatedList(over.value)) {
    if (key === 'cmdlets' || key === 'faults') return { place: over.place, value: [...base.value, ...over.value] };
    const identity = key === 'applications' ? 'name' : 'mail';
    if ([...base.value, ...over.value].every((member) => identityOf(member, identity) !== undefined)) {
      return { place: over.place, value: mergeMembers(base.value, over.value, identity) };
    }
  }
  return over;
}

type Entries = ReadonlyMap<string, LocatedEntry>;

function mergeMaps(base: Entries, over: Entries): Entries {
  const merged = new Map(base);
  for (const [key, entry] of over) {
    const below = base.get(key);
    if (entry.node.value === null) merged.delete(key);
    else merged.set(key, below === undefined ? entry : { keyPlace: entry.keyPlace, node: mergeTrees(below.node, entry.node, key) });
  }
  return merged;
}

function mergeMembers(base: readonly Located[], over: readonly Located[], identity: string): readonly Located[] {
  const merged = new Map(base.map((member) => [identityOf(member, identity), member]));
  for (const member of over) {
    const below = merged.get(identityOf(member, identity));
    merged.set(identityOf(member, identity), below === undefined ? member : mergeTrees(below, member));
  }
  return [...merged.values()];
}

function identityOf(member: Located, key: string): string | undefined {
  const identity = isLocatedMap(member.value) ? member.value.get(key)?.node.value : undefined;
  return typeof identity === 'string' ? identity.toLowerCase() : undefined;
}
