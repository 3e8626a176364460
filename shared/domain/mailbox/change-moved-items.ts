import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { changeRow } from './change-rows.ts';
import { adjustCounts } from './folder-counts.ts';
import { getItem } from './items.ts';
import { eraseItem, kindOf, requireItem } from './move-item.ts';
import { listItems } from './read-for-move.ts';

// What happens to items of a mailbox that is written by a move: no hold keeps anything, since what is kept is kept where it is read.

/** Removes an item for good; without an effect where there is none. */
export async function removeMovedItem(tx: Executor, mailbox: Guid, counter: number, instant: Instant): Promise<void> {
  if ((await getItem(tx, mailbox, counter, { properties: [] })) === undefined) return;
  await eraseItem(tx, mailbox, await requireItem(tx, mailbox, counter), instant);
}

/** Removes the first items of a folder for good; answers whether there may be more. */
export async function removeMovedItemsIn(tx: Executor, mailbox: Guid, folder: number, limit: number, instant: Instant): Promise<boolean> {
  const items = await listItems(tx, mailbox, folder, 0, limit);
  for (const { counter } of items) await removeMovedItem(tx, mailbox, counter, instant);
  return items.length === limit;
}

/** Marks an item as read or unread; without an effect where it is so already, or is not there. */
export async function markMovedItem(tx: Executor, mailbox: Guid, counter: number, isRead: boolean, instant: Instant): Promise<void> {
  const item = await getItem(tx, mailbox, counter, { properties: 'all' });
  const flag = isRead ? 1 : 0;
  if (item === undefined || item.is_read === flag) return;
  const sequence = await nextSequence(tx, mailbox);
  await tx
    .updateTable('item')
    .set({ is_read: flag, change_number: sequence })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', counter)
    .execute();
  const associated = item.associated ?? 0;
  const unread = associated === 1 ? 0 : isRead ? -1 : 1;
  await adjustCounts(tx, mailbox, item.folder, { items: 0, unread, associated: 0, articles: 0, size: 0 }, instant);
  const change = { kind: kindOf({ associated }), object: counter, operation: 'read-flag', folder: item.folder } as const;
  await appendChanges(tx, [changeRow(mailbox, sequence, change, instant)]);
}
