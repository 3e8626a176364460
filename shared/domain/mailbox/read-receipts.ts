import { sql } from 'kysely';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemDraft } from './draft.ts';
import type { ItemRow } from './item-columns.ts';
import { getItem } from './items.ts';
import { itemProperty } from './property-reader.ts';
import { updateItem } from './update-item.ts';

/** mfNotifyRead and mfNotifyUnread: somebody waits to hear that the message was read, or removed unread (MS-OXCMSG 2.2.1.6). */
const awaited = 0x100 | 0x200;

/** The bits of PidTagMessageFlags that a message is delivered with when its sender asked for a receipt. */
export function receiptFlags({ properties }: Pick<ItemDraft, 'properties'>): number {
  return properties[tags.readReceiptRequested] === true ? awaited : 0;
}

/** Whether somebody waits for a receipt of an item; its flags must have been read. */
export function isReceiptPending({ flags = 0 }: Pick<ItemRow, 'flags'>): boolean {
  return (flags & awaited) !== 0;
}

/** The unread items of a folder of which somebody waits for a receipt, by counter, those behind one; at most `limit`. */
export async function pendingReceipts(executor: Executor, mailbox: Guid, folder: number, after: number, limit: number): Promise<number[]> {
  const rows = await executor
    .selectFrom('item')
    .select('counter')
    .where('mailbox', '=', mailbox)
    .where('folder', '=', folder)
    .where('counter', '>', after)
    .where('is_read', '=', 0)
    .where(sql<number>`flags & ${sql.lit(awaited)}`, '<>', 0)
    .orderBy('counter')
    .limit(limit)
    .execute();
  return rows.map(({ counter }) => counter);
}

/** Nobody waits any more: in the transaction in which that is answered, or is not to be. Leaves the change number to its change. */
export async function endReceipt(tx: Executor, mailbox: Guid, counter: number, flags: number): Promise<void> {
  const values = { flags: flags & ~awaited };
  await tx.updateTable('item').set(values).where('mailbox', '=', mailbox).where('counter', '=', counter).execute();
}

/** The owner tells nobody: a change of the item. Refuses with `item-not-found` and, when it has changed meanwhile, `change-key-stale`. */
export async function suppressReceipt(tx: Executor, mailbox: Guid, counter: number, expected: number, instant: Instant): Promise<void> {
  const row = await getItem(tx, mailbox, counter, { properties: [tags.messageFlags] });
  const flags = Number((row && itemProperty(row, tags.messageFlags)) ?? 0) & ~awaited;
  await updateItem(tx, mailbox, counter, { set: { [tags.messageFlags]: flags } }, expected, instant);
}
