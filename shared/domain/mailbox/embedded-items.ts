import type { Instant } from '../../kernel/clock.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { storableJson } from '../../store/storable.ts';
import {
  attachmentRow,
  type EmbeddedAttachment,
  type EmbeddedItem,
  embedAttachment,
  embeddedItemOf,
  embeddedSize,
  fileFactsOf,
  isItemAttachment,
} from './attachments.ts';
import type { AttachmentDraft } from './draft.ts';
import { mailboxRefusal } from './errors.ts';
import type { ItemRow } from './item-columns.ts';
import { displayNames, emptyRow, layOut, sizeOf } from './item-layout.ts';
import { type AttachmentRow, exceptionKind, type RecipientRow } from './items.ts';

/** An item inside an attachment, as the rows that it would be if it lay in a folder. */
export interface EmbeddedContent {
  readonly row: ItemRow;
  readonly recipients: readonly RecipientRow[];
  readonly attachments: readonly AttachmentRow[];
}

/** The rows of an item attachment; its id, folder and change number are those of `root`, the item in the folder. */
export function embeddedContent(attachment: AttachmentRow, root: ItemRow): EmbeddedContent {
  const item = embeddedItemOf(attachment);
  const { mailbox, modified } = attachment;
  const { columns, bag } = layOut(item.properties);
  const blind = displayNames(item.recipients, 'bcc');
  const row: ItemRow = {
    ...noColumns,
    created: modified,
    modified,
    ...columns,
    display_to: displayNames(item.recipients, 'to'),
    display_cc: displayNames(item.recipients, 'cc'),
    mailbox,
    counter: root.counter,
    folder: root.folder,
    change_number: root.change_number,
    class: item.class,
    size: 0,
    has_attachments: item.attachments.some(({ isInline }) => !isInline) ? 1 : 0,
    mime: item.mime,
    bag: storableJson(blind === null ? bag : { ...bag, [tags.displayBcc]: blind }),
  };
  return {
    row: { ...row, size: sizeOf(row) + item.attachments.reduce((sum, one) => sum + one.size, 0) },
    recipients: item.recipients.map(({ kind, name, address, routingType, properties }, position) => ({
      mailbox,
      item: root.counter,
      position,
      kind,
      name,
      address,
      routing_type: routingType,
      bag: properties === undefined ? null : storableJson(properties),
    })),
    attachments: item.attachments
      .map((one, index) => attachmentRow(one, { mailbox, item: root.counter, number: one.number ?? index, modified }))
      .filter(({ kind }) => kind !== exceptionKind),
  };
}

const noColumns = { ...emptyRow, associated: 0, received: null, article_number: 0, conversation: null } as const;

/** The attachment of that path of numbers, from the item in the folder inwards; undefined when there is none. */
export function attachmentAt(rows: readonly AttachmentRow[], path: readonly number[], root: ItemRow): AttachmentRow | undefined {
  const [number, ...further] = path;
  const found = rows.find((row) => row.number === number);
  if (found === undefined || further.length === 0) return found;
  return isItemAttachment(found) ? attachmentAt(embeddedContent(found, root).attachments, further, root) : undefined;
}

/** Attachments that an embedded item gets and loses. */
export interface EmbeddedChanges {
  readonly add: readonly AttachmentDraft[];
  readonly remove: readonly number[];
}

/**
 * An item attachment with attachments of its own changed, and the numbers of those that were added; `path` leads on to an
 * item inside it. Refuses with `attachment-not-found`.
 */
export async function changedEmbedded(
  tx: Executor,
  attachment: AttachmentRow,
  path: readonly number[],
  changes: EmbeddedChanges,
  instant: Instant,
): Promise<{ readonly row: AttachmentRow; readonly added: number[] }> {
  if (!isItemAttachment(attachment)) throw mailboxRefusal('attachment-not-found', `attachment ${attachment.number} is no item`);
  const { item, added } = await changedItem(tx, embeddedItemOf(attachment), path, changes);
  return { row: { ...attachment, bag: storableJson(item), size: embeddedSize(item), modified: instant }, added };
}

/** The same of an item that lies in none of the store's rows itself. */
export async function changedItem(
  tx: Executor,
  item: EmbeddedItem,
  path: readonly number[],
  changes: EmbeddedChanges,
): Promise<{ item: EmbeddedItem; added: number[] }> {
  const numbered = item.attachments.map((one, index): EmbeddedAttachment & { number: number } => ({ ...one, number: one.number ?? index }));
  const [next, ...further] = path;
  if (next !== undefined) {
    const inner = numbered.find(({ number }) => number === next)?.item ?? undefined;
    if (inner === undefined) throw mailboxRefusal('attachment-not-found', `no item attachment ${next}`);
    const changed = await changedItem(tx, inner, further, changes);
    const attachments = numbered.map((one) =>
      one.number === next ? { ...one, item: changed.item, size: embeddedSize(changed.item) } : one,
    );
    return { item: { ...item, attachments, mime: null }, added: changed.added };
  }
  const missing = changes.remove.find((number) => !numbered.some((one) => one.number === number));
  if (missing !== undefined) throw mailboxRefusal('attachment-not-found', `attachment ${missing} of an item attachment`);
  const first = numbered.reduce((most, one) => Math.max(most, one.number + 1), 0);
  const attachments: EmbeddedAttachment[] = numbered.filter(({ number }) => !changes.remove.includes(number));
  for (const [index, draft] of changes.add.entries()) attachments.push({ ...(await embedAttachment(tx, draft)), number: first + index });
  return { item: { ...item, attachments, mime: null }, added: changes.add.map((_, index) => first + index) };
}

/** Whether one of the attachments is the picture of a contact. */
export function hasContactPhoto(rows: readonly AttachmentRow[]): boolean {
  return rows.some((row) => fileFactsOf(row).isContactPhoto === true);
}
