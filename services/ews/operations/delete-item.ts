import { type Removal, deleteItem as remove } from '../../../shared/domain/mailbox/delete-item.ts';
import { getFolder } from '../../../shared/domain/mailbox/folders.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { deleteItem as contract } from '../../../shared/protocols/ews/operations/delete-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { prepareReceipt } from '../drafts/read-receipt.ts';
import { sentFolder } from '../drafts/send-stored.ts';
import { nextOccurrenceOf, occurrenceKeys } from '../drafts/task-occurrence.ts';
import { ewsRefusal } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey, OpenMailbox } from '../mailboxes.ts';
import { removeAndTell } from '../meetings/call-off.ts';
import { prepareOccurrenceRemoval } from '../occurrences/delete-occurrence.ts';
import { namedItem } from '../occurrences/named-item.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Request = RequestOf<typeof contract>;

const removals = { HardDelete: 'hard', SoftDelete: 'soft', MoveToDeletedItems: 'to-deleted-items' } as const satisfies Readonly<
  Record<string, Removal>
>;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation */
export const deleteItem: Operation<typeof contract> = async (call, request) => {
  const { SendMeetingCancellations: cancellations, ItemIds } = request;
  if (cancellations !== 'SendOnlyToAll' && cancellations !== 'SendToAllAndSaveCopy')
    return inSlices(call, ItemIds, async (target) => (await prepare(call, request, target)).write);
  const sent = sentFolder(call, undefined);
  return perItem(call, ItemIds, async (target) => {
    const { opened, write } = await prepare(call, request, target);
    const { occurrence } = namedItem(target);
    return removeAndTell(call, { opened, occurrence }, write, async () => (cancellations === 'SendOnlyToAll' ? undefined : sent()));
  });
};

/** The removal of one item, prepared. */
async function prepare(call: EwsCall, request: Request, target: Request['ItemIds'][number]) {
  const { id, occurrence } = namedItem(target);
  const removal = removals[request.DeleteType];
  if (occurrence !== undefined) return prepareOccurrenceRemoval(call, request, { id, occurrence }, removal);
  const opened = await openItemFor(call, id, 'delete');
  const { mailbox, key } = opened;
  const isGone = removal !== 'to-deleted-items' || (await isInDeletedItems(call, opened));
  const receipt = isGone ? await prepareReceipt(call, opened, 'removed', request.SuppressReadReceipts === true) : undefined;
  const write = async (tx: Executor) => {
    const row = await itemFor(tx, call, opened, 'delete', { properties: occurrenceKeys });
    checkOptions(row, request);
    if (await skipsOccurrence(tx, call, mailbox, row, request)) return { class: 'Success' } as const;
    await receipt?.(tx);
    await remove(tx, mailbox.guid, key.item, removal, call.instant);
    return { class: 'Success' } as const;
  };
  return { opened, write };
}

function checkOptions(row: ItemRow, { SendMeetingCancellations, AffectedTaskOccurrences }: Request): void {
  const element = itemElementOf(row.class);
  if (element === 'CalendarItem') {
    if (SendMeetingCancellations === undefined) throw ewsRefusal('ErrorSendMeetingCancellationsRequired');
  }
  if (element === 'Task') {
    if (AffectedTaskOccurrences === undefined) throw ewsRefusal('ErrorAffectedTaskOccurrencesRequired');
  }
}

/** Lets a recurring task go on to its next occurrence where this one alone is deleted; the last one cannot be, nor a task that does not recur. */
async function skipsOccurrence(
  tx: Executor,
  call: EwsCall,
  { guid }: OpenMailbox,
  row: ItemRow,
  { AffectedTaskOccurrences }: RequestOf<typeof contract>,
): Promise<boolean> {
  if (AffectedTaskOccurrences !== 'SpecifiedOccurrenceOnly' || itemElementOf(row.class) !== 'Task') return false;
  const next = nextOccurrenceOf((key) => itemProperty(row, key), call);
  if (next === undefined) throw ewsRefusal('ErrorCannotDeleteTaskOccurrence');
  await updateItem(tx, guid, row.counter, next, 'any', call.instant);
  return true;
}

/** Whoever removes an item from there is done with it: what is moved there may still be read. */
async function isInDeletedItems({ context }: EwsCall, { mailbox, key }: OpenItemKey): Promise<boolean> {
  return (await getFolder(context.store.read, mailbox.guid, key.folder))?.role === 'deleteditems';
}
