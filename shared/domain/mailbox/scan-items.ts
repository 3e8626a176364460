import { sql } from 'kysely';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, type PropertyValue, propertyTypeOf } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { mailboxRefusal } from './errors.ts';
import { itemColumns } from './item-columns.ts';
import { getAttachments, getRecipients } from './items.ts';
import { narrow } from './narrow.ts';
import { looksAtParts, matcher, type Restriction, restrictionKeys } from './restriction.ts';
import { type ScannedRow, type ScannedRows, scannedRows } from './scanned-rows.ts';
import { compareSorted, type SortKey, type SortValues, sortInTurns, sortValues } from './sort.ts';
import { nextTurn, turnMs } from './turns.ts';
import type { ItemParts } from './words.ts';

export interface Scan {
  readonly mailbox: Guid;
  /** Counters. */
  readonly folders: readonly number[];
  readonly associated: boolean;
  readonly restriction: Restriction | undefined;
  readonly sort: readonly SortKey[];
}

/** Rows of a slice: the first ones are few, since nobody knows yet how large they are. */
const sliceRows = { first: 100, least: 20, most: 10_000 };
/** Items that one search may look at. */
const maxItems = 1_000_000;

/**
 * The object counters of all items of some folders that fit, sorted. Looks at a folder in slices by counter and lets
 * others run in between: node:sqlite answers synchronously. Refuses with `query-too-large`.
 */
export async function scanItems(executor: Executor, scan: Scan): Promise<number[]> {
  const found = await scanValues(executor, scan);
  return (await sortInTurns(found, compareSorted(scan.sort))).map((one) => one.counter);
}

/** The items that fit, with the values of the sort keys, folder by folder in the order of their counters. As {@link scanItems}. */
export async function scanValues(executor: Executor, { sort, ...scan }: Scan): Promise<SortValues[]> {
  const found: SortValues[] = [];
  const keys = sort.map((key) => key.property);
  await scanFolders(executor, scan, keys, (counter, read) => found.push(sortValues(sort, counter, read)));
  return found;
}

type Visit = (counter: number, read: (key: PropertyKey) => PropertyValue | undefined) => void;

/** Visits the items of some folders that fit, as {@link scanEach}; all folders together count. */
export async function scanFolders(
  executor: Executor,
  { folders, ...scan }: Omit<Scan, 'sort'>,
  properties: readonly PropertyKey[],
  visit: Visit,
): Promise<void> {
  let looked = 0;
  for (const folder of folders) looked += await scanEach(executor, { ...scan, folder }, properties, visit, looked);
}

/** A search in one folder. */
export interface FolderScan extends Omit<Scan, 'sort' | 'folders'> {
  readonly folder: number;
}

/**
 * Visits the items of a folder that fit, in the order of their counters; of each some properties may be read. Answers how many
 * items it looked at, about; `before` are those that the same search has looked at elsewhere. As {@link scanItems}.
 */
export async function scanEach(
  executor: Executor,
  scan: FolderScan,
  properties: readonly PropertyKey[],
  visit: Visit,
  before = 0,
): Promise<number> {
  const { restriction } = scan;
  const rows = scannedRows([...properties, ...(restriction === undefined ? [] : restrictionKeys(restriction))]);
  const slices = { rows, condition: restriction === undefined ? undefined : narrow(restriction) };
  let parts = new Map<number, ItemParts>();
  const partsOf = ({ counter }: ScannedRow): ItemParts => parts.get(counter) ?? noParts;
  const fits = restriction === undefined ? () => true : matcher(restriction, rows.read, isExact, partsOf);
  const needsParts = restriction !== undefined && looksAtParts(restriction);
  let after = 0;
  let size = sliceRows.first;
  for (let looked = 0; ; looked += size) {
    if (before + looked >= maxItems)
      throw mailboxRefusal('query-too-large', `more than ${maxItems} items in folder ${scan.folder} and those before it`);
    const startedMs = performance.now();
    const end = await sliceEnd(executor, scan, after, size);
    const slice = await readSlice(executor, scan, slices, after, end);
    if (needsParts) parts = await loadParts(executor, scan.mailbox, slice);
    let turnedMs = startedMs;
    for (const row of slice) {
      if (fits(row)) visit(row.counter, (key) => rows.read(row, key));
      if (performance.now() - turnedMs < turnMs) continue;
      await nextTurn();
      turnedMs = performance.now();
    }
    if (end === undefined) return looked + slice.length;
    after = end;
    size = nextSize(size, performance.now() - startedMs);
    await nextTurn();
  }
}

const noParts: ItemParts = { recipients: [], attachments: [] };

function nextSize(size: number, tookMs: number): number {
  const wanted = Math.round(size * Math.min(4, turnMs / Math.max(tookMs, 0.01)));
  return Math.max(sliceRows.least, Math.min(sliceRows.most, wanted));
}

async function loadParts(executor: Executor, mailbox: Guid, slice: readonly ScannedRow[]): Promise<Map<number, ItemParts>> {
  const counters = slice.map(({ counter }) => counter);
  const recipients = await getRecipients(executor, mailbox, counters);
  const attachments = await getAttachments(executor, mailbox, counters);
  return new Map(
    counters.map((counter) => [counter, { recipients: recipients.get(counter) ?? [], attachments: attachments.get(counter) ?? [] }]),
  );
}

/** Whether texts of a property are compared octet by octet. */
export function isExact(key: PropertyKey): boolean {
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
async function sliceEnd(executor: Executor, { mailbox, folder }: FolderScan, after: number, rows: number): Promise<number | undefined> {
  return (await lastOfSlice.first(executor, { mailbox, folder, after, rows: rows - 1 }))?.counter;
}

function readSlice(
  executor: Executor,
  { mailbox, folder, associated }: FolderScan,
  { rows, condition }: { readonly rows: ScannedRows; readonly condition: ReturnType<typeof narrow> },
  after: number,
  end: number | undefined,
): Promise<ScannedRow[]> {
  let query = executor
    .selectFrom('item')
    .select(rows.columns)
    .select(rows.values)
    .where('mailbox', '=', mailbox)
    .where('folder', '=', folder)
    .where('associated', '=', associated ? 1 : 0)
    .where('counter', '>', after);
  if (end !== undefined) query = query.where('counter', '<=', end);
  if (condition !== undefined) query = query.where(sql<boolean>`(${condition})`);
  return query.execute() as Promise<object[]> as Promise<ScannedRow[]>;
}
