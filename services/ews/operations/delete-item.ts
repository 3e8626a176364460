import { type Removal, deleteItem as remove } from '../../../shared/domain/mailbox/delete-item.ts';
import { getFolder } from '../../../shared/domain/mailbox/folders.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { deleteItem as contract } from '../../../shared/protocols/ews/operations/delete-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { prepareReceipt } from '../drafts/read-receipt.ts';
import { nextOccurrenceOf, occurrenceKeys } from '../drafts/task-occurrence.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { inSlices } from '../in-slices.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey, OpenMailbox } from '../mailboxes.ts';
import { prepareOccurrenceRemoval } from '../occurrences/delete-occurrence.ts';
import { namedItem } from '../occurrences/named-item.ts';
import type { Operation } from '../operation.ts';

const removals = { HardDelete: 'hard', SoftDelete: 'soft', MoveToDeletedItems: 'to-deleted-items' } as const satisfies Readonly<
  Record<string, Removal>
>;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation */
export const deleteItem: Operation<typeof contract> = (call, request) =>
  inSlices(call, request.ItemIds, async (target) => {
    const { id, occurrence } = namedItem(target);
    const removal = removals[request.DeleteType];
    if (occurrence !== undefined) return prepareOccurrenceRemoval(call, request, { id, occurrence }, removal);
    const opened = await openItemFor(call, id, 'delete');
    const { mailbox, key } = opened;
    const isGone = removal !== 'to-deleted-items' || (await isInDeletedItems(call, opened));
    const receipt = isGone ? await prepareReceipt(call, opened, 'removed', request.SuppressReadReceipts === true) : undefined;
    return async (tx) => {
      const row = await itemFor(tx, call, opened, 'delete', { properties: occurrenceKeys });
      checkOptions(row, request);
      if (await skipsOccurrence(tx, mailbox, row, request, call.instant)) return { class: 'Success' } as const;
      await receipt?.(tx);
      await remove(tx, mailbox.guid, key.item, removal, call.instant);
      return { class: 'Success' } as const;
    };
  });

function checkOptions(row: ItemRow, { SendMeetingCancellations, AffectedTaskOccurrences }: RequestOf<typeof contract>): void {
  const element = itemElementOf(row.class);
  if (element === 'CalendarItem') {
    if (SendMeetingCancellations === undefined) throw ewsRefusal('ErrorSendMeetingCancellationsRequired');
    if (SendMeetingCancellations !== 'SendToNone')
      throw notSupported(`DeleteItem with SendMeetingCancellations ${SendMeetingCancellations}`);
  }
  if (element === 'Task') {
    if (AffectedTaskOccurrences === undefined) throw ewsRefusal('ErrorAffectedTaskOccurrencesRequired');
  }
}

/** Lets a recurring task go on to its next occurrence where this one alone is deleted; the last one cannot be, nor a task that does not recur. */
async function skipsOccurrence(
  tx: Executor,
  { guid }: OpenMailbox,
  row: ItemRow,
  { AffectedTaskOccurrences }: RequestOf<typeof contract>,
  instant: Instant,
): Promise<boolean> {
  if (AffectedTaskOccurrences !== 'SpecifiedOccurrenceOnly' || itemElementOf(row.class) !== 'Task') return false;
  const next = nextOccurrenceOf((key) => itemProperty(row, key), instant);
  if (next === undefined) throw ewsRefusal('ErrorCannotDeleteTaskOccurrence');
  await updateItem(tx, guid, row.counter, next, 'any', instant);
  return true;
}

/** Whoever removes an item from there is done with it: what is moved there may still be read. */
async function isInDeletedItems({ context }: EwsCall, { mailbox, key }: OpenItemKey): Promise<boolean> {
  return (await getFolder(context.store.read, mailbox.guid, key.folder))?.role === 'deleteditems';
}
