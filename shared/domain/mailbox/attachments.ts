import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { PropertyBag } from '../../kernel/mapi.ts';
import { putBlob } from '../../store/blob.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { storable, storableJson } from '../../store/storable.ts';
import type { AttachmentDraft, ItemDraft, RecipientDraft, ReferenceFacts } from './draft.ts';
import { type AttachmentRow, exceptionKind } from './items.ts';

/** An item that lies in another as an attachment: what its row's `bag` holds. Contents are blobs, by their hash. */
export interface EmbeddedItem {
  readonly class: string;
  readonly properties: PropertyBag;
  readonly recipients: readonly RecipientDraft[];
  readonly attachments: readonly EmbeddedAttachment[];
  /** Hash of its MIME as received, or null. */
  readonly mime: string | null;
}

/** What a file or reference has beside the columns: its row's `bag`. */
export interface FileFacts {
  readonly isContactPhoto?: boolean | undefined;
  readonly reference?: ReferenceFacts | undefined;
}

/** An attachment of an embedded item. */
export interface EmbeddedAttachment extends FileFacts {
  /** Its number in the item; absent: its place in the list. */
  readonly number?: number;
  readonly name: string;
  readonly contentType: string | null;
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  readonly isInline: boolean;
  readonly size: number;
  /** Hash of a file's octets; null for an item and a reference. */
  readonly blob: string | null;
  readonly item: EmbeddedItem | null;
  /** The item is the message of an exception of a series. */
  readonly isException?: boolean | undefined;
}

const insertAttachment = prepared((db, p: AttachmentRow) =>
  db.insertInto('attachment').values({
    mailbox: p.mailbox,
    item: p.item,
    number: p.number,
    kind: p.kind,
    name: p.name,
    content_type: p.content_type,
    content_id: p.content_id,
    content_location: p.content_location,
    is_inline: p.is_inline,
    size: p.size,
    modified: p.modified,
    blob: p.blob,
    bag: p.bag,
  }),
);

/** Writes attachments of an item, numbered from `firstNumber` on, and answers their sizes together. */
export async function storeAttachments(
  tx: Executor,
  mailbox: Guid,
  item: number,
  drafts: readonly AttachmentDraft[],
  firstNumber: number,
  instant: Instant,
): Promise<number> {
  const stored: EmbeddedAttachment[] = [];
  for (const draft of drafts) stored.push(await embedAttachment(tx, draft));
  return insertAttachments(tx, mailbox, item, stored, firstNumber, instant);
}

/** The same of attachments whose contents are kept already. */
export async function insertAttachments(
  tx: Executor,
  mailbox: Guid,
  item: number,
  stored: readonly EmbeddedAttachment[],
  firstNumber: number,
  instant: Instant,
): Promise<number> {
  for (const [index, one] of stored.entries())
    await insertAttachment.run(tx, attachmentRow(one, { mailbox, item, number: firstNumber + index, modified: instant }));
  return stored.reduce((sum, { size }) => sum + size, 0);
}

/** An embedded attachment as the row that it would be of an item of its own. */
export function attachmentRow(
  stored: EmbeddedAttachment,
  place: { readonly mailbox: string; readonly item: number; readonly number: number; readonly modified: number },
): AttachmentRow {
  const { isContactPhoto, reference } = stored;
  return {
    ...place,
    kind: stored.isException === true ? exceptionKind : stored.item !== null ? 'item' : reference !== undefined ? 'reference' : 'file',
    name: stored.name,
    content_type: stored.contentType,
    content_id: stored.contentId,
    content_location: stored.contentLocation,
    is_inline: stored.isInline ? 1 : 0,
    size: stored.size,
    blob: stored.blob,
    bag: storableJson(stored.item ?? { isContactPhoto, reference }),
  };
}

/** An attachment of an item of its own as one of an embedded item: the inverse of {@link attachmentRow}. */
export function embeddedOf(row: AttachmentRow): EmbeddedAttachment & { readonly number: number } {
  return {
    number: row.number,
    name: row.name,
    contentType: row.content_type,
    contentId: row.content_id,
    contentLocation: row.content_location,
    isInline: row.is_inline === 1,
    size: row.size,
    blob: row.blob,
    item: isItemAttachment(row) ? embeddedItemOf(row) : null,
    ...(row.kind === exceptionKind ? { isException: true } : {}),
    ...fileFactsOf(row),
  };
}

/** Whether an attachment is an item, hidden or not. */
export function isItemAttachment({ kind }: Pick<AttachmentRow, 'kind'>): boolean {
  return kind === 'item' || kind === exceptionKind;
}

/** The item inside such an attachment. */
export function embeddedItemOf(row: AttachmentRow): EmbeddedItem {
  if (!isItemAttachment(row)) throw new Error(`defect: attachment ${row.number} of item ${row.item} is a ${row.kind}`);
  return JSON.parse(row.bag) as EmbeddedItem;
}

/** What a file or reference has beside the columns. */
export function fileFactsOf(row: AttachmentRow): FileFacts {
  return isItemAttachment(row) ? {} : (JSON.parse(row.bag) as FileFacts);
}

/** Keeps the contents of an attachment and answers the rest of it. */
export async function embedAttachment(tx: Executor, draft: AttachmentDraft): Promise<EmbeddedAttachment> {
  const facts = {
    name: storable(draft.name),
    contentType: optional(draft.contentType),
    contentId: optional(draft.contentId),
    contentLocation: optional(draft.contentLocation),
    isInline: draft.isInline,
  };
  if (draft.kind === 'reference') return { ...facts, size: 0, blob: null, item: null, reference: draft.reference };
  if (draft.kind === 'file') {
    const photo = draft.isContactPhoto === true ? { isContactPhoto: true } : {};
    return { ...facts, size: draft.bytes.length, blob: await putBlob(tx, draft.bytes), item: null, ...photo };
  }
  const item = await embedItem(tx, draft.item);
  const isException = draft.isException === true ? { isException: true } : {};
  return { ...facts, size: draft.item.mime?.length ?? embeddedSize(item), blob: null, item, ...isException };
}

/** How large an embedded item is when it has no MIME. */
export function embeddedSize(item: EmbeddedItem): number {
  const contents = item.attachments.reduce((sum, attachment) => sum + attachment.size, 0);
  return contents + Buffer.byteLength(JSON.stringify(item.properties));
}

async function embedItem(tx: Executor, draft: ItemDraft): Promise<EmbeddedItem> {
  const attachments: EmbeddedAttachment[] = [];
  for (const attachment of draft.attachments) attachments.push(await embedAttachment(tx, attachment));
  const { class: itemClass, properties, recipients } = draft;
  return { class: itemClass, properties, recipients, attachments, mime: draft.mime === undefined ? null : await putBlob(tx, draft.mime) };
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}
