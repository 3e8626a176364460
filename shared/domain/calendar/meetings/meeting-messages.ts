import type { Instant } from '../../../kernel/clock.ts';
import { named, type PropertyBag, tags } from '../../../kernel/mapi.ts';
import type { ItemDraft, RecipientDraft } from '../../mailbox/draft.ts';
import { splitSubject } from '../../mailbox/subject.ts';
import { asked, carried } from './carried.ts';
import { type Answered, busy, inBag, meetingTypes, responseClasses, responses, stateOf, states } from './meeting-facts.ts';
import { toldAttachments, toldSeries } from './told-series.ts';

/** A new request, or how an update of a meeting is to be taken: `full` asks for a new answer. */
export type RequestKind = 'request' | 'full' | 'informational';

/** Who speaks in a message about a meeting. */
export interface MeetingParty {
  readonly name: string;
  /** SMTP. */
  readonly address: string;
}

/** Numbers of icons, MS-OXOCAL 2.2.1.49. */
const icons = { request: 0x404, accepted: 0x405, declined: 0x406, tentative: 0x407, cancellation: 0x408, informational: 0x409 } as const;

/** What the meeting was before it was changed: recipients of an update are shown what is new. */
export interface MeetingBefore {
  readonly properties: PropertyBag;
}

/**
 * The request that asks people to a meeting, or tells them that it has changed (MS-OXOCAL 2.2.6). The meeting has its
 * sequence number and time of change already.
 */
export function meetingRequest(meeting: ItemDraft, kind: RequestKind, before?: MeetingBefore): ItemDraft {
  const intended = meeting.properties[named.busyStatus] ?? busy.busy;
  return {
    class: 'IPM.Schedule.Meeting.Request',
    properties: {
      ...carried(meeting.properties),
      ...toldSeries(meeting.properties),
      ...speaker(meeting.properties),
      [named.busyStatus]: intended === busy.free ? busy.free : busy.tentative,
      [named.intendedBusyStatus]: intended,
      [named.responseStatus]: responses.notResponded,
      [named.appointmentStateFlags]: states.meeting | states.received,
      [named.meetingType]: meetingTypes[kind],
      [named.appointmentMessageClass]: 'IPM.Appointment',
      [tags.responseRequested]: meeting.properties[tags.responseRequested] ?? true,
      [tags.iconIndex]: kind === 'informational' ? icons.informational : icons.request,
      ...(before === undefined ? {} : changesSince(before.properties, meeting.properties)),
    },
    recipients: asked(meeting.recipients),
    attachments: toldAttachments(meeting),
  };
}

/** Bits of PidLidChangeHighlight, MS-OXOCAL 2.2.6.2. */
const highlights = { start: 0x1, end: 0x2, location: 0x8 } as const;

function changesSince(before: PropertyBag, now: PropertyBag): PropertyBag {
  const differs = (key: keyof typeof highlights): number => (before[compared[key]] === now[compared[key]] ? 0 : highlights[key]);
  const changed = differs('start') | differs('end') | differs('location');
  const [start, end, location] = [before[compared.start], before[compared.end], before[compared.location]];
  return {
    [named.changeHighlight]: changed,
    ...(start === undefined ? {} : { [named.oldWhenStartWhole]: start }),
    ...(end === undefined ? {} : { [named.oldWhenEndWhole]: end }),
    ...(location === undefined ? {} : { [named.oldLocation]: location }),
  };
}

const compared = { start: named.appointmentStartWhole, end: named.appointmentEndWhole, location: named.location } as const;

/** What an update has changed, by the bits of PidLidChangeHighlight. */
export function highlighted(bits: number): Readonly<Record<keyof typeof highlights, boolean>> {
  const has = (key: keyof typeof highlights): boolean => (bits & highlights[key]) !== 0;
  return { start: has('start'), end: has('end'), location: has('location') };
}

/** The message that a meeting will not take place, or without those who get it (MS-OXOCAL 2.2.9). */
export function meetingCancellation(meeting: ItemDraft): ItemDraft {
  return {
    class: 'IPM.Schedule.Meeting.Canceled',
    properties: {
      ...carried(meeting.properties),
      ...speaker(meeting.properties),
      [tags.subject]: cancelledSubject(meeting.properties),
      [named.busyStatus]: busy.free,
      [named.intendedBusyStatus]: busy.free,
      [named.responseStatus]: responses.notResponded,
      [named.appointmentStateFlags]: states.meeting | states.received | states.canceled,
      [named.appointmentMessageClass]: 'IPM.Appointment',
      [tags.responseRequested]: false,
      [tags.iconIndex]: icons.cancellation,
    },
    recipients: asked(meeting.recipients),
    attachments: [],
  };
}

