import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { isRecoverable } from './deletion-stamp.ts';
import { mailboxRefusal } from './errors.ts';
import { getFolderByRole, requireFolder } from './folders.ts';
import type { ItemReference } from './item-writes.ts';
import { heldBy, type KeptIn, keepingOf, keepsAnything, retentionEnds } from './keeping.ts';
import { eraseItem, moveItem, requireItem } from './move-item.ts';

/** `hard`: for good, unless the mailbox keeps it; `soft`: to the recoverable items; `to-deleted-items`: to the folder of that name. */
export type Removal = 'hard' | 'soft' | 'to-deleted-items';

/**
 * Removes an item and answers where it is now, if it still is. What lies in Deleted Items goes to the recoverable items, and
 * what lies there already as {@link removeItem} says. Refuses with `item-not-found` and `item-held`.
 */
export async function deleteItem(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  removal: Removal,
  instant: Instant,
): Promise<ItemReference | undefined> {
  const item = await requireItem(tx, mailbox, counter);
  const folder = await requireFolder(tx, mailbox, item.folder);
  if (removal === 'hard' || isRecoverable(folder)) return removeItem(tx, mailbox, item, instant);
  const destination = removal === 'soft' || folder.role === 'deleteditems' ? 'recoverableitemsdeletions' : 'deleteditems';
  // Public folders have no Deleted Items.
  const target = (await getFolderByRole(tx, mailbox, destination)) ?? (await requireFolder(tx, mailbox, 'recoverableitemsdeletions'));
  return moveItem(tx, mailbox, counter, target.counter, instant);
}

/**
 * Removes an item for good, or puts it where the mailbox keeps it and answers that. What a hold keeps among the recoverable
 * items already, other than in Deletions, stays there: then, and where single item recovery has not ended, it refuses with
 * `item-held`.
 */
export async function removeItem(tx: Executor, mailbox: Guid, item: ItemTable, instant: Instant): Promise<ItemReference | undefined> {
  const folder = await requireFolder(tx, mailbox, item.folder);
  const isPurged = isRecoverable(folder) && folder.role !== 'recoverableitemsdeletions';
  const where = await keptIn(tx, mailbox, item, isRecoverable(folder), instant);
  if (where === undefined) return eraseItem(tx, mailbox, item, instant);
  if (isPurged) throw mailboxRefusal('item-held', `item ${item.counter} in ${folder.role}`);
  return moveItem(tx, mailbox, item.counter, (await requireFolder(tx, mailbox, where)).counter, instant);
}

/** Where an item is kept that somebody removes for good; undefined when it may go. */
async function keptIn(tx: Executor, mailbox: Guid, item: ItemTable, isRecoverable: boolean, instant: Instant): Promise<KeptIn | undefined> {
  const keeping = await keepingOf(tx, mailbox);
  if (item.associated === 1 || !keepsAnything(keeping)) return undefined;
  const held = await heldBy(tx, keeping, item, instant);
  if (held !== undefined) return held.where;
  const isRetained = keeping.singleItemRecovery && (!isRecoverable || retentionEnds(keeping, item) > instant);
  return isRetained ? 'recoverableitemspurges' : undefined;
}
