import { isLocatedList, isLocatedMap, type Located, type LocatedEntry } from './yaml-tree.ts';

/**
 * Lays a world file over the one it extends. Maps merge key by key and null takes a key away; lists of addressed
 * objects merge by `mail`; `cmdlets` and `faults` come after those of the extended world; any other value, and the clock, replaces.
 */
export function mergeTrees(base: Located, over: Located, key = ''): Located {
  // A clock is one thing: frozen laid over offset would be both.
  if (key === 'clock') return over;
  if (isLocatedMap(base.value) && isLocatedMap(over.value)) return { place: over.place, value: mergeMaps(base.value, over.value) };
  if (isLocatedList(base.value) && isLocatedList(over.value)) {
    if (key === 'cmdlets' || key === 'faults') return { place: over.place, value: [...base.value, ...over.value] };
    if ([...base.value, ...over.value].every((member) => addressOf(member) !== undefined)) {
      return { place: over.place, value: mergeAddressed(base.value, over.value) };
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

function mergeAddressed(base: readonly Located[], over: readonly Located[]): readonly Located[] {
  const merged = new Map(base.map((member) => [addressOf(member), member]));
  for (const member of over) {
    const below = merged.get(addressOf(member));
    merged.set(addressOf(member), below === undefined ? member : mergeTrees(below, member));
  }
  return [...merged.values()];
}

function addressOf(member: Located): string | undefined {
  const mail = isLocatedMap(member.value) ? member.value.get('mail')?.node.value : undefined;
  return typeof mail === 'string' ? mail.toLowerCase() : undefined;
}
