import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storableJson } from '../../store/storable.ts';
import { type ChangeOrigin, changeRow } from './change-rows.ts';
import { removeItem } from './delete-item.ts';
import { isRecoverable, unstampedBag } from './deletion-stamp.ts';
import { adjustCounts, countsOf } from './folder-counts.ts';
import { requireHolder } from './folders.ts';
import { type ItemReference, insertItemRow } from './item-writes.ts';
import { getAllAttachments, getRecipients } from './items.ts';
import { eraseItem, kindOf, requireItem } from './move-item.ts';
import { bagOf } from './property-reader.ts';
import { requireRoom } from './quota.ts';
import { reviewInTime } from './recoverable-timer.ts';

/** An item, by the mailbox it lies in. */
export interface ItemPlace {
  readonly mailbox: Guid;
  readonly counter: number;
}

/** A folder, by the mailbox it lies in. */
export interface FolderPlace {
  readonly mailbox: Guid;
  readonly folder: number;
}

/**
 * Copies an item with its recipients and attachments to a folder of the same mailbox or another one; blobs are shared. The
 * copy was created at `instant` and is else as the original is. Refuses with `item-not-found`, `folder-not-found`,
 * `quota-exceeded` and `folder-full`.
 */
export async function copyItem(tx: Executor, from: ItemPlace, to: FolderPlace, instant: Instant): Promise<ItemReference> {
  const counter = await nextSequence(tx, to.mailbox);
  const item = await requireItem(tx, from.mailbox, from.counter);
  const origin = from.mailbox === to.mailbox ? ({ how: 'copied', object: item.counter, folder: item.folder } as const) : undefined;
  return writeCopy(tx, { ...item, created: instant }, to, counter, origin, instant);
}

/**
 * Moves an item to a folder of another mailbox. In the log of the one it is gone, in that of the other new: neither tells
 * of a move, which is one mailbox's. What the first one keeps stays in it, too. Refuses with `item-not-found`, `folder-not-found` and
 * `item-held`.
 */
export async function transferItem(tx: Executor, from: ItemPlace, to: FolderPlace, instant: Instant): Promise<ItemReference> {
  const counter = await nextSequence(tx, to.mailbox);
  const item = await requireItem(tx, from.mailbox, from.counter);
  const moved = await writeCopy(tx, { ...item, bag: storableJson(unstampedBag(bagOf(item))) }, to, counter, undefined, instant);
  // A hold is upon an owner's archive as upon his mailbox: nothing leaves it on the way between them.
  const isTheirs = await haveOneOwner(tx, from.mailbox, to.mailbox);
  await (isTheirs ? eraseItem : removeItem)(tx, from.mailbox, item, instant);
  return moved;
}

async function haveOneOwner(tx: Executor, ...mailboxes: readonly Guid[]): Promise<boolean> {
  const rows = await tx.selectFrom('mailbox').select('recipient').where('guid', 'in', mailboxes).execute();
  return new Set(rows.map(({ recipient }) => recipient)).size === 1;
}

async function writeCopy(
  tx: Executor,
  item: ItemTable,
  { mailbox, folder: target }: FolderPlace,
  counter: number,
  origin: ChangeOrigin | undefined,
  instant: Instant,
): Promise<ItemReference> {
  const folder = await requireHolder(tx, mailbox, target);
  if (item.associated === 0) await requireRoom(tx, mailbox, folder);
  const source = item.mailbox as Guid;
  const place = { mailbox, counter, folder: target, article_number: folder.last_article + 1, change_number: counter };
  await insertItemRow(tx, { ...item, ...place });
  for (const row of (await getRecipients(tx, source, [item.counter])).get(item.counter) ?? [])
    await tx
      .insertInto('recipient_row')
      .values({ ...row, mailbox, item: counter })
      .execute();
  for (const row of (await getAllAttachments(tx, source, [item.counter])).get(item.counter) ?? [])
    await tx
      .insertInto('attachment')
      .values({ ...row, mailbox, item: counter })
      .execute();
  await adjustCounts(tx, mailbox, target, countsOf(item, 1), instant);
  if (isRecoverable(folder)) await reviewInTime(tx, mailbox, instant);
  const from = origin === undefined ? {} : { origin };
  const change = { kind: kindOf(item), object: counter, operation: 'create', folder: target, ...from } as const;
  await appendChanges(tx, [changeRow(mailbox, counter, change, instant)]);
  return { counter, folder: target, changeNumber: counter };
}
