import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { createItem as store } from '../../../shared/domain/mailbox/item-writes.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import type { WireNewItem } from '../../../shared/protocols/ews/item-lists.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { createItem as contract } from '../../../shared/protocols/ews/operations/create-item.ts';
import { fieldValue, type WireField } from '../../../shared/protocols/ews/wire-object.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import type { EwsCall } from '../context.ts';
import { Draft } from '../drafts/draft.ts';
import { sendDraft, writeAuthor } from '../drafts/send.ts';
import { writeItem } from '../drafts/write-fields.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { type FolderTarget, type OpenFolder, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

const mfUnsent = 0x8;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation */
export const createItem: Operation<typeof contract> = async (call, { MessageDisposition, SavedItemFolderId, Items }) => {
  if (MessageDisposition === undefined) throw ewsRefusal('ErrorMessageDispositionRequired');
  const usual: FolderTarget = { is: 'DistinguishedFolderId', value: { Id: MessageDisposition === 'SaveOnly' ? 'drafts' : 'sentitems' } };
  return perItem(call, Items, async (item) => {
    const folder = await openFolder(call, SavedItemFolderId ?? usual);
    const draft = await readDraft(call, item);
    if (MessageDisposition === 'SaveOnly') return { class: 'Success', Items: [await save(call, folder, draft)] } as const;
    await sendDraft(call, folder.mailbox, draft, MessageDisposition === 'SendOnly' ? undefined : folder);
    // A message that was sent has no id to give: it is filed by the server when it has gone out.
    return { class: 'Success', Items: [] } as const;
  });
};

async function readDraft(call: EwsCall, item: WireNewItem): Promise<Draft> {
  if (item.element !== 'Message' && item.element !== 'Item') throw notSupported(`CreateItem of ${item.element}`);
  const wire = item as WireItem;
  const mime = fieldValue(wire, itemFields.MimeContent);
  const draft = new Draft(mime === undefined ? {} : await fromMime(call, mime.text));
  writeItem(draft, wire);
  return draft;
}

async function fromMime(call: EwsCall, text: string): Promise<Awaited<ReturnType<typeof draftFromMime>>> {
  const bare = text.replace(/\s+/g, '');
  const octets = Buffer.from(bare, 'base64');
  if (octets.toString('base64').replace(/=+$/, '') !== bare.replace(/=+$/, '')) throw ewsRefusal('ErrorMimeContentInvalidBase64String');
  try {
    return await draftFromMime(octets, call.instant);
  } catch (error) {
    if (error instanceof MimeError) throw ewsRefusal('ErrorMimeContentInvalid', { detail: error.message });
    throw error;
  }
}

async function save(call: EwsCall, { mailbox, folder }: OpenFolder, draft: Draft): Promise<WireItem> {
  writeAuthor(mailbox, draft);
  if (draft.properties[tags.messageFlags] === undefined) draft.set(tags.messageFlags, mfUnsent);
  if (draft.properties[tags.read] === undefined) draft.set(tags.read, true);
  const made = await call.context.store.transaction((tx) => store(tx, mailbox.guid, folder.counter, draft.toItem(), call.instant));
  const Id = mailbox.ids.itemId(made.folder, made.counter);
  const id: WireField = [itemFields.ItemId as WireField[0], { Id, ChangeKey: mailbox.changeKey('Message', made.changeNumber) }];
  return { element: 'Message', fields: [id], extended: [] };
}
