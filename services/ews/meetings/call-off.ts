import { removeHeld } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { letGo } from '../../../shared/domain/calendar/meetings/let-go.ts';
import { inBag, isCancelled, isOrganized } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { calledOff, meetingCancellation } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { itemFields } from '../../../shared/protocols/ews/fields/item.ts';
import { responseObjectFields } from '../../../shared/protocols/ews/fields/response-object.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem, WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { Draft } from '../drafts/draft.ts';
import { writeAnswerFields } from '../drafts/response-draft.ts';
import { setField } from '../drafts/write-fields.ts';
import { ewsRefusal } from '../failures.ts';
import { itemFor } from '../item-rights.ts';
import type { OpenFolder, OpenItemKey } from '../mailboxes.ts';
import type { NamedOccurrence } from '../occurrences/named-item.ts';
import { heldOccurrenceOf, storedMeeting, storedOccurrence } from '../occurrences/stored-occurrence.ts';
import { itemReference } from '../views/item-reference.ts';
import { putAside } from './answer.ts';
import { heldNow, isDelegated, isOwner, openMeeting } from './reference.ts';
import { writeAndSend } from './send-meeting.ts';

/**
 * Calls a meeting off: everybody who was asked to it is told, and it goes to Deleted Items, which is where the answer finds
 * it (https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-delete-appointments-and-cancel-meetings-by-using-ews-in-exchange).
 * Refuses with ErrorInvalidItemForOperationCancelItem and ErrorCalendarIsNotOrganizer.
 */
export async function cancelMeeting(call: EwsCall, object: WireResponseObject, copyTo: OpenFolder | undefined): Promise<WireItem[]> {
  const wrong = 'ErrorInvalidItemForOperationCancelItem';
  const reference = await openMeeting(call, object, wrong);
  const { mailbox, element, properties, draft } = reference;
  if (element !== 'CalendarItem') throw ewsRefusal(wrong, { detail: element });
  if (!isOrganized(inBag(properties))) throw ewsRefusal('ErrorCalendarIsNotOrganizer');
  const set = calledOff(properties);
  const message = new Draft(meetingCancellation({ ...draft, properties: { ...properties, ...set } }));
  writeAnswerFields(message, object);
  const words = fieldValue(object, responseObjectFields.NewBodyContent);
  if (words !== undefined) setField(message, itemFields.Body, words);
  return writeAndSend(call, mailbox, message.toItem(), { copyTo }, async (tx) => {
    const held = await heldNow(tx, call, reference, 'delete');
    const moved = held && (await letGo(tx, mailbox.guid, held, set, call.instant));
    return moved === undefined ? [] : [itemReference(mailbox, element, moved)];
  });
}

/**
 * Removes an item, or one occurrence of a series, as `write` does, and tells those who were asked to it, where it is a meeting
 * of the mailbox's owner.
 */
export async function removeAndTell<Answer>(
  call: EwsCall,
  { opened, occurrence }: { readonly opened: OpenItemKey; readonly occurrence?: NamedOccurrence | undefined },
  write: (tx: Executor) => Promise<Answer>,
  copyTo: () => Promise<OpenFolder | undefined>,
): Promise<Answer> {
  const { store } = call.context;
  const whole = await itemFor(store.read, call, opened, 'delete', { properties: 'all' });
  const part = occurrence === undefined ? undefined : await heldOccurrenceOf(store.read, opened.mailbox, whole, occurrence);
  const row = part?.row ?? whole;
  const isHis = itemElementOf(row.class) === 'CalendarItem' && isOrganized((key) => itemProperty(row, key));
  if (!isHis || isCancelled((key) => itemProperty(row, key))) return store.transaction(write);
  const meeting: ItemDraft =
    part === undefined ? await storedMeeting(call, opened.mailbox, row) : await storedOccurrence(store.read, part.occurrence);
  const message = meetingCancellation({ ...meeting, properties: { ...meeting.properties, ...calledOff(meeting.properties) } });
  return writeAndSend(call, opened.mailbox, message, { copyTo: await copyTo() }, write);
}

/**
 * Takes a meeting that was called off out of the calendar, by the message that says so, which goes to Deleted Items as
 * well. Answers the appointment, where there is one, and the message. Refuses with ErrorInvalidItemForOperationRemoveItem
 * what is no such message, and with what the page "ResponseCode" has for appointments.
 */
export async function removeMeeting(call: EwsCall, object: WireResponseObject): Promise<WireItem[]> {
  const wrong = 'ErrorInvalidItemForOperationRemoveItem';
  const reference = await openMeeting(call, object, wrong);
  const { mailbox, element, properties, appointment, message } = reference;
  const isHis = appointment !== undefined && isOrganized((key) => itemProperty(appointment.row, key));
  if (isHis || isOwner(mailbox, properties[tags.sentRepresentingSmtpAddress])) throw ewsRefusal('ErrorCalendarIsOrganizerForRemove');
  if (isDelegated(mailbox, properties)) throw ewsRefusal('ErrorCalendarIsDelegatedForRemove');
  if (element === 'CalendarItem' && isCancelled(inBag(properties))) throw ewsRefusal('ErrorCalendarIsCancelledForRemove');
  if (element !== 'MeetingCancellation' || message === undefined) throw ewsRefusal(wrong, { detail: element });
  return call.context.store.transaction(async (tx) => {
    const held = await heldNow(tx, call, reference);
    const gone = held && (await removeHeld(tx, mailbox.guid, held, 'to-deleted-items', {}, call.instant));
    const aside = itemReference(mailbox, element, await putAside(tx, call, mailbox.guid, message));
    return gone === undefined ? [aside] : [itemReference(mailbox, 'CalendarItem', gone), aside];
  });
}
