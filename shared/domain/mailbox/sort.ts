import type { PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { foldKey } from '../../store/fold.ts';
import { compareScalars } from './restriction.ts';
import { nextTurn, pacer } from './turns.ts';

export interface SortKey {
  readonly property: PropertyKey;
  readonly direction: 'ascending' | 'descending';
}

/** What an item or folder is sorted by. */
export interface SortValues {
  readonly counter: number;
  readonly values: readonly (string | number | undefined)[];
}

/** The values of an object for some sort keys. */
export function sortValues(sort: readonly SortKey[], counter: number, read: (key: PropertyKey) => PropertyValue | undefined): SortValues {
  return { counter, values: sort.map((key) => sortValue(read(key.property))) };
}

/** Missing values come first when ascending; what is equal in all keys goes by counter, in the direction of the last. */
export function compareSorted(sort: readonly SortKey[]): (left: SortValues, right: SortValues) => number {
  const signs = sort.map((key) => (key.direction === 'ascending' ? 1 : -1));
  return (left, right) => {
    for (const [index, sign] of signs.entries()) {
      const one = left.values[index];
      const other = right.values[index];
      if (one === other) continue;
      if (one === undefined || other === undefined) return one === undefined ? -sign : sign;
      const difference = compareScalars(one, other);
      if (difference !== 0) return difference * sign;
    }
    return (left.counter - right.counter) * (signs.at(-1) ?? 1);
  };
}

/** Elements that are sorted at a time: less than a millisecond or two. */
const sortedAtOnce = 500;
/** The clock is looked at once for so many elements. */
const mergedAtOnce = 64;

/** Sorts as `Array.sort` does and lets others run in between. */
export async function sortInTurns<T>(values: readonly T[], compare: (left: T, right: T) => number): Promise<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let start = 0; start < values.length; start += sortedAtOnce) {
    if (start > 0) await nextTurn();
    runs.push(values.slice(start, start + sortedAtOnce).sort(compare));
  }
  // One pace for all merges: many small ones take as long as a large one.
  const pace = pacer();
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let index = 0; index < runs.length; index += 2) merged.push(await merge(runs[index] ?? [], runs[index + 1] ?? [], compare, pace));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (left: T, right: T) => number,
  pace: ReturnType<typeof pacer>,
): Promise<readonly T[]> {
  const merged: T[] = [];
  for (let one = 0, other = 0; one < left.length || other < right.length; ) {
    const isOther = one >= left.length || (other < right.length && compare(right[other] as T, left[one] as T) < 0);
    merged.push((isOther ? right[other] : left[one]) as T);
    if (isOther) other += 1;
    else one += 1;
    if (merged.length % mergedAtOnce === 0) await pace();
  }
  return merged;
}

/** The folded text as the databases keep it, the number, or the first of several values. */
function sortValue(value: PropertyValue | undefined): string | number | undefined {
  const one = Array.isArray(value) ? (value as readonly (string | number | boolean)[])[0] : value;
  return typeof one === 'string' ? foldKey(one) : typeof one === 'boolean' ? Number(one) : (one as number | undefined);
}
