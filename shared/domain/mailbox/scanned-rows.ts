import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';
import type { PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { type ItemRow, itemColumns } from './item-columns.ts';
import { type ItemColumnName, itemColumnsFor, itemProperty } from './property-reader.ts';

/** An item of a scan: its columns, and single values out of its bag, each as JSON. */
export type ScannedRow = ItemRow & { readonly [Value in `value_${number}`]?: string | null };

/** What a scan reads of each row, and how a property is read from it. */
export interface ScannedRows {
  readonly columns: readonly ItemColumnName[];
  readonly values: readonly AliasedRawBuilder<string | null, `value_${number}`>[];
  read(row: ScannedRow, key: PropertyKey): PropertyValue | undefined;
}

/**
 * How to read some properties of many items: what lies in the bag is taken out by the database, since most of a bag is
 * bodies that nobody asked for.
 */
export function scannedRows(keys: readonly PropertyKey[]): ScannedRows {
  const inBag = [...new Set(keys)].filter((key) => !itemColumns.has(key));
  const apart = new Map(inBag.every((key) => bagValue(key) !== undefined) ? inBag.map((key, index) => [key, index] as const) : []);
  const columns = itemColumnsFor({ properties: keys.filter((key) => !apart.has(key)) });
  return {
    columns: columns === 'all' ? [] : columns,
    values: [...apart].flatMap(([key, index]) => bagValue(key)?.as(`value_${index}` as const) ?? []),
    read(row, key) {
      const index = apart.get(key);
      if (index === undefined) return itemProperty(row, key);
      const value = row[`value_${index}`];
      return value == null ? undefined : (JSON.parse(value) as PropertyValue);
    },
  };
}

/** A value of the bag as JSON; undefined for a name that would have to be quoted, each database in its own way. */
function bagValue(key: PropertyKey): RawBuilder<string | null> | undefined {
  return plainName.test(key) ? sql<string | null>`bag -> cast(${key} as text)` : undefined;
}

/** A value of the bag as text: numbers in digits, lists as JSON. Undefined as {@link bagValue}. */
export function bagText(key: PropertyKey): RawBuilder<string | null> | undefined {
  return plainName.test(key) ? sql<string | null>`cast(bag ->> cast(${key} as text) as text)` : undefined;
}

const plainName = /^[\w{}:=.-]+$/;
