import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { putBlob } from '../../store/blob.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storableJson } from '../../store/storable.ts';
import { type EmbeddedAttachment, type EmbeddedItem, embeddedSize, insertAttachments, storeAttachments } from './attachments.ts';
import { type ChangedProperty, changeRow } from './change-rows.ts';
import type { AttachmentDraft, RecipientDraft } from './draft.ts';
import { changedEmbedded } from './embedded-items.ts';
import { mailboxRefusal } from './errors.ts';
import { adjustCounts } from './folder-counts.ts';
import { requireFolder } from './folders.ts';
import { mfInColumns, mfRead } from './item-columns.ts';
import { conversationOf, layOut, meetingOf, showsInMime, sizeOf, withoutProperties } from './item-layout.ts';
import { type ItemReference, insertRecipients, recipientColumns } from './item-writes.ts';
import { type AttachmentRow, getAllAttachments, getItem } from './items.ts';
import { keepVersion } from './keep-version.ts';
import { bagOf } from './property-reader.ts';
import { requireRoom } from './quota.ts';

/** Of an item that is not to be changed (MakeItemImmutable); to take it away makes it one like others. In a property set of ours. */
export const readOnly: PropertyKey = namedProperty(namedGuid('coexist', 'item settings'), 'ReadOnly', 'Boolean');

export interface ItemChanges {
  /** Properties that the mailbox computes are passed over. */
  readonly set?: PropertyBag;
  /** Taking away what is not there is no error. */
  readonly remove?: readonly PropertyKey[];
  /** All recipients, instead of those there were. */
  readonly recipients?: readonly RecipientDraft[];
  readonly attachments?: {
    readonly add?: readonly AttachmentDraft[];
    /** Further ones, whose contents are kept already. */
    readonly put?: readonly EmbeddedAttachment[];
    readonly remove?: readonly number[];
    /** Items of the item's own attachments, by number, that become others and keep their attachments' numbers. */
    readonly replace?: readonly { readonly number: number; readonly item: EmbeddedItem }[];
    /** Numbers that lead to an item attachment whose attachments these are; absent: those of the item itself. */
    readonly within?: readonly number[];
  };
  /** The octets of the message that the changed item is. */
  readonly mime?: Uint8Array | undefined;
}

export interface UpdatedItem extends ItemReference {
  /** Numbers of the attachments that were added, in their order. */
  readonly addedAttachments: readonly number[];
}

/**
 * Changes an item; of one that is on hold the version before is kept. A change of nothing but the read flag is told to
 * synchronising clients as such; one that sets it to what it is changes nothing and takes no change number. Refuses with `item-not-found`, `change-key-stale` (when
 * `expectedChangeNumber` is not the current one), `item-read-only`, `attachment-not-found` and, where attachments are added, `quota-exceeded`.
 */
export async function updateItem(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  changes: ItemChanges,
  expectedChangeNumber: number | 'any',
  instant: Instant,
): Promise<UpdatedItem> {
  // Taken before anything is read: it locks the mailbox.
  const first = await nextSequence(tx, mailbox);
  const before = (await getItem(tx, mailbox, counter, { properties: 'all' })) as ItemTable | undefined;
  if (before === undefined) throw mailboxRefusal('item-not-found', `item ${counter} of mailbox ${mailbox}`);
  if (expectedChangeNumber !== 'any' && expectedChangeNumber !== before.change_number) {
    throw mailboxRefusal('change-key-stale', `item ${counter} has change ${before.change_number}, not ${expectedChangeNumber}`);
  }
  if (bagOf(before)[readOnly] === true && changes.remove?.includes(readOnly) !== true)
    throw mailboxRefusal('item-read-only', `item ${counter} of mailbox ${mailbox}`);
  const isRead = readFlagOnly(before, changes);
  if (isRead === before.is_read) return { counter, folder: before.folder, changeNumber: before.change_number, addedAttachments: [] };
  const touched = changes.mime === undefined ? touchedBy(changes) : [...touchedBy(changes), tags.body];
  const isKept = isRead === undefined && (await keepVersion(tx, mailbox, before, touched, instant));
  const sequence = isKept ? await nextSequence(tx, mailbox) : first;
  const changed =
    isRead === undefined ? await changedRow(tx, before, changes, mailbox, instant) : { row: { is_read: isRead }, addedAttachments: [] };
  await tx
    .updateTable('item')
    .set({ ...changed.row, change_number: sequence })
    .where('mailbox', '=', mailbox)
    .where('counter', '=', counter)
    .execute();
  const readAfter = changed.row.is_read ?? before.is_read;
  const unread = before.associated === 1 ? 0 : before.is_read - readAfter;
  const size = (changed.row.size ?? before.size) - before.size;
  await adjustCounts(tx, mailbox, before.folder, { items: 0, unread, associated: 0, articles: 0, size }, instant);
  const what = { kind: before.associated === 1 ? 'associated' : 'item', object: counter, folder: before.folder } as const;
  const how =
    isRead === undefined ? ({ operation: 'update', properties: touchedBy(changes) } as const) : ({ operation: 'read-flag' } as const);
  await appendChanges(tx, [changeRow(mailbox, sequence, { ...what, ...how }, instant)]);
  return { counter, folder: before.folder, changeNumber: sequence, addedAttachments: changed.addedAttachments };
}

