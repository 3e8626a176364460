import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../kernel/mapi.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { Executor } from '../../../store/database.ts';
import { deleteItem } from '../../mailbox/delete-item.ts';
import type { ItemDraft } from '../../mailbox/draft.ts';
import { requireFolder } from '../../mailbox/folders.ts';
import { createItem, type ItemReference } from '../../mailbox/item-writes.ts';
import { itemProperties, itemProperty } from '../../mailbox/property-reader.ts';
import { carried, isCarried } from './carried.ts';
import { findMeeting, looseOccurrences, type MeetingName, meetingName } from './find-meeting.ts';
import { changeHeld, type HeldChanges, type HeldMeeting } from './held-meeting.ts';
import {
  busy,
  compareVersions,
  inBag,
  isOrganized,
  meetingMessageKind,
  meetingTypes,
  responses,
  stateOf,
  states,
} from './meeting-facts.ts';
import { type MeetingSender, trackResponse } from './track-response.ts';

/** What came of a message about a meeting when it was delivered. */
export interface MeetingReceipt {
  /** `ignored`: nothing in the calendar is about it, or it is the organizer's own. */
  readonly outcome: 'created' | 'updated' | 'outdated' | 'cancelled' | 'tracked' | 'ignored';
  /** What the message has then beside what it came with. */
  readonly set: PropertyBag;
  /** The counter of the appointment that it is about. */
  readonly appointment?: number;
}

/**
 * What Exchange does in a mailbox's calendar with a message about a meeting before anybody has read it: a request becomes
 * a tentative appointment, an update changes it, a cancellation marks it, a response is noted by the organizer
 * (MS-OXOCAL 3.1.5). Without `addsRequests`, what the calendar does not have is not put there. Within the transaction that delivers the message.
 */
export async function receiveMeetingMessage(
  tx: Executor,
  mailbox: Guid,
  message: ItemDraft,
  sender: MeetingSender & { readonly addsRequests: boolean },
  instant: Instant,
): Promise<MeetingReceipt> {
  const name = meetingName(inBag(message.properties));
  const kind = meetingMessageKind(message.class);
  if (name === undefined || kind === undefined) return { outcome: 'ignored', set: {} };
  const found = await findMeeting(tx, mailbox, name);
  const isThere = found !== undefined && found.occurrence?.isDeleted !== true;
  if (kind === 'response') {
    const tracked = isThere && (await trackResponse(tx, mailbox, found, message, sender, instant));
    return receipt(tracked ? 'tracked' : 'ignored', found?.row);
  }
  if (kind === 'forward-notification') return receipt('ignored', found?.row);
  if (found !== undefined && isOrganized((key) => itemProperty(found.row, key))) return receipt('ignored', found.row);
  if (found !== undefined && compareVersions((key) => itemProperty(found.row, key), inBag(message.properties)) > 0) {
    const late = kind === 'request' ? { [named.meetingType]: meetingTypes.outdated } : {};
    return receipt('outdated', found.row, late);
  }
  if (kind === 'cancellation') {
    if (!isThere) return receipt('ignored', found?.row);
    const isCancelled = await changed(tx, mailbox, found, calledOff(found, message), instant);
    return receipt(isCancelled ? 'cancelled' : 'ignored', found.row);
  }
  if (found === undefined && !sender.addsRequests) return receipt('ignored', undefined);
  if (found === undefined) return receipt('created', await createAppointment(tx, mailbox, message, name, instant));
  const isChanged = await changed(tx, mailbox, found, updated(found, message), instant);
  return receipt(isChanged ? 'updated' : 'ignored', found.row);
}

/** Changes what the calendar has of a meeting; false where its series can have no such exception. */
async function changed(tx: Executor, mailbox: Guid, found: HeldMeeting, changes: HeldChanges, instant: Instant): Promise<boolean> {
  if (found.occurrence !== undefined && !isWithinSeries(changes.set)) return false;
  try {
    await changeHeld(tx, mailbox, found, changes, instant);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'recurrence-too-large') return false;
    throw error;
  }
}

/** A recurrence counts the minutes from 1601 to 4500 (MS-OXOCAL 2.2.1.44.1). */
const [earliest, latest] = [Date.UTC(1601, 0, 2), Date.UTC(4500, 7, 31)];

function isWithinSeries(set: PropertyBag): boolean {
  const times = [set[named.appointmentStartWhole], set[named.appointmentEndWhole]];
  return times.every((time) => time === undefined || (typeof time === 'number' && time >= earliest && time <= latest));
}

