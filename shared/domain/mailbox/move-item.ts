import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { type ChangeKind, changeRow } from './change-rows.ts';
import { mailboxRefusal } from './errors.ts';
import { adjustCounts, countsOf } from './folder-counts.ts';
import { getFolder, getFolderByRole, requireFolder } from './folders.ts';
import type { ItemReference } from './item-writes.ts';
import { getItem } from './items.ts';

/**
 * Moves an item to another folder of its mailbox. It gets a new object counter there, so its id changes, and the next
 * article number of the folder; in the change log it is a delete and a create, as in MAPI. Refuses with
 * `item-not-found` and `folder-not-found`.
 */
export async function moveItem(tx: Executor, mailbox: Guid, counter: number, target: number, instant: Instant): Promise<ItemReference> {
  const sequence = await nextSequence(tx, mailbox, 2);
  const item = await requireItem(tx, mailbox, counter);
  const folder = await requireFolder(tx, mailbox, target);
  const moved = sequence + 1;
  const origin = { how: 'moved', object: counter, folder: item.folder } as const;
  await tx
    .updateTable('item')
    .set({ counter: moved, folder: target, article_number: folder.last_article + 1, change_number: moved })
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

/** `hard`: for good; `soft`: to the recoverable items; `to-deleted-items`: to the folder of that name. */
export type Removal = 'hard' | 'soft' | 'to-deleted-items';

/**
 * Removes an item and answers where it is now, if it still is. What lies in Deleted Items goes to the recoverable items,
 * and what lies there already is removed for good. Refuses with `item-not-found`.
 */
export async function deleteItem(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  removal: Removal,
  instant: Instant,
): Promise<ItemReference | undefined> {
  const item = await requireItem(tx, mailbox, counter);
  const role = (await getFolder(tx, mailbox, item.folder))?.role ?? '';
  if (removal === 'hard' || role.startsWith('recoverableitems')) return removeItem(tx, mailbox, item, instant);
  const destination = removal === 'soft' || role === 'deleteditems' ? 'recoverableitemsdeletions' : 'deleteditems';
  // Public folders have no Deleted Items.
  const target = (await getFolderByRole(tx, mailbox, destination)) ?? (await requireFolder(tx, mailbox, 'recoverableitemsdeletions'));
  return moveItem(tx, mailbox, counter, target.counter, instant);
}

/** Removes an item for good. */
export async function removeItem(tx: Executor, mailbox: Guid, item: ItemTable, instant: Instant): Promise<undefined> {
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