/** What a change touches, each by one name whatever it was called; who made it, and when, is no part of it. */
export function touchedBy({ set = {}, remove = [], recipients, attachments }: ItemChanges): ChangedProperty[] {
  const keys = [...(Object.keys(set) as PropertyKey[]), ...remove].filter((key) => !bookkeeping.has(key));
  const touched = new Set<ChangedProperty>(keys.map((key) => synonyms.get(key) ?? key));
  if (recipients !== undefined) touched.add('recipients');
  if (attachments !== undefined) touched.add('attachments');
  return [...touched];
}

const bookkeeping: ReadonlySet<PropertyKey> = new Set([tags.lastModifierName, tags.lastModifierEntryId, tags.lastModificationTime]);
/** Properties that are views of another one. */
const synonyms: ReadonlyMap<PropertyKey, PropertyKey> = new Map([
  [tags.normalizedSubject, tags.subject],
  [tags.subjectPrefix, tags.subject],
  [tags.bodyHtml, tags.body],
  [tags.messageFlags, tags.read],
]);

/** The read flag that is asked for, when nothing else is. */
function readFlagOnly(before: ItemTable, { set = {}, remove = [], recipients, attachments, mime }: ItemChanges): number | undefined {
  const entries = Object.entries(set) as [PropertyKey, PropertyValue][];
  if (entries.length === 0 || remove.length > 0 || recipients !== undefined || attachments !== undefined || mime !== undefined)
    return undefined;
  let isRead = before.is_read;
  for (const [key, value] of entries) {
    if (key === tags.read) isRead = value === true ? 1 : 0;
    else if (key === tags.messageFlags && typeof value === 'number' && (value & ~mfInColumns) === before.flags) isRead = value & mfRead;
    else return undefined;
  }
  return isRead;
}

async function changedRow(
  tx: Executor,
  before: ItemTable,
  changes: ItemChanges,
  mailbox: Guid,
  instant: Instant,
): Promise<{ row: Partial<ItemTable>; addedAttachments: number[] }> {
  const { set = {}, remove = [], recipients, attachments } = changes;
  const laid = layOut(set);
  const bag: Record<PropertyKey, PropertyValue> = { ...bagOf(before), ...laid.bag };
  for (const key of remove) delete bag[key];
  // Neither time can be taken away, nor the class be empty.
  const { created: _created, modified: _modified, class: _class, ...taken } = withoutProperties(remove);
  const row: Partial<ItemTable> = { ...taken, ...laid.columns, modified: instant };
  if (row.class === '') delete row.class;
  if (recipients !== undefined) {
    await tx.deleteFrom('recipient_row').where('mailbox', '=', mailbox).where('item', '=', before.counter).execute();
    await insertRecipients(tx, mailbox, before.counter, recipients);
    Object.assign(row, recipientColumns(recipients, bag));
  }
  if (conversationKeys.some((key) => key in set || remove.includes(key))) {
    row.conversation = conversationOf(row.subject === undefined ? before.subject : row.subject, bag).conversation;
  }
  if ((attachments?.add?.length ?? 0) > 0) await requireRoom(tx, mailbox, await requireFolder(tx, mailbox, before.folder), 'growth');
  const kept = await changeAttachments(tx, before, attachments, instant);
  if (attachments !== undefined) row.has_attachments = kept.visible ? 1 : 0;
  row.bag = storableJson(bag);
  row.meeting = meetingOf(bag);
  const touched = [...Object.keys(set), ...remove] as PropertyKey[];
  if (recipients !== undefined || attachments !== undefined || touched.some(showsInMime)) row.mime = null;
  if (changes.mime !== undefined) {
    row.mime = await putBlob(tx, changes.mime);
    row.size = changes.mime.length;
  } else if (before.mime === null || row.mime === null) row.size = sizeOf({ ...before, ...row, mime: null }) + kept.size;
  return { row, addedAttachments: kept.added };
}

