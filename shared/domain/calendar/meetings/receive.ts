import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemTable } from '../../../store/schema.ts';
import type { ItemDraft } from '../../mailbox/draft.ts';
import { requireFolder } from '../../mailbox/folders.ts';
import { createItem, type ItemReference } from '../../mailbox/item-writes.ts';
import { getAttachments } from '../../mailbox/items.ts';
import { itemProperties, itemProperty } from '../../mailbox/property-reader.ts';
import { updateItem } from '../../mailbox/update-item.ts';
import { carried, isCarried } from './carried.ts';
import { findMeeting, meetingName } from './find-meeting.ts';
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
  if (kind === 'response') {
    const tracked = found !== undefined && (await trackResponse(tx, mailbox, found, message, sender, instant));
    return receipt(tracked ? 'tracked' : 'ignored', found);
  }
  if (kind === 'forward-notification') return receipt('ignored', found);
  if (found !== undefined && isOrganized((key) => itemProperty(found, key))) return receipt('ignored', found);
  if (found !== undefined && compareVersions((key) => itemProperty(found, key), inBag(message.properties)) > 0) {
    const late = kind === 'request' ? { [named.meetingType]: meetingTypes.outdated } : {};
    return receipt('outdated', found, late);
  }
  if (kind === 'cancellation') {
    if (found === undefined) return receipt('ignored', found);
    await cancelAppointment(tx, mailbox, found, message, instant);
    return receipt('cancelled', found);
  }
  if (found === undefined && !sender.addsRequests) return receipt('ignored', found);
  if (found === undefined) return receipt('created', await createAppointment(tx, mailbox, message, instant));
  await updateAppointment(tx, mailbox, found, message, instant);
  return receipt('updated', found);
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
export function tentativeAppointment({ properties, recipients, attachments }: ItemDraft): ItemDraft {
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

async function createAppointment(tx: Executor, mailbox: Guid, message: ItemDraft, instant: Instant): Promise<ItemReference> {
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  return createItem(tx, mailbox, calendar.counter, tentativeAppointment(message), instant);
}

/** An answer stays where the update says that it may; what its owner has set for himself stays in any case. */
async function updateAppointment(tx: Executor, mailbox: Guid, found: ItemTable, message: ItemDraft, instant: Instant): Promise<void> {
  const update = tentativeAppointment(message);
  const isFull = message.properties[named.meetingType] !== meetingTypes.informational;
  const kept: readonly PropertyKey[] = isFull
    ? ownersChoice
    : [...ownersChoice, named.busyStatus, named.responseStatus, named.appointmentReplyTime];
  const set = Object.fromEntries(Object.entries(update.properties).filter(([key]) => !kept.includes(key as PropertyKey)));
  const gone = (Object.keys(itemProperties(found)) as PropertyKey[]).filter(
    (key) => isCarried(key) && update.properties[key] === undefined && !kept.includes(key) && !computed.has(key),
  );
  const there = (await getAttachments(tx, mailbox, [found.counter])).get(found.counter) ?? [];
  await updateItem(
    tx,
    mailbox,
    found.counter,
    {
      set,
      remove: isFull ? [...gone, named.appointmentReplyTime] : gone,
      recipients: update.recipients,
      attachments: { add: update.attachments, remove: there.map(({ number }) => number) },
    },
    'any',
    instant,
  );
}

/** What whoever was asked has set for himself. */
const ownersChoice: readonly PropertyKey[] = [named.reminderSet, named.reminderMinutes, tags.read, tags.messageFlags];
/** The mailbox makes these of others. */
const computed: ReadonlySet<PropertyKey> = new Set([tags.conversationTopic, tags.conversationIndex, tags.conversationIndexTracking]);

async function cancelAppointment(tx: Executor, mailbox: Guid, found: ItemTable, message: ItemDraft, instant: Instant): Promise<void> {
  const state = stateOf((key) => itemProperty(found, key));
  const told: Record<PropertyKey, PropertyValue> = {};
  for (const key of [tags.subject, named.appointmentSequence, named.ownerCriticalChange]) {
    const value = message.properties[key];
    if (value !== undefined) told[key] = value;
  }
  const set = {
    ...told,
    [named.appointmentStateFlags]: state | states.canceled,
    [named.busyStatus]: busy.free,
    [named.reminderSet]: false,
  };
  await updateItem(tx, mailbox, found.counter, { set }, 'any', instant);
}

function people(properties: PropertyBag): PropertyBag {
  const keys = [tags.sentRepresentingName, tags.sentRepresentingSmtpAddress, tags.senderName, tags.senderSmtpAddress];
  return Object.fromEntries(keys.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])));
}
