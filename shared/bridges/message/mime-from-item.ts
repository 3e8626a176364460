import { selected } from '../../domain/mailbox/column.ts';
import type { ItemRow } from '../../domain/mailbox/item-columns.ts';
import type { AttachmentRow, RecipientRow } from '../../domain/mailbox/items.ts';
import { present } from '../../kernel/assert.ts';
import { type BlobReader, draftFromItem } from './draft-from-item.ts';
import { mimeContentFromDraft } from './mime-from-draft.ts';

/**
 * The message that a stored item is, an appointment as iCalendar: as it was received, octet for octet, while the item is unchanged, else made from
 * its properties; the same item gives the same octets until it changes. The item must have been read whole.
 */
export async function mimeFromItem(
  item: ItemRow,
  recipients: readonly RecipientRow[],
  attachments: readonly AttachmentRow[],
  blobs: BlobReader,
): Promise<Buffer> {
  if (typeof item.mime === 'string') return present(await blobs(item.mime), `blob ${item.mime}`);
  return mimeContentFromDraft(await draftFromItem(item, recipients, attachments, blobs), boundaryId(item));
}

function boundaryId(item: ItemRow): string {
  return `${selected(item, 'mailbox').slice(0, 8)}${item.counter.toString(16).padStart(12, '0')}${item.change_number.toString(16)}`;
}
