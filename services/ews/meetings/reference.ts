import { findMeeting, meetingName } from '../../../shared/domain/calendar/meetings/find-meeting.ts';
import { isDelegatedCopy } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperties, itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { PropertyBag, PropertyValue } from '../../../shared/kernel/mapi.ts';
import { responseObjectFields } from '../../../shared/protocols/ews/fields/response-object.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import type { EwsCall } from '../context.ts';
import { readStored } from '../drafts/send-stored.ts';
import { ewsRefusal } from '../failures.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey, OpenMailbox } from '../mailboxes.ts';

/** A meeting that a response object is about, by the appointment or by a message about it. */
export interface MeetingReference {
  readonly mailbox: OpenMailbox;
  readonly opened: OpenItemKey;
  /** What the id names. */
  readonly element: ItemElement;
  /** Its properties. */
  readonly properties: PropertyBag;
  /** The same, whole. */
  readonly draft: ItemDraft;
  /** The appointment in the calendar; undefined where there is none. */
  readonly appointment: ItemRow | undefined;
  /** The message, where the id names one. */
  readonly message: ItemRow | undefined;
}

/** Whether an address is one of the mailbox's owner. */
export function isOwner({ owner }: OpenMailbox, address: PropertyValue | undefined): boolean {
  const folded = `smtp:${typeof address === 'string' ? address.toLowerCase() : ''}`;
  return owner.addresses.some((one) => one.toLowerCase() === folded);
}

/** Whether a message about a meeting was meant for somebody else, for whom the mailbox's owner looks after such. */
export function isDelegated(mailbox: OpenMailbox, properties: PropertyBag): boolean {
  return isDelegatedCopy(properties, mailbox.owner.addresses);
}

/**
 * Opens what a response object refers to. Refuses as reading it does, with ErrorMissingInformationReferenceItemId, and
 * with `wrong` for what is neither an appointment nor a request or cancellation of a meeting.
 */
export async function openMeeting(call: EwsCall, object: WireResponseObject, wrong: ResponseCode): Promise<MeetingReference> {
  const target = fieldValue(object, responseObjectFields.ReferenceItemId);
  if (target === undefined) throw ewsRefusal('ErrorMissingInformationReferenceItemId');
  const opened = await openItemFor(call, target, 'edit');
  const { mailbox } = opened;
  const { read } = call.context.store;
  const row = await itemFor(read, call, opened, 'edit', { properties: 'all' });
  const element = itemElementOf(row.class);
  if (element !== 'CalendarItem' && element !== 'MeetingRequest' && element !== 'MeetingCancellation')
    throw ewsRefusal(wrong, { detail: row.class });
  const isAppointment = element === 'CalendarItem';
  const name = isAppointment ? undefined : meetingName((key) => itemProperty(row, key));
  const found = name === undefined ? undefined : await findMeeting(read, mailbox.guid, name);
  return {
    mailbox,
    opened,
    element,
    properties: itemProperties(row),
    draft: await readStored(call, opened, row),
    appointment: isAppointment ? row : found,
    message: isAppointment ? undefined : row,
  };
}