/** What the organizer's own appointment says once the meeting will not take place. */
export function calledOff(properties: PropertyBag): PropertyBag {
  return {
    [tags.subject]: cancelledSubject(properties),
    [named.appointmentStateFlags]: stateOf(inBag(properties)) | states.canceled,
    [named.appointmentSequence]: Number(properties[named.appointmentSequence] ?? 0) + 1,
    [named.reminderSet]: false,
  };
}

/** `Canceled: ` before the subject: so Exchange calls a meeting that was cancelled. */
function cancelledSubject(properties: PropertyBag): string {
  return `Canceled: ${bareSubject(properties)}`;
}

const prefixes: Readonly<Record<Answered, string>> = { accepted: 'Accepted', tentative: 'Tentative', declined: 'Declined' };

/** A time that an attendee would rather meet at. */
export interface Proposal {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * What somebody answers to the organizer of a meeting (MS-OXOCAL 2.2.7).
 *
 * @param meeting the attendee's appointment, or the request itself
 */
export function meetingResponse(
  meeting: PropertyBag,
  answered: Answered,
  attendee: MeetingParty,
  instant: Instant,
  proposal?: Proposal,
): ItemDraft {
  const { [tags.body]: _body, [tags.bodyHtml]: _html, ...rest } = carried(meeting);
  const subject = `${proposal === undefined ? prefixes[answered] : 'New Time Proposed'}: ${bareSubject(meeting)}`;
  return {
    class: responseClasses[answered],
    properties: {
      ...rest,
      ...(proposal === undefined
        ? {}
        : {
            [named.appointmentCounterProposal]: true,
            [named.appointmentProposedStartWhole]: proposal.start,
            [named.appointmentProposedEndWhole]: proposal.end,
          }),
      [tags.subject]: subject,
      [tags.sentRepresentingName]: attendee.name,
      [tags.sentRepresentingSmtpAddress]: attendee.address,
      [named.responseStatus]: responses[answered],
      [named.busyStatus]: meeting[named.busyStatus] ?? busy.tentative,
      [named.attendeeCriticalChange]: instant,
      [named.reminderSet]: false,
      [tags.responseRequested]: false,
      [tags.iconIndex]: icons[answered],
    },
    recipients: [organizerOf(meeting)],
    attachments: [],
  };
}

/** Recipients that a notification names. */
const mostNamed = 100;

/** What the organizer hears when somebody has asked further people to his meeting (MS-OXOCAL 2.2.10); the words are ours. */
export function forwardNotification(meeting: PropertyBag, forwarder: MeetingParty, added: readonly RecipientDraft[]): ItemDraft {
  const { [tags.body]: _body, [tags.bodyHtml]: _html, ...rest } = carried(meeting);
  const names = added.slice(0, mostNamed).map(({ name, address }) => (name === '' ? address : `${name} <${address}>`));
  return {
    class: 'IPM.Schedule.Meeting.Notification.Forward',
    properties: {
      ...rest,
      [tags.subject]: `Meeting Forward Notification: ${bareSubject(meeting)}`,
      [tags.body]: [`${forwarder.name} has forwarded your meeting request to these people:`, '', ...names].join('\r\n'),
      [tags.sentRepresentingName]: forwarder.name,
      [tags.sentRepresentingSmtpAddress]: forwarder.address,
      [named.reminderSet]: false,
      [tags.responseRequested]: false,
    },
    recipients: [organizerOf(meeting)],
    attachments: [],
  };
}

/** Whoever called a meeting, as somebody to write to. */
function organizerOf(meeting: PropertyBag): RecipientDraft {
  const name = String(meeting[tags.sentRepresentingName] ?? '');
  return { kind: 'to', name, address: String(meeting[tags.sentRepresentingSmtpAddress] ?? ''), routingType: 'SMTP' };
}

function speaker(meeting: PropertyBag): PropertyBag {
  const { name, address } = organizerOf(meeting);
  return { [tags.sentRepresentingName]: name, [tags.sentRepresentingSmtpAddress]: address };
}

/** The subject without what answers, forwards and cancellations put before it. */
function bareSubject(properties: PropertyBag): string {
  const subject = properties[tags.subject];
  return splitSubject(typeof subject === 'string' ? subject : '').normalized.replace(/^Canceled: /, '');
}