function receipt(
  outcome: MeetingReceipt['outcome'],
  found: { readonly counter: number } | undefined,
  set: PropertyBag = {},
): MeetingReceipt {
  const isProcessed = outcome !== 'ignored';
  return {
    outcome,
    set: { ...set, ...(isProcessed ? { [tags.processed]: true } : {}) },
    ...(found === undefined ? {} : { appointment: found.counter }),
  };
}

/** The appointment that a request makes in the calendar of somebody who has not answered it. */
function tentativeAppointment({ properties, recipients, attachments }: ItemDraft): ItemDraft {
  return {
    class: 'IPM.Appointment',
    properties: {
      ...carried(properties),
      ...people(properties),
      [named.busyStatus]: properties[named.busyStatus] ?? busy.tentative,
      [named.intendedBusyStatus]: properties[named.intendedBusyStatus] ?? busy.busy,
      [named.responseStatus]: responses.notResponded,
      [named.appointmentStateFlags]: states.meeting | states.received,
      [named.invited]: true,
      [tags.messageFlags]: 0,
      [tags.read]: true,
      [tags.iconIndex]: 0x402,
    },
    recipients: recipients.filter(({ kind }) => kind !== 'bcc'),
    attachments,
  };
}

/** With a series, its occurrences that were sent alone are there a second time, and go (inferred). */
async function createAppointment(
  tx: Executor,
  mailbox: Guid,
  message: ItemDraft,
  name: MeetingName,
  instant: Instant,
): Promise<ItemReference> {
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  const loose = message.properties[named.recurring] === true ? await looseOccurrences(tx, mailbox, name) : [];
  for (const row of loose)
    if (!isOrganized((key) => itemProperty(row, key))) await deleteItem(tx, mailbox, row.counter, 'to-deleted-items', instant);
  return createItem(tx, mailbox, calendar.counter, tentativeAppointment(message), instant);
}

/** An answer stays where the update says that it may; what its owner has set for himself stays in any case. */
function updated({ row, occurrence }: HeldMeeting, message: ItemDraft): HeldChanges {
  const update = tentativeAppointment(message);
  const isFull = message.properties[named.meetingType] !== meetingTypes.informational || occurrence?.isDeleted === true;
  const kept: readonly PropertyKey[] = [
    ...ownersChoice,
    ...(isFull ? [] : [named.busyStatus, named.responseStatus, named.appointmentReplyTime]),
    ...(occurrence === undefined ? [] : ofTheSeries),
  ];
  const set = Object.fromEntries(Object.entries(update.properties).filter(([key]) => !kept.includes(key as PropertyKey)));
  const gone = (Object.keys(itemProperties(row)) as PropertyKey[]).filter(
    (key) => isCarried(key) && update.properties[key] === undefined && !kept.includes(key) && !computed.has(key),
  );
  return {
    set,
    remove: isFull && occurrence === undefined ? [...gone, named.appointmentReplyTime] : gone,
    recipients: update.recipients,
    attachments: update.attachments,
  };
}

/** What whoever was asked has set for himself. */
const ownersChoice: readonly PropertyKey[] = [named.reminderSet, named.reminderMinutes, tags.read, tags.messageFlags];
/** What an occurrence has of its series, or is told of by that. */
const ofTheSeries: readonly PropertyKey[] = [
  named.recurring,
  named.globalObjectId,
  named.cleanGlobalObjectId,
  named.exceptionReplaceTime,
  named.reminderTime,
  named.reminderSignalTime,
  named.timeZoneStruct,
  named.appointmentRecur,
  named.recurrenceType,
  named.clipStart,
  named.clipEnd,
  named.timeZoneDefinitionRecur,
];
/** The mailbox makes these of others. */
const computed: ReadonlySet<PropertyKey> = new Set([tags.conversationTopic, tags.conversationIndex, tags.conversationIndexTracking]);

function calledOff({ row }: HeldMeeting, message: ItemDraft): HeldChanges {
  const told: Record<PropertyKey, PropertyValue> = {};
  for (const key of [tags.subject, named.appointmentSequence, named.ownerCriticalChange]) {
    const value = message.properties[key];
    if (value !== undefined) told[key] = value;
  }
  const set = {
    ...told,
    [named.appointmentStateFlags]: stateOf((key) => itemProperty(row, key)) | states.canceled,
    [named.busyStatus]: busy.free,
    [named.reminderSet]: false,
  };
  return { set };
}

function people(properties: PropertyBag): PropertyBag {
  const keys = [tags.sentRepresentingName, tags.sentRepresentingSmtpAddress, tags.senderName, tags.senderSmtpAddress];
  return Object.fromEntries(keys.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])));
}
