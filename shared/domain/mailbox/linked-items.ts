import type { PropertyKey } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { fold } from '../../store/fold.ts';
import { type Scan, scanFolders } from './scan-items.ts';
import { compareSorted, type SortValues, sortInTurns, sortValues } from './sort.ts';
import { nextTurn } from './turns.ts';

/** Items that belong together, by their counters, oldest first. */
export type LinkedItems = readonly [number, ...number[]];

/** Items whose links are looked at before others run. */
const itemsATime = 5_000;

/**
 * The items that fit, with those together that have a text of some properties in common (without case), also
 * by way of a third. Sorted as the oldest of each. Refuses with `query-too-large`.
 */
export async function linkedItems(
  executor: Executor,
  { sort, ...scan }: Scan,
  keys: readonly PropertyKey[],
): Promise<readonly LinkedItems[]> {
  const items: SortValues[] = [];
  const parents: number[] = [];
  const byText = new Map<string, number>();
  await scanFolders(executor, scan, [...keys, ...sort.map(({ property }) => property)], (counter, read) => {
    const index = items.length;
    items.push(sortValues(sort, counter, read));
    parents.push(index);
    for (const key of keys) {
      const text = read(key);
      if (typeof text !== 'string' || text === '') continue;
      const other = byText.get(fold(text));
      if (other === undefined) byText.set(fold(text), index);
      else join(parents, other, index);
    }
  });
  const groups = new Map<number, [number, ...number[]]>();
  for (const [index, { counter }] of items.entries()) {
    const root = rootOf(parents, index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [counter]);
    else group.push(counter);
    if (index % itemsATime === itemsATime - 1) await nextTurn();
  }
  const order = compareSorted(sort);
  const firsts = await sortInTurns(
    [...groups.keys()].flatMap((root) => items[root] ?? []),
    order,
  );
  const byFirst = new Map([...groups.values()].map((group) => [group[0], group] as const));
  return firsts.flatMap(({ counter }) => {
    const group = byFirst.get(counter);
    return group === undefined ? [] : [group];
  });
}

/** The root of a group is its first member. */
function join(parents: number[], left: number, right: number): void {
  const [one, other] = [rootOf(parents, left), rootOf(parents, right)];
  parents[Math.max(one, other)] = Math.min(one, other);
}

function rootOf(parents: number[], index: number): number {
  let root = index;
  for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) {
    // Halves the way for those who come after.
    parents[root] = parents[parent] ?? parent;
    root = parent;
  }
  return root;
}
