import { type EmbeddedAttachment, type EmbeddedItem, embeddedOf } from '../../domain/mailbox/attachments.ts';
import type { AttachmentDraft, ItemDraft, RecipientDraft } from '../../domain/mailbox/draft.ts';
import type { ItemRow } from '../../domain/mailbox/item-columns.ts';
import { type AttachmentRow, type RecipientRow, recipientDraftOf } from '../../domain/mailbox/items.ts';
import { itemProperties } from '../../domain/mailbox/property-reader.ts';
import { present } from '../../kernel/assert.ts';

/** Reads octets that the store keeps under their hash, for their reader alone; undefined when it has none. */
export type BlobReader = (hash: string) => Promise<Buffer | undefined>;

/** A stored item, read whole, as the draft that would create it again: for copies, for sending, for its MIME. */
export async function draftFromItem(
  item: ItemRow,
  recipients: readonly RecipientRow[],
  attachments: readonly AttachmentRow[],
  blobs: BlobReader,
): Promise<ItemDraft> {
  return {
    class: item.class,
    properties: itemProperties(item),
    recipients: recipients.map(recipientDraftOf),
    attachments: await Promise.all(attachments.map((row) => draftFromAttachment(row, blobs))),
    mime: await optionalBlob(item.mime ?? null, blobs),
    associated: item.associated === 1,
  };
}

/** One attachment of a stored item as a draft. */
export function draftFromAttachment(row: AttachmentRow, blobs: BlobReader): Promise<AttachmentDraft> {
  return attachmentDraft(embeddedOf(row), blobs);
}

async function attachmentDraft(stored: EmbeddedAttachment, blobs: BlobReader): Promise<AttachmentDraft> {
  const facts = {
    name: stored.name,
    contentType: stored.contentType ?? undefined,
    contentId: stored.contentId ?? undefined,
    contentLocation: stored.contentLocation ?? undefined,
    isInline: stored.isInline,
  };
  if (stored.item !== null) {
    const isException = stored.isException === true ? { isException: true } : {};
    return { kind: 'item', ...facts, item: await embeddedDraft(stored.item, blobs), ...isException };
  }
  if (stored.reference !== undefined) return { kind: 'reference', ...facts, reference: stored.reference };
  const hash = present(stored.blob, 'the content of a file attachment');
  return { kind: 'file', ...facts, bytes: present(await blobs(hash), `blob ${hash}`), isContactPhoto: stored.isContactPhoto };
}

async function embeddedDraft(item: EmbeddedItem, blobs: BlobReader): Promise<ItemDraft> {
  const recipients: readonly RecipientDraft[] = item.recipients;
  const attachments = await Promise.all(item.attachments.map((attachment) => attachmentDraft(attachment, blobs)));
  return { class: item.class, properties: item.properties, recipients, attachments, mime: await optionalBlob(item.mime, blobs) };
}

async function optionalBlob(hash: string | null, blobs: BlobReader): Promise<Buffer | undefined> {
  return hash === null ? undefined : present(await blobs(hash), `blob ${hash}`);
}
