import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { type Change, changeRow } from './change-rows.ts';
import { removeItem } from './delete-item.ts';
import { adjustCounts, type CountChange, countsOf } from './folder-counts.ts';
import { requireFolder } from './folders.ts';
import { getAllAttachments, getRecipients } from './items.ts';
import { keepingOf, keepsAnything } from './keeping.ts';
import { kindOf, requireItem, stampOf } from './move-item.ts';
import { requireRoom } from './quota.ts';

// What is done to all items of a folder, a slice at a time: each slice is a transaction of its own, since nobody else can
// read or write while one is open (SQLite), and a folder may hold 100,000 items.

/** Which slice of which folder. */
export interface Slice {
  readonly mailbox: Guid;
  readonly folder: number;
  /** Folder associated information too. */
  readonly associated: boolean;
  /** Items at most. */
  readonly limit: number;
}

type SlicedItem = Pick<ItemTable, 'counter' | 'associated' | 'is_read' | 'size'>;

const sliceAfter = prepared((db, p: { mailbox: string; folder: number; after: number; associated: number; limit: number }) =>
  db
    .selectFrom('item')
    .select(['counter', 'associated', 'is_read', 'size'])
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('counter', '>', p.after)
    .where('associated', '<=', p.associated)
    .orderBy('counter')
    .limit(p.limit),
);

function readSlice(tx: Executor, { mailbox, folder, associated, limit }: Slice, after = 0): Promise<SlicedItem[]> {
  return sliceAfter.all(tx, { mailbox, folder, after, associated: associated ? 1 : 0, limit });
}

/**
 * Removes the first items of a folder for good, but for what the mailbox keeps, which `removeItem` tells. Answers whether there
 * may be more. Refuses with `item-held`.
 */
export async function removeItemsIn(tx: Executor, slice: Slice, instant: Instant): Promise<boolean> {
  const { mailbox, folder, limit } = slice;
  const items = await readSlice(tx, slice);
  if (items.length === 0) return false;
  if (keepsAnything(await keepingOf(tx, mailbox))) {
    for (const { counter } of items) await removeItem(tx, mailbox, await requireItem(tx, mailbox, counter), instant);
    return items.length === limit;
  }
  const first = await nextSequence(tx, mailbox, items.length);
  const counters = items.map((item) => item.counter);
  for (const table of ['recipient_row', 'attachment'] as const) {
    await tx.deleteFrom(table).where('mailbox', '=', mailbox).where('item', 'in', counters).execute();
  }
  await tx.deleteFrom('item').where('mailbox', '=', mailbox).where('counter', 'in', counters).execute();
  await adjustCounts(tx, mailbox, folder, countsOfAll(items, -1), instant);
  await append(
    tx,
    mailbox,
    first,
    items.map((item) => ({ kind: kindOf(item), object: item.counter, operation: 'delete', folder })),
    instant,
  );
  return items.length === limit;
}

const firstWithBags = prepared((db, p: { mailbox: string; folder: number; associated: number; limit: number }) =>
  db
    .selectFrom('item')
    .select(['counter', 'associated', 'is_read', 'size', 'bag'])
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('associated', '<=', p.associated)
    .orderBy('counter')
    .limit(p.limit),
);
const moveItem = prepared((db, p: { mailbox: string; counter: number; moved: number; target: number; article: number; bag: string }) =>
  db
    .updateTable('item')
    .set({ counter: p.moved, folder: p.target, article_number: p.article, change_number: p.moved, bag: p.bag })
    .where('mailbox', '=', p.mailbox)
    .where('counter', '=', p.counter),
);
const moveRecipients = prepared((db, p: { mailbox: string; counter: number; moved: number }) =>
  db.updateTable('recipient_row').set({ item: p.moved }).where('mailbox', '=', p.mailbox).where('item', '=', p.counter),
);
const moveAttachments = prepared((db, p: { mailbox: string; counter: number; moved: number }) =>
  db.updateTable('attachment').set({ item: p.moved }).where('mailbox', '=', p.mailbox).where('item', '=', p.counter),
);

/**
 * Moves the first items of a folder into another. Each gets a new object counter, as `moveItem` says. Answers whether there
 * may be more. Refuses with `folder-not-found`.
 */
export async function moveItemsIn(tx: Executor, slice: Slice, target: number, instant: Instant): Promise<boolean> {
  const { mailbox, folder, limit } = slice;
  const items = await firstWithBags.all(tx, { mailbox, folder, associated: slice.associated ? 1 : 0, limit });
  if (items.length === 0) return false;
  const first = await nextSequence(tx, mailbox, 2 * items.length);
  const from = await requireFolder(tx, mailbox, folder);
  const to = await requireFolder(tx, mailbox, target);
  const changes: Change[] = [];
  for (const [index, { bag, ...item }] of items.entries()) {
    const { counter } = item;
    const moved = first + 2 * index + 1;
    const place = { mailbox, counter, moved, target, article: to.last_article + index + 1 };
    await moveItem.run(tx, { ...place, bag, ...(await stampOf(tx, mailbox, { bag }, from, to, instant)) });
    await moveRecipients.run(tx, { mailbox, counter, moved });
    await moveAttachments.run(tx, { mailbox, counter, moved });
    const origin = { how: 'moved', object: counter, folder } as const;
    changes.push({ kind: kindOf(item), object: counter, operation: 'delete', folder, isMove: true });
    changes.push({ kind: kindOf(item), object: moved, operation: 'create', folder: target, origin });
  }
  await adjustCounts(tx, mailbox, folder, countsOfAll(items, -1), instant);
  await adjustCounts(tx, mailbox, target, countsOfAll(items, 1), instant);
  await append(tx, mailbox, first, changes, instant);
  return items.length === limit;
}