const conversationKeys: readonly PropertyKey[] = [tags.conversationTopic, tags.conversationIndex, tags.conversationIndexTracking];

interface KeptAttachments {
  readonly size: number;
  /** One of them at least is not inline. */
  readonly visible: boolean;
  readonly added: number[];
}

async function changeAttachments(
  tx: Executor,
  item: ItemTable,
  changes: ItemChanges['attachments'],
  instant: Instant,
): Promise<KeptAttachments> {
  const mailbox = item.mailbox as Guid;
  const rows = (await getAllAttachments(tx, mailbox, [item.counter])).get(item.counter) ?? [];
  const { add = [], put = [], remove = [], replace = [], within: [outer, ...inner] = [] } = changes ?? {};
  if (outer !== undefined) return changeInside(tx, item, rows, outer, inner, { add, remove }, instant);
  const missing = remove.find((number) => !rows.some((row) => row.number === number));
  if (missing !== undefined) throw mailboxRefusal('attachment-not-found', `attachment ${missing} of item ${item.counter}`);
  const kept = rows.filter((row) => !remove.includes(row.number));
  if (remove.length > 0) {
    await tx
      .deleteFrom('attachment')
      .where('mailbox', '=', mailbox)
      .where('item', '=', item.counter)
      .where('number', 'in', remove)
      .execute();
  }
  const replaced = new Map(replace.map(({ number, item: other }) => [number, other]));
  for (const [number, other] of replaced) await replaceEmbedded(tx, item, number, other, instant);
  // Numbers of attachments that are gone are not given out again while a later one is there.
  const next = rows.reduce((most, row) => Math.max(most, row.number + 1), 0);
  const addedSize =
    (await storeAttachments(tx, mailbox, item.counter, add, next, instant)) +
    (await insertAttachments(tx, mailbox, item.counter, put, next + add.length, instant));
  return {
    size: kept.reduce((sum, row) => sum + sizeAfter(row, replaced), addedSize),
    visible: kept.some((row) => row.is_inline === 0) || [...add, ...put].some(({ isInline }) => !isInline),
    added: [...add, ...put].map((_, index) => next + index),
  };
}

function sizeAfter({ number, size }: AttachmentRow, replaced: ReadonlyMap<number, EmbeddedItem>): number {
  const other = replaced.get(number);
  return other === undefined ? size : embeddedSize(other);
}

async function replaceEmbedded(tx: Executor, item: ItemTable, number: number, other: EmbeddedItem, instant: Instant): Promise<void> {
  await tx
    .updateTable('attachment')
    .set({ bag: storableJson(other), size: embeddedSize(other), modified: instant })
    .where('mailbox', '=', item.mailbox)
    .where('item', '=', item.counter)
    .where('number', '=', number)
    .execute();
}

async function changeInside(
  tx: Executor,
  item: ItemTable,
  rows: readonly AttachmentRow[],
  outer: number,
  inner: readonly number[],
  changes: { readonly add: readonly AttachmentDraft[]; readonly remove: readonly number[] },
  instant: Instant,
): Promise<KeptAttachments> {
  const found = rows.find((row) => row.number === outer);
  if (found === undefined) throw mailboxRefusal('attachment-not-found', `attachment ${outer} of item ${item.counter}`);
  const { row, added } = await changedEmbedded(tx, found, inner, changes, instant);
  await tx
    .updateTable('attachment')
    .set({ bag: row.bag, size: row.size, modified: row.modified })
    .where('mailbox', '=', item.mailbox)
    .where('item', '=', item.counter)
    .where('number', '=', outer)
    .execute();
  return {
    size: rows.reduce((sum, one) => sum + (one.number === outer ? row.size : one.size), 0),
    visible: rows.some((one) => one.is_inline === 0),
    added,
  };
}
