import { findMeeting, meetingName } from '../../../shared/domain/calendar/meetings/find-meeting.ts';
import type { HeldMeeting } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { isDelegatedCopy } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { PropertyBag, PropertyValue } from '../../../shared/kernel/mapi.ts';
import { responseObjectFields } from '../../../shared/protocols/ews/fields/response-object.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type ItemDeed, itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey, OpenMailbox } from '../mailboxes.ts';
import { type NamedOccurrence, namedItem } from '../occurrences/named-item.ts';
import { heldOccurrenceOf, storedMeeting, storedOccurrence } from '../occurrences/stored-occurrence.ts';

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
  /** The occurrence of it that the id names. */
  readonly occurrence: NamedOccurrence | undefined;
  /** The appointment in the calendar, or the occurrence; undefined where there is none. */
  readonly appointment: HeldMeeting | undefined;
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
  const { id, occurrence } = namedItem({ is: 'ItemId', value: target });
  const opened = await openItemFor(call, id, 'edit');
  const { mailbox } = opened;
  const { read } = call.context.store;
  const row = await itemFor(read, call, opened, 'edit', { properties: 'all' });
  const element = itemElementOf(row.class);
  if (element !== 'CalendarItem' && element !== 'MeetingRequest' && element !== 'MeetingCancellation')
    throw ewsRefusal(wrong, { detail: row.class });
  const appointment = await heldBy(read, mailbox, row, occurrence);
  const part = occurrence === undefined ? undefined : appointment?.occurrence;
  const draft = part === undefined ? await storedMeeting(call, mailbox, row) : await storedOccurrence(read, part);
  const message = element === 'CalendarItem' ? undefined : row;
  return { mailbox, opened, element, properties: draft.properties, draft, occurrence, appointment, message };
}

/** The appointment of a reference as it is now, within a transaction. */
export async function heldNow(
  tx: Executor,
  call: EwsCall,
  { mailbox, opened, occurrence }: MeetingReference,
  deed: ItemDeed = 'edit',
): Promise<HeldMeeting | undefined> {
  return heldBy(tx, mailbox, await itemFor(tx, call, opened, deed, { properties: 'all' }), occurrence);
}

async function heldBy(
  executor: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  occurrence: NamedOccurrence | undefined,
): Promise<HeldMeeting | undefined> {
  if (occurrence !== undefined) return heldOccurrenceOf(executor, mailbox, row, occurrence);
  if (itemElementOf(row.class) === 'CalendarItem') return { row };
  const name = meetingName((key) => itemProperty(row, key));
  return name === undefined ? undefined : findMeeting(executor, mailbox.guid, name);
}
