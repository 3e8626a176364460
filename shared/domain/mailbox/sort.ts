import type { PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { foldKey } from '../../store/fold.ts';
import { compareScalars } from './restriction.ts';

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

/** The folded text as the databases keep it, the number, or the first of several values. */
function sortValue(value: PropertyValue | undefined): string | number | undefined {
  const one = Array.isArray(value) ? (value as readonly (string | number | boolean)[])[0] : value;
  return typeof one === 'string' ? foldKey(one) : typeof one === 'boolean' ? Number(one) : (one as number | undefined);
}
