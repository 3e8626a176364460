import { createdBy, type ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import { mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { folderElementOf, type ItemElement } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { FolderTarget, OpenFolder } from '../mailboxes.ts';
import { settleRetention } from '../retention/settle-retention.ts';
import { itemReference } from '../views/item-reference.ts';
import type { Draft } from './draft.ts';
import { writeAuthor } from './send.ts';
import { settleItem } from './settle-item.ts';

/** Elements that MessageDisposition is about; all others are saved, whatever it says. */
const messages: readonly ItemElement[] = ['Message', 'Item'];

/** Whether an item is a message, which can be sent. */
export function isMessage(element: string): boolean {
  return messages.some((one) => one === element);
}

/** Where an item goes that is saved without a folder; of posts it is inferred. */
export function usualFolder(element: string): FolderTarget {
  return { is: 'DistinguishedFolderId', value: { Id: usualFolders[element] ?? 'drafts' } };
}

const usualFolders: Readonly<Record<string, string>> = {
  Contact: 'contacts',
  DistributionList: 'contacts',
  Task: 'tasks',
  PostItem: 'inbox',
  CalendarItem: 'calendar',
};

const kindsOfFolders: Readonly<Partial<Record<ItemElement, readonly [folder: string, code: ResponseCode]>>> = {
  Contact: ['ContactsFolder', 'ErrorCannotCreateContactInNonContactFolder'],
  DistributionList: ['ContactsFolder', 'ErrorCannotCreateContactInNonContactFolder'],
  Task: ['TasksFolder', 'ErrorCannotCreateTaskInNonTaskFolder'],
  PostItem: ['Folder', 'ErrorCannotCreatePostItemInNonMailFolder'],
  CalendarItem: ['CalendarFolder', 'ErrorCannotCreateCalendarItemInNonCalendarFolder'],
};

/**
 * Prepares to file a draft in a folder. The write answers what CreateItem answers of it: its id and those of its
 * attachments. Refuses a folder of another kind, and what tasks refuse.
 */
export async function prepareSave(
  call: EwsCall,
  { mailbox, folder }: OpenFolder,
  element: ItemElement,
  draft: Draft,
  author: ItemAuthor,
): Promise<(tx: Executor) => Promise<WireItem>> {
  const [kind, code] = kindsOfFolders[element] ?? [];
  if (kind !== undefined && code !== undefined && folderElementOf(folder.class) !== kind) throw ewsRefusal(code, { detail: folder.class });
  if (isMessage(element) || element === 'PostItem') await writeAuthor(call, mailbox, draft);
  settleItem(draft, element, mailbox.owner, call);
  await settleRetention(call.context.store.read, mailbox, draft, call.instant);
  if (draft.properties[tags.messageFlags] === undefined) draft.set(tags.messageFlags, isMessage(element) ? mfUnsent : 0);
  if (draft.properties[tags.read] === undefined) draft.set(tags.read, true);
  const item = draft.toItem();
  const whole = { ...item, properties: { ...item.properties, ...createdBy(author) } };
  return async (tx) => {
    const made = await createItem(tx, mailbox.guid, folder.counter, whole, call.instant);
    const reference = itemReference(mailbox, element, made);
    if (item.attachments.length === 0) return reference;
    const attachments = item.attachments.map(({ kind: stored }, number) => ({
      is: attachmentElements[stored],
      value: { AttachmentId: { Id: mailbox.ids.attachmentId(made.folder, made.counter, number) } },
    }));
    return { ...reference, fields: [...reference.fields, [itemFields.Attachments as FieldRow, attachments]] };
  };
}

const attachmentElements = {
  file: 'FileAttachment',
  item: 'ItemAttachment',
  reference: 'ReferenceAttachment',
} as const satisfies Readonly<Record<string, WireAttachment['is']>>;
