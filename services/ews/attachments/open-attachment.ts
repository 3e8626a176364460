import { attachmentsOf, type MeetingOccurrence } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { attachmentAt } from '../../../shared/domain/mailbox/embedded-items.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { type AttachmentRow, exceptionKind, getAttachment, getItem } from '../../../shared/domain/mailbox/items.ts';
import { isPrivateItem, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import type { ItemNeed } from '../../../shared/domain/mailbox/property-reader.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type ItemDeed, mayDo } from '../item-rights.ts';
import { type OpenMailbox, openAttachmentKey } from '../mailboxes.ts';
import { heldOccurrenceOf } from '../occurrences/stored-occurrence.ts';

/** An attachment that was found, and all that its id says. */
export interface OpenAttachment {
  readonly mailbox: OpenMailbox;
  /** The item in the folder. */
  readonly root: ItemRow;
  readonly within: readonly number[];
  /** Of an occurrence of the item, for this day of its pattern. */
  readonly day: number | undefined;
  readonly attachment: AttachmentRow;
}

/** Finds an attachment that the caller may read. Refuses ids of something else, and with ErrorItemNotFound and ErrorInvalidAttachmentId. */
export async function openAttachment(call: EwsCall, Id: string): Promise<OpenAttachment> {
  const { mailbox, key } = await openAttachmentKey(call, { Id }, folderRights.readAny);
  const { read } = call.context.store;
  const { within = [], day } = key;
  const root = await rootOf(read, mailbox, key);
  const number = within[0] ?? key.attachment;
  const outer =
    day === undefined
      ? [await getAttachment(read, mailbox.guid, key.item, number)]
      : await attachmentsOf(read, await occurrenceAt(read, mailbox, root, day));
  const rows = outer.filter((row) => row !== undefined);
  const attachment = attachmentAt(rows, [...within, key.attachment], root);
  // The message of an exception is hidden; what is attached to it is not.
  if (attachment === undefined || attachment.kind === exceptionKind)
    throw ewsRefusal('ErrorInvalidAttachmentId', { detail: `no attachment ${[...within, key.attachment].join('.')}` });
  return { mailbox, root, within, day, attachment };
}

/** The occurrence of an item that was read whole. Refuses as reading it does. */
export async function occurrenceAt(executor: Executor, mailbox: OpenMailbox, root: ItemRow, day: number): Promise<MeetingOccurrence> {
  return (await heldOccurrenceOf(executor, mailbox, root, { is: 'day', day })).occurrence;
}

/**
 * The item that an attachment lies in, at last, of whoever may do this with it. What is private is not there for those who
 * open its folder by permissions. Refuses with ErrorItemNotFound and ErrorAccessDenied.
 */
export async function rootOf(
  executor: Executor,
  mailbox: OpenMailbox,
  key: { item: number; folder: number; day?: number | undefined },
  deed: ItemDeed = 'read',
): Promise<ItemRow> {
  const need: ItemNeed = { properties: key.day === undefined ? [] : 'all' };
  const row = await getItem(executor, mailbox.guid, key.item, mailbox.isShared ? withSharedFacts(need) : need);
  if (row === undefined || row.folder !== key.folder || (mailbox.hidesPrivate && isPrivateItem(row)))
    throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
  if (!mayDo(mailbox, row, deed)) throw ewsRefusal('ErrorAccessDenied', { detail: `${deed} item ${key.item}: rights ${mailbox.rights}` });
  return row;
}
