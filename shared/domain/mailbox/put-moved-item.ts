import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import { putBlob } from '../../store/blob.ts';
import { appendChanges, nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storable, storableJson } from '../../store/storable.ts';
import { type EmbeddedAttachment, embedAttachment, insertAttachments } from './attachments.ts';
import { changeRow } from './change-rows.ts';
import { isRecoverable } from './deletion-stamp.ts';
import type { ItemDraft } from './draft.ts';
import type { FolderRow } from './folder-columns.ts';
import { adjustCounts, countsOf } from './folder-counts.ts';
import { emptyRow, layOut, meetingOf } from './item-layout.ts';
import { type ItemReference, insertItemRow, insertRecipients, recipientColumns } from './item-writes.ts';
import { getItem } from './items.ts';
import { kindOf } from './move-item.ts';
import { reviewInTime } from './recoverable-timer.ts';

/** What an attachment is in its item beside what its draft says. */
export interface AttachmentFacts {
  /** Of the first level and where attachments inside have one; absent: its place. */
  readonly number?: number | undefined;
  readonly size: number;
  /** Of the first level alone. */
  readonly modified?: number | undefined;
  readonly isInline: boolean;
  /** Of an item attachment. */
  readonly inside?: readonly AttachmentFacts[] | undefined;
}

/** What a mailbox keeps of an item beside its draft. */
export interface ItemFacts {
  /** Octets. */
  readonly size: number;
  readonly articleNumber: number;
  /** Hexadecimal. */
  readonly conversation: string | null;
  readonly attachments: readonly AttachmentFacts[];
}

/** An item that comes from another mailbox, whole. */
export interface MovedItem {
  readonly draft: ItemDraft;
  readonly facts: ItemFacts;
}

/**
 * Writes an item as it was in another mailbox: nothing of it is made anew but its place, its counter and its change number. Where
 * `replaced` is the counter of an item, that one is written anew and keeps it. Asks for no quota: whoever moves a mailbox has asked
 * for the whole.
 */
export async function putMovedItem(
  tx: Executor,
  folder: FolderRow,
  { draft, facts }: MovedItem,
  replaced: number | undefined,
  instant: Instant,
): Promise<ItemReference> {
  const mailbox = folder.mailbox as Guid;
  const change = await nextSequence(tx, mailbox);
  const before =
    replaced === undefined ? undefined : ((await getItem(tx, mailbox, replaced, { properties: 'all' })) as ItemTable | undefined);
  const counter = before?.counter ?? change;
  if (before !== undefined) await takeAway(tx, mailbox, before, instant);
  const row = await rowOf(tx, { mailbox, counter, folder: folder.counter, change }, { draft, facts });
  await insertItemRow(tx, row);
  await insertRecipients(tx, mailbox, counter, draft.recipients);
  for (const [index, attachment] of draft.attachments.entries()) {
    const own = facts.attachments[index];
    const stored = withFacts(await embedAttachment(tx, attachment), own);
    await insertAttachments(tx, mailbox, counter, [stored], own?.number ?? index, own?.modified ?? instant);
  }
  const articles = Math.max(0, facts.articleNumber - (await lastArticle(tx, folder)));
  await adjustCounts(tx, mailbox, folder.counter, { ...countsOf(row, 1), articles }, instant);
  if (isRecoverable(folder)) await reviewInTime(tx, mailbox, instant);
  const operation = before?.folder === folder.counter ? 'update' : 'create';
  await appendChanges(tx, [changeRow(mailbox, change, { kind: kindOf(row), object: counter, operation, folder: folder.counter }, instant)]);
  return { counter, folder: folder.counter, changeNumber: change };
}

async function takeAway(tx: Executor, mailbox: Guid, item: ItemTable, instant: Instant): Promise<void> {
  for (const table of ['recipient_row', 'attachment'] as const)
    await tx.deleteFrom(table).where('mailbox', '=', mailbox).where('item', '=', item.counter).execute();
  await tx.deleteFrom('item').where('mailbox', '=', mailbox).where('counter', '=', item.counter).execute();
  await adjustCounts(tx, mailbox, item.folder, countsOf(item, -1), instant);
}

async function lastArticle(tx: Executor, { mailbox, counter }: FolderRow): Promise<number> {
  const query = tx.selectFrom('folder').select('last_article').where('mailbox', '=', mailbox).where('counter', '=', counter);
  return (await query.executeTakeFirst())?.last_article ?? 0;
}

interface Place {
  readonly mailbox: Guid;
  readonly counter: number;
  readonly folder: number;
  readonly change: number;
}

async function rowOf(tx: Executor, { mailbox, counter, folder, change }: Place, { draft, facts }: MovedItem): Promise<ItemTable> {
  const { columns, bag } = layOut(draft.properties);
  const { display_to, display_cc } = recipientColumns(draft.recipients, {});
  return {
    ...emptyRow,
    received: null,
    created: 0,
    modified: 0,
    ...columns,
    display_to,
    display_cc,
    mailbox,
    counter,
    folder,
    associated: draft.associated === true ? 1 : 0,
    class: storable(draft.class),
    size: facts.size,
    has_attachments: draft.properties[tags.hasAttachments] === true ? 1 : 0,
    article_number: facts.articleNumber,
    conversation: facts.conversation,
    change_number: change,
    mime: draft.mime === undefined ? null : await putBlob(tx, draft.mime),
    bag: storableJson(bag),
    meeting: meetingOf(bag),
  };
}

/** The facts of attachments as they lie in an item, and of those inside them. */
export function attachmentFacts(stored: EmbeddedAttachment): AttachmentFacts {
  const { number, size, isInline, item } = stored;
  return { number, size, isInline, inside: item === null ? undefined : item.attachments.map(attachmentFacts) };
}

function withFacts(stored: EmbeddedAttachment, facts: AttachmentFacts | undefined): EmbeddedAttachment {
  if (facts === undefined) return stored;
  const { number, size, isInline, inside } = facts;
  const item = stored.item && {
    ...stored.item,
    attachments: stored.item.attachments.map((one, index) => {
      const own = inside?.[index];
      return own?.number === undefined ? withFacts(one, own) : { ...withFacts(one, own), number: own.number };
    }),
  };
  return { ...stored, size, isInline, item, ...(number === undefined ? {} : { number }) };
}
