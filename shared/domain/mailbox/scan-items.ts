import { sql } from 'kysely';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, propertyTypeOf } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { mailboxRefusal } from './errors.ts';
import { type ItemRow, itemColumns } from './item-columns.ts';
import { narrow } from './narrow.ts';
import { itemColumnsFor, itemProperty } from './property-reader.ts';
import { matcher, type Restriction, restrictionKeys } from './restriction.ts';
import { compareSorted, type SortKey, type SortValues, sortValues } from './sort.ts';

export interface Scan {
  readonly mailbox: Guid;
  readonly folder: number;
  readonly associated: boolean;
  readonly restriction: Restriction | undefined;
  readonly sort: readonly SortKey[];
}

/** Rows per slice: reading and testing 2,000 rows with their bags keeps the event loop for about 10 ms. */
const sliceRows = 2000;
/** Items that one search may look at. */
const maxItems = 1_000_000;

/**
 * The object counters of all items of a folder that fit, sorted. Looks at the folder in slices by counter and lets
 * others run in between: node:sqlite answers synchronously. Refuses with `query-too-large`.
 */
export async function scanItems(executor: Executor, scan: Scan): Promise<number[]> {
  const { sort, restriction } = scan;
  const keys = [...sort.map((key) => key.property), ...(restriction === undefined ? [] : restrictionKeys(restriction))];
  const columns = itemColumnsFor({ properties: keys });
  const fitsAll = restriction === undefined ? () => true : matcher(restriction, itemProperty, isExact);
  const condition = restriction === undefined ? undefined : narrow(restriction);
  const found: SortValues[] = [];
  let after = 0;
  for (let looked = 0; ; looked += sliceRows) {
    if (looked >= maxItems) throw mailboxRefusal('query-too-large', `folder ${scan.folder} has more than ${maxItems} items`);
    const end = await sliceEnd(executor, scan, after);
    for (const row of await readSlice(executor, scan, columns, condition, after, end)) {
      if (fitsAll(row)) found.push(sortValues(sort, row.counter, (key) => itemProperty(row, key)));
    }
    if (end === undefined) break;
    after = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found.sort(compareSorted(sort)).map((one) => one.counter);
}

function isExact(key: PropertyKey): boolean {
  return itemColumns.get(key)?.search?.kind === 'exact' || propertyTypeOf(key).startsWith('Binary');
}

const lastOfSlice = prepared((db, p: { mailbox: string; folder: number; after: number; rows: number }) =>
  db
    .selectFrom('item')
    .select('counter')
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('counter', '>', p.after)
    .orderBy('counter')
    .limit(1)
    .offset(p.rows),
);

/** The counter that a slice ends with, or undefined when what is left fits in one. */
async function sliceEnd(executor: Executor, { mailbox, folder }: Scan, after: number): Promise<number | undefined> {
  return (await lastOfSlice.first(executor, { mailbox, folder, after, rows: sliceRows - 1 }))?.counter;
}

function readSlice(
  executor: Executor,
  { mailbox, folder, associated }: Scan,
  columns: ReturnType<typeof itemColumnsFor>,
  condition: ReturnType<typeof narrow>,
  after: number,
  end: number | undefined,
): Promise<ItemRow[]> {
  let query = executor
    .selectFrom('item')
    .select(columns === 'all' ? [] : columns)
    .where('mailbox', '=', mailbox)
    .where('folder', '=', folder)
    .where('associated', '=', associated ? 1 : 0)
    .where('counter', '>', after);
  if (end !== undefined) query = query.where('counter', '<=', end);
  if (condition !== undefined) query = query.where(sql<boolean>`(${condition})`);
  return query.execute() as Promise<ItemRow[]>;
}
