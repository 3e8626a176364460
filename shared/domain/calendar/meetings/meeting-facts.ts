import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../kernel/mapi.ts';

/** PidLidResponseStatus, and PidTagRecipientTrackStatus of an attendee (MS-OXOCAL 2.2.1.11, 2.2.4.10.2). */
export const responses = { none: 0, organized: 1, tentative: 2, accepted: 3, declined: 4, notResponded: 5 } as const;
/** What somebody may answer. */
export type Answered = 'tentative' | 'accepted' | 'declined';

/** Bits of PidLidAppointmentStateFlags, MS-OXOCAL 2.2.1.10. */
export const states = { meeting: 1, received: 2, canceled: 4 } as const;

/** PidLidBusyStatus, MS-OXOCAL 2.2.1.2. */
export const busy = { free: 0, tentative: 1, busy: 2 } as const;

/** PidLidMeetingType, MS-OXOCAL 2.2.6.5. */
export const meetingTypes = { request: 1, full: 0x10000, informational: 0x20000, outdated: 0x80000, delegatorCopy: 0x100000 } as const;

/** PidTagRecipientFlags, MS-OXOCAL 2.2.4.10.1. */
export const recipientFlags = { sendable: 1, organizer: 2 } as const;

/** What a message about a meeting is, by its class. */
export type MeetingMessageKind = 'request' | 'cancellation' | 'response' | 'forward-notification';

const kinds: readonly (readonly [prefix: string, kind: MeetingMessageKind])[] = [
  ['ipm.schedule.meeting.request', 'request'],
  ['ipm.schedule.meeting.canceled', 'cancellation'],
  ['ipm.schedule.meeting.resp', 'response'],
  ['ipm.schedule.meeting.notification.forward', 'forward-notification'],
];

/** The kind of a message about a meeting; undefined for anything else. */
export function meetingMessageKind(messageClass: string): MeetingMessageKind | undefined {
  const folded = messageClass.toLowerCase();
  return kinds.find(([prefix]) => folded === prefix || folded.startsWith(`${prefix}.`))?.[1];
}

/** Classes of responses, and what they say. */
export const responseClasses: Readonly<Record<Answered, string>> = {
  accepted: 'IPM.Schedule.Meeting.Resp.Pos',
  tentative: 'IPM.Schedule.Meeting.Resp.Tent',
  declined: 'IPM.Schedule.Meeting.Resp.Neg',
};

/** What a response says, by its class; undefined for a class that says nothing. */
export function answeredBy(messageClass: string): Answered | undefined {
  const folded = messageClass.toLowerCase();
  const found = Object.entries(responseClasses).find(([, name]) => folded.startsWith(name.toLowerCase()));
  return found?.[0] as Answered | undefined;
}

type Property = (key: PropertyKey) => PropertyValue | undefined;

/** Whether the owner of the calendar called the meeting, as far as the appointment tells: nobody sent it to him. */
export function isOrganized(property: Property): boolean {
  return (stateOf(property) & states.received) === 0;
}

/** Whether the meeting will not take place. */
export function isCancelled(property: Property): boolean {
  return (stateOf(property) & states.canceled) !== 0;
}

/** PidLidAppointmentStateFlags. */
export function stateOf(property: Property): number {
  const state = property(named.appointmentStateFlags);
  return typeof state === 'number' ? state : 0;
}

/**
 * Whether a message about a meeting was meant for somebody else, for whom the owner of the mailbox looks after such.
 *
 * @param addresses all of the owner, with their type (`SMTP:`)
 */
export function isDelegatedCopy(properties: PropertyBag, addresses: readonly string[]): boolean {
  const principal = properties[tags.receivedRepresentingSmtpAddress];
  if (typeof principal !== 'string') return false;
  const folded = `smtp:${principal.toLowerCase()}`;
  return !addresses.some((one) => one.toLowerCase() === folded);
}

/** Which of two tellings of a meeting is the later one: above 0 when the first is (MS-OXOCAL 3.1.5.4.1). */
export function compareVersions(one: Property, other: Property): number {
  const number = (property: Property, key: PropertyKey): number => {
    const value = property(key);
    return typeof value === 'number' ? value : 0;
  };
  const bySequence = number(one, named.appointmentSequence) - number(other, named.appointmentSequence);
  return bySequence === 0 ? number(one, named.ownerCriticalChange) - number(other, named.ownerCriticalChange) : bySequence;
}

/** Reads a bag as {@link isOrganized} and its neighbours want it. */
export function inBag(properties: PropertyBag): Property {
  return (key) => properties[key];
}
