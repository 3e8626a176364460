import type { Guid } from '../../kernel/ids.ts';
import type { PropertyBag } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { type PreparedQuery, prepared } from '../../store/prepared.ts';
import type { AttachmentTable, RecipientRowTable } from '../../store/schema.ts';
import type { RecipientDraft, RecipientKind } from './draft.ts';
import type { ItemRow } from './item-columns.ts';
import { type ItemColumnName, type ItemNeed, itemColumnsFor } from './property-reader.ts';

/** Counters per statement: both databases take more, a longer text only costs. */
const countersPerStatement = 500;

/** Items by object counter; those that do not exist are left out. Reads no column that the need does not name. */
export async function getItems(
  executor: Executor,
  mailbox: Guid,
  counters: readonly number[],
  need: ItemNeed,
): Promise<Map<number, ItemRow>> {
  const columns = itemColumnsFor(need);
  const [only] = counters;
  if (counters.length === 1 && only !== undefined) {
    const row = await itemQuery(columns).first(executor, { mailbox, counter: only });
    return new Map(row === undefined ? [] : [[only, row]]);
  }
  const found = new Map<number, ItemRow>();
  for (const some of chunks(counters)) {
    const query = executor.selectFrom('item').where('mailbox', '=', mailbox).where('counter', 'in', some);
    const rows = await (columns === 'all' ? query.selectAll() : query.select(columns)).execute();
    for (const row of rows as ItemRow[]) found.set(row.counter, row);
  }
  return found;
}

/** One item, or undefined. */
export async function getItem(executor: Executor, mailbox: Guid, counter: number, need: ItemNeed): Promise<ItemRow | undefined> {
  return (await getItems(executor, mailbox, [counter], need)).get(counter);
}

const itemQueries = new Map<string, PreparedQuery<{ mailbox: string; counter: number }, ItemRow>>();
const keptQueries = 200;

function itemQuery(columns: readonly ItemColumnName[] | 'all'): PreparedQuery<{ mailbox: string; counter: number }, ItemRow> {
  const key = String(columns);
  const known = itemQueries.get(key);
  if (known !== undefined) return known;
  const made = prepared((db, p: { mailbox: string; counter: number }) => {
    const query = db.selectFrom('item').where('mailbox', '=', p.mailbox).where('counter', '=', p.counter);
    return (columns === 'all' ? query.selectAll() : query.select(columns)) as ReturnType<typeof query.selectAll>;
  });
  if (itemQueries.size >= keptQueries) itemQueries.clear();
  itemQueries.set(key, made);
  return made;
}

/** A recipient as it was read. */
export type RecipientRow = RecipientRowTable;
/** A recipient as the draft of one. */
export function recipientDraftOf({ kind, name, address, routing_type, bag }: RecipientRow): RecipientDraft {
  const properties = bag === null ? undefined : (JSON.parse(bag) as PropertyBag);
  return { kind: kind as RecipientKind, name, address, routingType: routing_type, ...(properties && { properties }) };
}

/** An attachment as it was read. */
export type AttachmentRow = AttachmentTable;

/** The recipients of items, in their order, by the item's counter; an item without any is left out. */
export async function getRecipients(executor: Executor, mailbox: Guid, counters: readonly number[]): Promise<Map<number, RecipientRow[]>> {
  const parts: RecipientRow[][] = [];
  for (const some of chunks(counters)) {
    const query = executor.selectFrom('recipient_row').selectAll().where('mailbox', '=', mailbox).where('item', 'in', some);
    parts.push(await query.orderBy('item').orderBy('position').execute());
  }
  return Map.groupBy(parts.flat(), (row) => row.item);
}

/** What the column `kind` says of the message of an exception of a series. */
export const exceptionKind = 'exception';

/** The attachments of items, in their order, by the item's counter; an item without any is left out. Contents are blobs. */
export async function getAttachments(
  executor: Executor,
  mailbox: Guid,
  counters: readonly number[],
): Promise<Map<number, AttachmentRow[]>> {
  return attachmentsOf(executor, mailbox, counters, (query) => query.where('kind', '!=', exceptionKind));
}

/** As {@link getAttachments}, with the hidden ones that are messages of exceptions. */
export async function getAllAttachments(
  executor: Executor,
  mailbox: Guid,
  counters: readonly number[],
): Promise<Map<number, AttachmentRow[]>> {
  return attachmentsOf(executor, mailbox, counters, (query) => query);
}

/** The messages of exceptions alone; see {@link getAttachments}. */
export async function getExceptionMessages(
  executor: Executor,
  mailbox: Guid,
  counters: readonly number[],
): Promise<Map<number, AttachmentRow[]>> {
  return attachmentsOf(executor, mailbox, counters, (query) => query.where('kind', '=', exceptionKind));
}

async function attachmentsOf(
  executor: Executor,
  mailbox: Guid,
  counters: readonly number[],
  narrow: (query: ReturnType<typeof attachmentQueryOf>) => ReturnType<typeof attachmentQueryOf>,
): Promise<Map<number, AttachmentRow[]>> {
  const parts: AttachmentRow[][] = [];
  for (const some of chunks(counters))
    parts.push(
      await narrow(attachmentQueryOf(executor, mailbox, some))
        .orderBy('item')
        .orderBy('number')
        .execute(),
    );
  return Map.groupBy(parts.flat(), (row) => row.item);
}

function attachmentQueryOf(executor: Executor, mailbox: Guid, counters: readonly number[]) {
  return executor.selectFrom('attachment').selectAll().where('mailbox', '=', mailbox).where('item', 'in', counters);
}

const attachmentQuery = prepared((db, p: { mailbox: string; item: number; number: number }) =>
  db.selectFrom('attachment').selectAll().where('mailbox', '=', p.mailbox).where('item', '=', p.item).where('number', '=', p.number),
);

/** One attachment of an item, or undefined. */
export async function getAttachment(executor: Executor, mailbox: Guid, item: number, number: number): Promise<AttachmentRow | undefined> {
  return attachmentQuery.first(executor, { mailbox, item, number });
}

function chunks(counters: readonly number[]): number[][] {
  const pieces: number[][] = [];
  for (let start = 0; start < counters.length; start += countersPerStatement)
    pieces.push(counters.slice(start, start + countersPerStatement));
  return pieces;
}
