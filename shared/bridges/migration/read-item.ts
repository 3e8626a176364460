import { embeddedOf } from '../../domain/mailbox/attachments.ts';
import { getAllAttachments, getItems, getRecipients } from '../../domain/mailbox/items.ts';
import type { Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { attachmentFacts } from '../../domain/mailbox/put-moved-item.ts';
import { isDatabaseAway, type Store } from '../../domain/organization/transaction.ts';
import { type BlobReader, draftFromItem } from '../message/draft-from-item.ts';
import type { RecordedItem } from './message-record.ts';
import { withoutReferences } from './references.ts';

/** Items of a mailbox, read whole, by their counters; those that are gone are left out. An item that cannot be read is its error. */
export async function readRecordedItems(
  { read, blobs }: { readonly read: Store['read']; readonly blobs: BlobReader },
  mailbox: Mailbox,
  counters: readonly number[],
): Promise<ReadonlyMap<number, RecordedItem | Error>> {
  const { guid } = mailbox;
  const [rows, recipients, attachments] = [
    await getItems(read, guid, counters, { properties: 'all', mime: true }),
    await getRecipients(read, guid, counters),
    await getAllAttachments(read, guid, counters),
  ];
  const found = new Map<number, RecordedItem | Error>();
  for (const [counter, row] of rows) {
    const own = attachments.get(counter) ?? [];
    try {
      const draft = await draftFromItem(row, recipients.get(counter) ?? [], own, blobs);
      const { properties, references } = withoutReferences(draft.properties, mailbox);
      const facts = {
        size: row.size ?? 0,
        articleNumber: row.article_number ?? 0,
        conversation: row.conversation ?? null,
        attachments: own.map((one) => ({ ...attachmentFacts(embeddedOf(one)), modified: one.modified })),
      };
      found.set(counter, { draft: { ...draft, properties }, facts, references });
    } catch (error) {
      // That says nothing of the item.
      if (isDatabaseAway(error)) throw error;
      found.set(counter, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return found;
}