/**
 * Copies the items of a folder that have counters above `after` into another, with their recipients and attachments; what
 * they consist of stays as it is, the time of creation is new. Answers the last counter, undefined when there are
 * no more. Refuses with `folder-not-found`, `quota-exceeded` and `folder-full`.
 */
export async function copyItemsIn(
  tx: Executor,
  slice: Slice,
  target: number,
  after: number,
  instant: Instant,
): Promise<number | undefined> {
  const { mailbox, folder } = slice;
  const counters = (await readSlice(tx, slice, after)).map((item) => item.counter);
  if (counters.length === 0) return undefined;
  const first = await nextSequence(tx, mailbox, counters.length);
  const holder = await requireFolder(tx, mailbox, target);
  await requireRoom(tx, mailbox, holder);
  const { last_article: article } = holder;
  const items = await tx
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', mailbox)
    .where('counter', 'in', counters)
    .orderBy('counter')
    .execute();
  const copied = new Map(counters.map((counter, index) => [counter, first + index]));
  const copyOf = (counter: number): number => copied.get(counter) ?? 0;
  const copies = items.map((item, index): ItemTable => {
    const counter = copyOf(item.counter);
    return { ...item, created: instant, counter, folder: target, article_number: article + index + 1, change_number: counter };
  });
  await tx.insertInto('item').values(copies).execute();
  const recipients = [...(await getRecipients(tx, mailbox, counters)).values()].flat();
  if (recipients.length > 0) await insertAll(recipients, (rows) => tx.insertInto('recipient_row').values(rows).execute(), copyOf);
  const attachments = [...(await getAllAttachments(tx, mailbox, counters)).values()].flat();
  if (attachments.length > 0) await insertAll(attachments, (rows) => tx.insertInto('attachment').values(rows).execute(), copyOf);
  await adjustCounts(tx, mailbox, target, countsOfAll(items, 1), instant);
  const changes = items.map((item): Change => {
    const origin = { how: 'copied', object: item.counter, folder } as const;
    return { kind: kindOf(item), object: copyOf(item.counter), operation: 'create', folder: target, origin };
  });
  await append(tx, mailbox, first, changes, instant);
  return counters.at(-1);
}

/** Rows per statement: PostgreSQL takes 65,535 parameters, SQLite half of that. */
const rowsPerStatement = 500;

async function insertAll<Row extends { item: number }>(
  rows: readonly Row[],
  insert: (rows: Row[]) => Promise<unknown>,
  copyOf: (counter: number) => number,
): Promise<void> {
  const copies = rows.map((row) => ({ ...row, item: copyOf(row.item) }));
  for (let start = 0; start < copies.length; start += rowsPerStatement) await insert(copies.slice(start, start + rowsPerStatement));
}

const setFlag = prepared((db, p: { mailbox: string; counter: number; flag: number; change: number }) =>
  db
    .updateTable('item')
    .set({ is_read: p.flag, change_number: p.change })
    .where('mailbox', '=', p.mailbox)
    .where('counter', '=', p.counter),
);

/**
 * Sets the read flag of the items of a folder that have counters above `after`. Those that have it already stay as they are.
 * Answers the last counter, undefined when there are no more.
 */
export async function markItemsIn(
  tx: Executor,
  slice: Omit<Slice, 'associated'>,
  isRead: boolean,
  after: number,
  instant: Instant,
): Promise<number | undefined> {
  const { mailbox, folder } = slice;
  const flag = isRead ? 1 : 0;
  const items = await readSlice(tx, { ...slice, associated: false }, after);
  const unlike = items.filter((item) => item.is_read !== flag);
  if (unlike.length > 0) {
    const first = await nextSequence(tx, mailbox, unlike.length);
    for (const [index, { counter }] of unlike.entries()) await setFlag.run(tx, { mailbox, counter, flag, change: first + index });
    const unread = isRead ? -unlike.length : unlike.length;
    await adjustCounts(tx, mailbox, folder, { items: 0, unread, associated: 0, articles: 0, size: 0 }, instant);
    const changes = unlike.map(({ counter }): Change => ({ kind: 'item', object: counter, operation: 'read-flag', folder }));
    await append(tx, mailbox, first, changes, instant);
  }
  return items.at(-1)?.counter;
}

function countsOfAll(items: readonly SlicedItem[], sign: 1 | -1): CountChange {
  const sum = { items: 0, unread: 0, associated: 0, articles: 0, size: 0 };
  for (const item of items) {
    const one = countsOf(item, sign);
    sum.items += one.items;
    sum.unread += one.unread;
    sum.associated += one.associated;
    sum.articles += one.articles;
    sum.size += one.size;
  }
  return sum;
}

async function append(tx: Executor, mailbox: Guid, first: number, changes: readonly Change[], instant: Instant): Promise<void> {
  await appendChanges(
    tx,
    changes.map((change, index) => changeRow(mailbox, first + index, change, instant)),
  );
}
