import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { suppressReceipt } from '../../../shared/domain/mailbox/read-receipts.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireNewItem } from '../../../shared/protocols/ews/item-references.ts';
import type { WireItem, WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { createItem as contract } from '../../../shared/protocols/ews/operations/create-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { destination } from '../destination.ts';
import type { Draft } from '../drafts/draft.ts';
import { readNewItem } from '../drafts/new-item.ts';
import { answerDraft, isAnswer, openReference, postDraft, type Reference } from '../drafts/response-draft.ts';
import { isMessage, prepareSave, usualFolder } from '../drafts/save-item.ts';
import { sendDraft } from '../drafts/send.ts';
import { sentFolder } from '../drafts/send-stored.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { authorOf } from '../item-rights.ts';
import { type FolderTarget, type OpenFolder, type OpenMailbox, openFolder } from '../mailboxes.ts';
import { isAboutMeeting, meetingItems } from '../meetings/create.ts';
import { forwardMeeting, isForwardable } from '../meetings/forward.ts';
import { settleMeeting } from '../meetings/organize.ts';
import type { Operation } from '../operation.ts';
import { withMembers } from '../people/list-members.ts';
import { perItem } from '../per-item.ts';

type Request = RequestOf<typeof contract>;
type Message = { readonly class: 'Success'; readonly Items: readonly WireItem[] };

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation */
export const createItem: Operation<typeof contract> = async (call, request) => {
  const { MessageDisposition, Items } = request;
  if (MessageDisposition === undefined && Items.some(mayBeSent)) throw ewsRefusal('ErrorMessageDispositionRequired');
  if (request.SendMeetingInvitations === undefined && Items.some(({ element }) => element === 'CalendarItem'))
    throw ewsRefusal('ErrorSendMeetingInvitationsRequired');
  const isSent = (item: WireNewItem): boolean =>
    (MessageDisposition === 'SendOnly' || MessageDisposition === 'SendAndSaveCopy') && mayBeSent(item);
  if (!Items.some((item) => isSent(item) || isAboutMeeting(request, item))) return saveAll(call, request);
  const meeting = meetingItems(call, request);
  const copyTo = sentFolder(call, request.SavedItemFolderId);
  const save = saving(call, request);
  return perItem(call, Items, async (item): Promise<Message> => {
    if (isAboutMeeting(request, item)) return { class: 'Success', Items: await meeting(item) };
    if (!isSent(item)) return call.context.store.transaction(await (await save)(item));
    const folder = await copyTo();
    const copy = MessageDisposition === 'SendOnly' ? undefined : folder;
    const reference = isAnswer(item.element) ? await openReference(call, item as WireResponseObject) : undefined;
    if (item.element === 'ForwardItem' && reference !== undefined && isForwardable(reference.row))
      await forwardMeeting(call, reference, item as WireResponseObject, folder.mailbox, copy);
    else await sendDraft(call, folder.mailbox, (await readDraft(call, item, reference)).draft, { copyTo: copy });
    // A message that was sent has no id to give: it is filed by the server when it has gone out.
    return { class: 'Success', Items: [] };
  });
};

/** Whether MessageDisposition is about an item: all others are saved, or done at once, whatever it says. */
function mayBeSent({ element }: WireNewItem): boolean {
  return isMessage(element) || isAnswer(element);
}

async function saveAll(call: EwsCall, request: Request): Promise<ResponseOf<typeof contract>> {
  return inSlices(call, request.Items, await saving(call, request));
}

/** What prepares to save an item, or to do what a response object asks. */
async function saving(call: EwsCall, request: Request): Promise<(item: WireNewItem) => Promise<(tx: Executor) => Promise<Message>>> {
  const author = await authorOf(call);
  const folders = new Map<string, () => Promise<OpenFolder>>();
  const open = (element: string): Promise<OpenFolder> => {
    const target = request.SavedItemFolderId ?? usualFolder(element);
    const opened =
      folders.get(target.value.Id) ??
      destination(call, target, folderRights.create, 'ErrorSavedItemFolderNotFound', 'ErrorCreateItemAccessDenied');
    folders.set(target.value.Id, opened);
    return opened();
  };
  return async (given) => {
    const item =
      given.element === 'DistributionList' ? await readList(call, (await open(given.element)).mailbox, given as WireItem) : given;
    if (item.element === 'SuppressReadReceipt') return prepareSuppression(call, item as WireResponseObject);
    const { element, draft, beside } =
      item.element === 'PostReplyItem'
        ? await readPost(call, item as WireResponseObject)
        : { ...(await readDraft(call, item)), beside: undefined };
    const folder =
      beside === undefined ? await open(element) : await openFolder(call, request.SavedItemFolderId ?? beside, folderRights.create);
    if (element === 'CalendarItem') await settleMeeting(call, folder.mailbox, draft, false);
    const write = await prepareSave(call, folder, element, draft, author);
    return async (tx) => ({ class: 'Success', Items: [await write(tx)] });
  };
}

async function readList(call: EwsCall, mailbox: OpenMailbox, list: WireItem): Promise<WireItem> {
  return { ...list, fields: await withMembers(call, mailbox, list.fields) };
}

async function prepareSuppression(call: EwsCall, object: WireResponseObject): Promise<(tx: Executor) => Promise<Message>> {
  const { opened, row } = await openReference(call, object, 'edit');
  const { mailbox, key } = opened;
  return async (tx) => {
    await suppressReceipt(tx, mailbox.guid, key.item, row.change_number, call.instant);
    return { class: 'Success', Items: [] };
  };
}

/** A reply to a post lies beside it. */
async function readPost(
  call: EwsCall,
  object: WireResponseObject,
): Promise<{ readonly element: ItemElement; readonly draft: Draft; readonly beside: FolderTarget }> {
  const { draft, reference } = await postDraft(call, object);
  const { mailbox, key } = reference.opened;
  return { element: 'PostItem', draft, beside: { is: 'FolderId', value: { Id: mailbox.ids.folderId(key.folder) } } };
}

async function readDraft(
  call: EwsCall,
  item: WireNewItem,
  known?: Reference,
): Promise<{ readonly element: ItemElement; readonly draft: Draft }> {
  if (isAnswer(item.element)) {
    const reference = known ?? (await openReference(call, item as WireResponseObject));
    if (item.element === 'ForwardItem' && isForwardable(reference.row)) throw notSupported('ForwardItem of a meeting that is not sent');
    const draft = await answerDraft(call, item.element, item as WireResponseObject, reference);
    return { element: itemElementOf(draft.class), draft };
  }
  return { element: item.element as ItemElement, draft: await readNewItem(call, item as WireItem) };
}
