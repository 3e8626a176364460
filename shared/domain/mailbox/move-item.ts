import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storableJson } from '../../store/storable.ts';
import { type ChangeKind, changeRow } from './change-rows.ts';
import { isForDeleted, isRecoverable, stampedBag } from './deletion-stamp.ts';
import { mailboxRefusal } from './errors.ts';
import type { FolderRow } from './folder-columns.ts';
import { adjustCounts, countsOf } from './folder-counts.ts';
import { requireFolder, requireHolder } from './folders.ts';
import type { ItemReference } from './item-writes.ts';
import { getItem } from './items.ts';
import { keepingOf } from './keeping.ts';
import { bagOf } from './property-reader.ts';
import { requireRoom, requireRoomIn } from './quota.ts';
import { reviewInTime } from './recoverable-timer.ts';

/**
 * Moves an item to another folder of its mailbox. It gets a new object counter there, so its id changes, and the next
 * article number of the folder; in the change log it is a delete and a create, as in MAPI. On its way to Deleted Items and
 * the recoverable ones it is stamped with where it comes from. Refuses with `item-not-found`, `folder-not-found`, `quota-exceeded`
 * and `folder-full`.
 */
export async function moveItem(tx: Executor, mailbox: Guid, counter: number, target: number, instant: Instant): Promise<ItemReference> {
  const sequence = await nextSequence(tx, mailbox, 2);
  const item = await requireItem(tx, mailbox, counter);
  const folder = await requireHolder(tx, mailbox, target);
  const from = await requireFolder(tx, mailbox, item.folder);
  const stamped = await stampOf(tx, mailbox, item, from, folder, instant);
  const moved = sequence + 1;
  const origin = { how: 'moved', object: counter, folder: item.folder } as const;
  await tx
    .updateTable('item')
    .set({ counter: moved, folder: target, article_number: folder.last_article + 1, change_number: moved, ...stamped })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', counter)
    .execute();
  for (const table of ['recipient_row', 'attachment'] as const) {
    await tx.updateTable(table).set({ item: moved }).where('mailbox', '=', mailbox).where('item', '=', counter).execute();
  }
  await adjustCounts(tx, mailbox, item.folder, countsOf(item, -1), instant);
  await adjustCounts(tx, mailbox, target, countsOf(item, 1), instant);
  await appendChanges(tx, [
    changeRow(mailbox, sequence, { kind: kindOf(item), object: counter, operation: 'delete', folder: item.folder, isMove: true }, instant),
    changeRow(mailbox, moved, { kind: kindOf(item), object: moved, operation: 'create', folder: target, origin }, instant),
  ]);
  return { counter: moved, folder: target, changeNumber: moved };
}

/**
 * The bag of an item that moves, where that is to change. What becomes recoverable is looked at again when its time has come.
 * Refuses with `quota-exceeded` what becomes recoverable or comes back into use, and with `folder-full`.
 */
export async function stampOf(
  tx: Executor,
  mailbox: Guid,
  item: Pick<ItemTable, 'bag'>,
  from: FolderRow,
  to: FolderRow,
  instant: Instant,
): Promise<Partial<Pick<ItemTable, 'bag'>>> {
  if (isRecoverable(from) === isRecoverable(to)) await requireRoomIn(tx, mailbox, to);
  else await requireRoom(tx, mailbox, to);
  if (!isForDeleted(from) && !isForDeleted(to)) return {};
  if (isRecoverable(to) && !isRecoverable(from)) await reviewInTime(tx, mailbox, instant);
  return { bag: storableJson(stampedBag(bagOf(item), from, to, await keepingOf(tx, mailbox), instant)) };
}

/** Removes an item for good, whatever keeps it: who may ask for that has been decided. */
export async function eraseItem(tx: Executor, mailbox: Guid, item: ItemTable, instant: Instant): Promise<undefined> {
  const sequence = await nextSequence(tx, mailbox);
  for (const table of ['recipient_row', 'attachment'] as const) {
    await tx.deleteFrom(table).where('mailbox', '=', mailbox).where('item', '=', item.counter).execute();
  }
  await tx.deleteFrom('item').where('mailbox', '=', mailbox).where('counter', '=', item.counter).execute();
  await adjustCounts(tx, mailbox, item.folder, countsOf(item, -1), instant);
  const change = { kind: kindOf(item), object: item.counter, operation: 'delete', folder: item.folder } as const;
  await appendChanges(tx, [changeRow(mailbox, sequence, change, instant)]);
}

/** An item, read whole. Refuses with `item-not-found`. */
export async function requireItem(tx: Executor, mailbox: Guid, counter: number): Promise<ItemTable> {
  const item = await getItem(tx, mailbox, counter, { properties: 'all' });
  if (item === undefined) throw mailboxRefusal('item-not-found', `item ${counter} of mailbox ${mailbox}`);
  return item as ItemTable;
}

/** How the change log calls an item. */
export function kindOf(item: Pick<ItemTable, 'associated'>): ChangeKind {
  return item.associated === 1 ? 'associated' : 'item';
}
