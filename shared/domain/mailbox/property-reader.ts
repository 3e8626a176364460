import type { PropertyBag, PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import type { ItemTable } from '../../store/schema.ts';
import { type PropertyColumn, selected } from './column.ts';
import { type FolderRow, folderColumns } from './folder-columns.ts';
import { type ItemRow, itemColumns } from './item-columns.ts';
import { layOut } from './item-layout.ts';

/** A property of an item; undefined when the item does not have it. The columns of the property must have been selected. */
export function itemProperty(row: ItemRow, key: PropertyKey): PropertyValue | undefined {
  return readProperty(itemColumns, row, key);
}

/** A property of a folder; undefined when the folder does not have it. */
export function folderProperty(row: FolderRow, key: PropertyKey): PropertyValue | undefined {
  return readProperty(folderColumns, row, key);
}

/** Every property that an item read whole has, bag and columns. */
export function itemProperties(row: ItemRow): PropertyBag {
  const properties: Record<PropertyKey, PropertyValue> = { ...bagOf(row) };
  for (const [key, column] of itemColumns) {
    const value = column.read(row);
    if (value !== undefined) properties[key] = value;
  }
  return properties;
}

/** What of an item will be asked for. `all` reads it whole. */
export interface ItemNeed {
  readonly properties: readonly PropertyKey[] | 'all';
  /** Also the hash of the MIME as it was received (column `mime`). */
  readonly mime?: boolean;
}

export type ItemColumnName = keyof ItemTable;

const identity: readonly ItemColumnName[] = ['counter', 'folder', 'change_number', 'class'];

/**
 * The columns that hold some properties of an item. The bag is among them only when one of the properties lies there:
 * a page of items without bags costs half as much to read.
 */
export function itemColumnsFor(need: ItemNeed): readonly ItemColumnName[] | 'all' {
  if (need.properties === 'all') return 'all';
  const names = new Set<ItemColumnName>(identity);
  for (const key of need.properties) {
    const column = itemColumns.get(key);
    if (column === undefined) names.add('bag');
    else for (const name of column.columns) names.add(name);
  }
  if (need.mime === true) names.add('mime');
  return [...names];
}

const parsedBags = new WeakMap<object, PropertyBag>();

function readProperty<Row extends { bag?: string }>(
  columns: ReadonlyMap<PropertyKey, PropertyColumn<Row>>,
  row: Row,
  key: PropertyKey,
): PropertyValue | undefined {
  const column = columns.get(key);
  if (column !== undefined) return column.read(row);
  const bag = bagOf(row);
  return Object.hasOwn(bag, key) ? bag[key] : undefined;
}

/**
 * A row as it would be with other properties, for whoever shows it: nothing is written. Its bag must have been selected; the
 * text of it stays that of the row.
 */
export function overlaid(row: ItemRow, set: PropertyBag, without: readonly PropertyKey[] = []): ItemRow {
  const { columns, bag } = layOut(set);
  const changed: ItemRow = { ...row, ...columns };
  const whole: Record<PropertyKey, PropertyValue> = { ...bagOf(row), ...bag };
  for (const key of without) delete whole[key];
  parsedBags.set(changed, whole);
  return changed;
}

/** The bag of a row, parsed once. */
export function bagOf(row: { bag?: string }): PropertyBag {
  const known = parsedBags.get(row);
  if (known !== undefined) return known;
  const bag = JSON.parse(selected(row, 'bag')) as PropertyBag;
  parsedBags.set(row, bag);
  return bag;
}
