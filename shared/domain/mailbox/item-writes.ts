import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { putBlob } from '../../store/blob.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storable, storableJson } from '../../store/storable.ts';
import { storeAttachments } from './attachments.ts';
import { type ChangeOrigin, changeRow } from './change-rows.ts';
import { isRecoverable } from './deletion-stamp.ts';
import type { ItemDraft, RecipientDraft } from './draft.ts';
import type { FolderRow } from './folder-columns.ts';
import { adjustCounts } from './folder-counts.ts';
import { requireHolder } from './folders.ts';
import { conversationOf, displayNames, emptyRow, layOut, meetingOf, sizeOf } from './item-layout.ts';
import type { RecipientRow } from './items.ts';
import { requireRoom } from './quota.ts';
import { reviewInTime } from './recoverable-timer.ts';

/** An item as it was written: with the mailbox GUID, what its id and change key are made of. */
export interface ItemReference {
  readonly counter: number;
  readonly folder: number;
  readonly changeNumber: number;
}

const columnNames = [
  'mailbox',
  'counter',
  'folder',
  'associated',
  'class',
  'subject',
  'subject_fold',
  'sender_name',
  'sender_address',
  'from_name',
  'from_address',
  'from_fold',
  'display_to',
  'display_cc',
  'received',
  'sent',
  'starts',
  'ends',
  'recurring',
  'clip_end',
  'created',
  'modified',
  'size',
  'importance',
  'sensitivity',
  'is_read',
  'flags',
  'has_attachments',
  'article_number',
  'conversation',
  'internet_message_id',
  'change_number',
  'mime',
  'bag',
  'meeting',
] as const satisfies readonly (keyof ItemTable)[];

const insertItem = prepared((db, p: ItemTable) =>
  db.insertInto('item').values(Object.fromEntries(columnNames.map((name) => [name, p[name]])) as unknown as ItemTable),
);

const insertRecipient = prepared((db, p: RecipientRow) =>
  db.insertInto('recipient_row').values({
    mailbox: p.mailbox,
    item: p.item,
    position: p.position,
    kind: p.kind,
    name: p.name,
    address: p.address,
    routing_type: p.routing_type,
    bag: p.bag,
  }),
);

/** Writes the row of an item as it is. */
export async function insertItemRow(tx: Executor, row: ItemTable): Promise<void> {
  await insertItem.run(tx, row);
}

/**
 * Creates items in a folder, any number of them in one go; each takes one number of the mailbox, which is its object
 * counter and its first change number. What a draft does not say: it is read, its times are `instant`. Refuses with
 * `folder-not-found` and, but for mail that is delivered, `quota-exceeded` and `folder-full`.
 *
 * @param into a folder by its counter, or as this transaction has just read it: one that holds items
 */
export async function createItems(
  tx: Executor,
  mailbox: Guid,
  into: number | FolderRow,
  drafts: readonly ItemDraft[],
  instant: Instant,
  origin?: ChangeOrigin,
): Promise<ItemReference[]> {
  if (drafts.length === 0) return [];
  const first = await nextSequence(tx, mailbox, drafts.length);
  const folder = typeof into === 'number' ? await requireHolder(tx, mailbox, into) : into;
  const folderCounter = folder.counter;
  const isMail = drafts.some((draft) => draft.associated !== true);
  if (isMail && origin?.how !== 'delivered') await requireRoom(tx, mailbox, folder);
  const rows: ItemTable[] = [];
  for (const [index, draft] of drafts.entries()) {
    const place = { mailbox, counter: first + index, folder: folderCounter, article: folder.last_article + 1 + index };
    rows.push(await createRow(tx, place, draft, instant));
  }
  const ordinary = rows.filter((row) => row.associated === 0);
  const unread = ordinary.filter((row) => row.is_read === 0).length;
  const size = rows.reduce((sum, row) => sum + row.size, 0);
  const by = { items: ordinary.length, unread, associated: rows.length - ordinary.length, articles: rows.length, size };
  await adjustCounts(tx, mailbox, folderCounter, by, instant);
  if (isRecoverable(folder)) await reviewInTime(tx, mailbox, instant);
  const from = origin === undefined ? {} : { origin };
  await appendChanges(
    tx,
    rows.map(({ counter, associated }) =>
      changeRow(
        mailbox,
        counter,
        { kind: associated === 1 ? 'associated' : 'item', object: counter, operation: 'create', folder: folderCounter, ...from },
        instant,
      ),
    ),
  );
  return rows.map(({ counter, change_number }) => ({ counter, folder: folderCounter, changeNumber: change_number }));
}

/** Creates one item; see {@link createItems}. */
export async function createItem(
  tx: Executor,
  mailbox: Guid,
  into: number | FolderRow,
  draft: ItemDraft,
  instant: Instant,
  origin?: ChangeOrigin,
): Promise<ItemReference> {
  const [reference] = await createItems(tx, mailbox, into, [draft], instant, origin);
  return reference as ItemReference;
}

interface Place {
  readonly mailbox: Guid;
  readonly counter: number;
  readonly folder: number;
  readonly article: number;
}

async function createRow(
  tx: Executor,
  { mailbox, counter, folder, article }: Place,
  draft: ItemDraft,
  instant: Instant,
): Promise<ItemTable> {
  const { columns, bag } = layOut(draft.properties);
  const { conversation, topic } = conversationOf(columns.subject ?? null, bag);
  if (topic !== undefined) bag[tags.conversationTopic] = topic;
  const attachmentsSize = await storeAttachments(tx, mailbox, counter, draft.attachments, 0, instant);
  await insertRecipients(tx, mailbox, counter, draft.recipients);
  const row: ItemTable = {
    ...emptyRow,
    received: draft.associated === true ? null : instant,
    created: instant,
    modified: instant,
    ...columns,
    ...recipientColumns(draft.recipients, bag),
    mailbox,
    counter,
    folder,
    associated: draft.associated === true ? 1 : 0,
    class: storable(draft.class),
    size: 0,
    has_attachments: draft.attachments.some((attachment) => !attachment.isInline) ? 1 : 0,
    article_number: article,
    conversation,
    change_number: counter,
    mime: draft.mime === undefined ? null : await putBlob(tx, draft.mime),
    bag: storableJson(bag),
    meeting: meetingOf(bag),
  };
  row.size = draft.mime?.length ?? sizeOf(row) + attachmentsSize;
  await insertItemRow(tx, row);
  return row;
}

/** The columns that are made of the recipients; the names of the blind copies go into the bag. */
export function recipientColumns(
  recipients: readonly RecipientDraft[],
  bag: Record<PropertyKey, PropertyValue>,
): Pick<ItemTable, 'display_to' | 'display_cc'> {
  const blind = displayNames(recipients, 'bcc');
  if (blind === null) delete bag[tags.displayBcc];
  else bag[tags.displayBcc] = blind;
  const names = (kind: 'to' | 'cc'): string | null => {
    const shown = displayNames(recipients, kind);
    return shown === null ? null : storable(shown);
  };
  return { display_to: names('to'), display_cc: names('cc') };
}

/** Writes the recipients of an item, in their order. */
export async function insertRecipients(tx: Executor, mailbox: Guid, item: number, recipients: readonly RecipientDraft[]): Promise<void> {
  for (const [position, { kind, name, address, routingType, properties }] of recipients.entries()) {
    const texts = { name: storable(name), address: storable(address), routing_type: storable(routingType) };
    const bag = properties === undefined ? null : storableJson(properties);
    await insertRecipient.run(tx, { mailbox, item, position, kind, ...texts, bag });
  }
}
