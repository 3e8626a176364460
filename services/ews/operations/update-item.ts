import { withoutLeftMessages } from '../../../shared/domain/calendar/left-messages.ts';
import { changedBy, type ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import type { ChangedProperty } from '../../../shared/domain/mailbox/change-rows.ts';
import { type ItemRow, mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { changedSince } from '../../../shared/domain/mailbox/item-history.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem as store, touchedBy } from '../../../shared/domain/mailbox/update-item.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { updateItem as contract } from '../../../shared/protocols/ews/operations/update-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { refuseTooMuch } from '../attachments/most-attachments.ts';
import type { EwsCall } from '../context.ts';
import { lookedUp, messageIn, readUpdates } from '../drafts/item-updates.ts';
import { prepareReceipt } from '../drafts/read-receipt.ts';
import { sendStored, sentFolder } from '../drafts/send-stored.ts';
import { settleItem } from '../drafts/settle-item.ts';
import { endsOccurrence, leaveOccurrence } from '../drafts/task-occurrence.ts';
import { ewsRefusal } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { authorOf, itemFor, openItemFor } from '../item-rights.ts';
import type { ItemIdText, OpenMailbox } from '../mailboxes.ts';
import { markMeeting } from '../meetings/organize.ts';
import { refuseSentRequest, type Settling, updateAndTell } from '../meetings/update.ts';
import { namedItem } from '../occurrences/named-item.ts';
import { prepareOccurrence } from '../occurrences/update-occurrence.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { settleRetention } from '../retention/settle-retention.ts';
import { itemReference } from '../views/item-reference.ts';

type Request = RequestOf<typeof contract>;
type ItemChange = Request['ItemChanges'][number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation */
export const updateItem: Operation<typeof contract> = async (call, request) => {
  const { MessageDisposition, SavedItemFolderId } = request;
  const author = await authorOf(call);
  const telling = request.SendMeetingInvitationsOrCancellations ?? 'SendToNone';
  const isSent = MessageDisposition === 'SendOnly' || MessageDisposition === 'SendAndSaveCopy';
  if (!isSent && telling === 'SendToNone')
    return inSlices(call, request.ItemChanges, (change) => prepareChange(call, request, change, author));
  const [copyTo, copies] = [sentFolder(call, SavedItemFolderId), sentFolder(call, undefined)];
  return perItem(call, request.ItemChanges, async (change) => {
    const folder = MessageDisposition === 'SendAndSaveCopy' ? await copyTo() : undefined;
    const prepare = (settle?: Settling) => prepareChange(call, request, change, author, settle);
    const answer =
      telling === 'SendToNone'
        ? await call.context.store.transaction(await prepare())
        : await updateAndTell(call, await opened(call, change), change.Updates, telling, copies, prepare);
    if (!isSent || answer.Items[0]?.element !== 'Message') return answer;
    await sendStored(call, await openItemFor(call, itemIdOf(change), 'delete'), folder);
    // As after CreateItem: a message that was sent has no id to give.
    return { ...answer, Items: [] };
  });
};

async function opened(call: EwsCall, change: ItemChange) {
  const { occurrence } = namedItem(change.target);
  return { opened: await openItemFor(call, itemIdOf(change), 'edit'), occurrence };
}

function itemIdOf({ target }: ItemChange): ItemIdText {
  return namedItem(target).id;
}

interface Updated {
  readonly class: 'Success';
  readonly Items: readonly WireItem[];
  readonly ConflictResults: { readonly Count: number };
}

async function prepareChange(
  call: EwsCall,
  request: Request,
  change: ItemChange,
  author: ItemAuthor,
  settle?: Settling,
): Promise<(tx: Executor) => Promise<Updated>> {
  const { MessageDisposition, ConflictResolution, SuppressReadReceipts, SendMeetingInvitationsOrCancellations } = request;
  const { id: target, occurrence } = namedItem(change.target);
  if (occurrence !== undefined)
    return prepareOccurrence(
      call,
      request,
      change,
      { id: target, occurrence },
      author,
      (tx, of, row, touched) => expectedChange(tx, of, row, target.ChangeKey, request.ConflictResolution, touched),
      settle ?? markMeeting,
    );
  const opened = await openItemFor(call, target, 'edit');
  const { mailbox, key } = opened;
  const receipt = isMarkedRead(change) ? await prepareReceipt(call, opened, 'read', SuppressReadReceipts === true) : undefined;
  const message = await messageIn(call, change.Updates);
  const updates = await lookedUp(call, mailbox, change.Updates);
  return async (tx) => {
    const row = await itemFor(tx, call, opened, 'edit', { properties: 'all' });
    const element = itemElementOf(row.class);
    if (element === 'Message' && MessageDisposition === undefined) throw ewsRefusal('ErrorMessageDispositionRequired');
    if (element === 'CalendarItem' && SendMeetingInvitationsOrCancellations === undefined)
      throw ewsRefusal('ErrorSendMeetingInvitationsOrCancellationsRequired');
    refuseSentRequest(mailbox, row, element, updates);
    refuseSentMessage(row, element, updates);
    const draft = await readUpdates(tx, mailbox, row, element, updates, message);
    if (element === 'CalendarItem') (settle ?? markMeeting)(draft);
    settleItem(draft, element, mailbox.owner, call);
    await settleRetention(tx, mailbox, draft, call.instant);
    const changes = await withoutLeftMessages(tx, mailbox.guid, row, draft.toChanges());
    // Where others go, the message was replaced, which has bounds of its own.
    const { add = [], remove = [] } = changes.attachments ?? {};
    if (add.length > 0 && remove.length === 0) await refuseTooMuch(tx, mailbox.guid, row, add);
    const touched = touchedBy(changes);
    const expected = await expectedChange(tx, mailbox, row, target.ChangeKey, ConflictResolution, touched);
    const set = touched.every((one) => one === tags.read) ? changes.set : { ...changes.set, ...changedBy(author) };
    await receipt?.(tx);
    const updated = await store(tx, mailbox.guid, key.item, { ...changes, ...(set === undefined ? {} : { set }) }, expected, call.instant);
    const left = element === 'Task' && endsOccurrence(draft) ? await leaveOccurrence(tx, mailbox, draft, updated, call) : undefined;
    return { class: 'Success', Items: [itemReference(mailbox, element, left ?? updated)], ConflictResults: { Count: 0 } };
  };
}

/** Receipts are asked for before a message is sent: ErrorInvalidPropertyUpdateSentMessage of Microsoft's page "ResponseCode". */
function refuseSentMessage(row: ItemRow, element: ItemElement, updates: ItemChange['Updates']): void {
  if (element !== 'Message' || (Number(itemProperty(row, tags.messageFlags) ?? 0) & mfUnsent) !== 0) return;
  const asked = updates.find(({ value: { path } }) => path.is === 'FieldURI' && receiptFields.includes(path.value.FieldURI));
  if (asked !== undefined) throw ewsRefusal('ErrorInvalidPropertyUpdateSentMessage', { detail: 'a receipt of a message that was sent' });
}

const receiptFields: readonly string[] = ['message:IsReadReceiptRequested', 'message:IsDeliveryReceiptRequested'];

function isMarkedRead({ Updates }: ItemChange): boolean {
  return Updates.some(({ is, value }) => {
    const isRead = value.path.is === 'FieldURI' && value.path.value.FieldURI === 'message:IsRead' && is === 'SetItemField';
    return isRead && value.item.value.fields.some(([row, flag]) => row.element === 'IsRead' && flag === true);
  });
}

/**
 * The change number that the item must have; a key must be there (the code: stackoverflow.com/questions/150359). With AutoResolve a stale key passes when nothing that this change touches was
 * changed since: the same property was then not changed twice (Microsoft's page on UpdateItem).
 */
async function expectedChange(
  tx: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  changeKey: string | undefined,
  resolution: Request['ConflictResolution'],
  touched: readonly ChangedProperty[],
): Promise<number | 'any'> {
  if (resolution === 'AlwaysOverwrite') return 'any';
  if (changeKey === undefined) throw ewsRefusal('ErrorChangeKeyRequiredForWriteOperations');
  const read = decodeChangeKey(changeKey);
  if (read === undefined) throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
  const expected = read.change ?? -1;
  if (resolution === 'NeverOverwrite' || expected === row.change_number) return expected;
  const changed = await changedSince(tx, mailbox.guid, row, expected);
  return changed === undefined || touched.some((property) => changed.has(property)) ? expected : row.change_number;
}
