import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { createdBy, type ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { createItem as store } from '../../../shared/domain/mailbox/item-writes.ts';
import { suppressReceipt } from '../../../shared/domain/mailbox/read-receipts.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireNewItem } from '../../../shared/protocols/ews/item-lists.ts';
import type { WireItem, WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { createItem as contract } from '../../../shared/protocols/ews/operations/create-item.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { destination } from '../destination.ts';
import { Draft } from '../drafts/draft.ts';
import { answerDraft, isAnswer, openReference, postDraft } from '../drafts/response-draft.ts';
import { sendDraft, writeAuthor } from '../drafts/send.ts';
import { sentFolder } from '../drafts/send-stored.ts';
import { writeItem } from '../drafts/write-fields.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { authorOf } from '../item-rights.ts';
import { type FolderTarget, type OpenMailbox, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { itemReference } from '../views/item-reference.ts';

type Request = RequestOf<typeof contract>;
type Message = { readonly class: 'Success'; readonly Items: readonly WireItem[] };

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation */
export const createItem: Operation<typeof contract> = async (call, request) => {
  const { MessageDisposition, Items } = request;
  if (MessageDisposition === undefined && Items.some(needsDisposition)) throw ewsRefusal('ErrorMessageDispositionRequired');
  if (MessageDisposition !== 'SendOnly' && MessageDisposition !== 'SendAndSaveCopy') return saveAll(call, request);
  const copyTo = sentFolder(call, request.SavedItemFolderId);
  return perItem(call, Items, async (item): Promise<Message> => {
    if (!needsDisposition(item)) return call.context.store.transaction(await prepareDeed(call, item as WireResponseObject, request));
    const folder = await copyTo();
    await sendDraft(call, folder.mailbox, await readDraft(call, item), { copyTo: MessageDisposition === 'SendOnly' ? undefined : folder });
    // A message that was sent has no id to give: it is filed by the server when it has gone out.
    return { class: 'Success', Items: [] };
  });
};

/** What is neither kept as a draft nor sent. */
function needsDisposition({ element }: WireNewItem): boolean {
  return element !== 'SuppressReadReceipt' && element !== 'PostReplyItem';
}

async function saveAll(call: EwsCall, request: Request): Promise<ResponseOf<typeof contract>> {
  const usual: FolderTarget = { is: 'DistinguishedFolderId', value: { Id: 'drafts' } };
  const open = destination(call, request.SavedItemFolderId ?? usual, folderRights.create, 'ErrorSavedItemFolderNotFound');
  const author = await authorOf(call);
  return inSlices(call, request.Items, async (item): Promise<(tx: Executor) => Promise<Message>> => {
    if (!needsDisposition(item)) return prepareDeed(call, item as WireResponseObject, request);
    const { mailbox, folder } = await open();
    const draft = await readDraft(call, item);
    await writeAuthor(call, mailbox, draft);
    if (draft.properties[tags.messageFlags] === undefined) draft.set(tags.messageFlags, mfUnsent);
    return prepareSave(call, mailbox, folder.counter, draft, author);
  });
}

/** A response object that is done at once, whatever is to become of messages. */
async function prepareDeed(call: EwsCall, object: WireResponseObject, request: Request): Promise<(tx: Executor) => Promise<Message>> {
  if (object.element === 'SuppressReadReceipt') {
    const { opened, row } = await openReference(call, object, 'edit');
    const { mailbox, key } = opened;
    return async (tx) => {
      await suppressReceipt(tx, mailbox.guid, key.item, row.change_number, call.instant);
      return { class: 'Success', Items: [] };
    };
  }
  const { draft, reference } = await postDraft(call, object);
  const { mailbox, key } = reference.opened;
  const beside: FolderTarget = { is: 'FolderId', value: { Id: mailbox.ids.folderId(key.folder) } };
  const to = await openFolder(call, request.SavedItemFolderId ?? beside, folderRights.create);
  await writeAuthor(call, to.mailbox, draft);
  return prepareSave(call, to.mailbox, to.folder.counter, draft, await authorOf(call));
}

function prepareSave(
  { instant }: EwsCall,
  mailbox: OpenMailbox,
  folder: number,
  draft: Draft,
  author: ItemAuthor,
): (tx: Executor) => Promise<Message> {
  if (draft.properties[tags.read] === undefined) draft.set(tags.read, true);
  const item = draft.toItem();
  const whole = { ...item, properties: { ...item.properties, ...createdBy(author) } };
  return async (tx) => {
    const made = await store(tx, mailbox.guid, folder, whole, instant);
    return { class: 'Success', Items: [itemReference(mailbox, itemElementOf(item.class), made)] };
  };
}

async function readDraft(call: EwsCall, item: WireNewItem): Promise<Draft> {
  if (isAnswer(item.element)) return answerDraft(call, item.element, item as WireResponseObject);
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
