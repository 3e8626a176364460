import { responses } from '../../domain/calendar/meetings/meeting-facts.ts';
import type { RecipientDraft, RecipientKind } from '../../domain/mailbox/draft.ts';
import { tags } from '../../kernel/mapi.ts';
import {
  type ICalendarComponent,
  type ICalendarProperty,
  newProperty,
  parameterOf,
  propertiesOf,
  propertyOf,
} from '../../protocols/icalendar/component.ts';
import { ICalendarError } from '../../protocols/icalendar/errors.ts';

/** Somebody whom ORGANIZER or ATTENDEE names. */
export interface CalendarUser {
  readonly name: string;
  readonly address: string;
}

/** PidTagRecipientTrackStatus of a PARTSTAT. */
const answers: Readonly<Record<string, number>> = {
  ACCEPTED: responses.accepted,
  TENTATIVE: responses.tentative,
  DECLINED: responses.declined,
};

/** Exchange's own bound of recipients in one message, and ours of attendees. */
const mostAttendees = 5_000;

/** The organizer of an event; undefined where it has none or one without a mail address. */
export function organizerOf(event: ICalendarComponent): CalendarUser | undefined {
  const property = propertyOf(event, 'ORGANIZER');
  return property === undefined ? undefined : userOf(property);
}

/** Who sends for the organizer: SENT-BY, or what Outlook writes besides. */
export function senderOf(event: ICalendarComponent): CalendarUser | undefined {
  const sender = propertyOf(event, 'X-MS-OLK-SENDER');
  if (sender !== undefined) return userOf(sender);
  const organizer = propertyOf(event, 'ORGANIZER');
  const address = organizer === undefined ? undefined : mailAddress(parameterOf(organizer, 'SENT-BY') ?? '');
  return address === undefined ? undefined : { name: address, address };
}

/**
 * The attendees of an event but the organizer, as recipients: required ones To, optional ones Cc, rooms and resources Bcc
 * (MS-OXCICAL 2.1.3.1.1.20.2). Throws ICalendarError for more than 5,000.
 *
 * @param answered whether what they have answered (PARTSTAT) is taken too: the organizer's calendar knows, a request does not
 */
export function attendeesOf(event: ICalendarComponent, answered = false): readonly RecipientDraft[] {
  const organizer = organizerOf(event)?.address.toLowerCase();
  const properties = propertiesOf(event, 'ATTENDEE');
  if (properties.length > mostAttendees) {
    throw new ICalendarError('too-many', properties[0]?.line ?? 1, `more than ${mostAttendees} attendees`);
  }
  const found = new Map<string, RecipientDraft>();
  for (const property of properties) {
    const user = userOf(property);
    const key = user?.address.toLowerCase() ?? '';
    if (user === undefined || key === organizer || found.has(key)) continue;
    const answer = answered ? answers[parameterOf(property, 'PARTSTAT')?.toUpperCase() ?? ''] : undefined;
    const known = answer === undefined ? {} : { properties: { [tags.recipientTrackStatus]: answer } };
    found.set(key, { kind: kindOf(property), ...user, routingType: 'SMTP', ...known });
  }
  return [...found.values()];
}

/** PARTSTAT of the one attendee who answers; undefined where there are several who might. */
export function answerOf(event: ICalendarComponent): string | undefined {
  const [attendee, another] = propertiesOf(event, 'ATTENDEE');
  return attendee === undefined || another !== undefined ? undefined : parameterOf(attendee, 'PARTSTAT')?.toUpperCase();
}

/** Whether anybody is asked for an answer; where nothing is said of it, they are. */
export function asksForAnswers(event: ICalendarComponent): boolean {
  const told = propertiesOf(event, 'ATTENDEE').flatMap((property) => parameterOf(property, 'RSVP')?.toUpperCase() ?? []);
  return told.length === 0 || told.includes('TRUE');
}

function kindOf(property: ICalendarProperty): RecipientKind {
  const [type, role] = ['CUTYPE', 'ROLE'].map((name) => parameterOf(property, name)?.toUpperCase());
  if (type === 'RESOURCE' || type === 'ROOM') return 'bcc';
  return role === 'OPT-PARTICIPANT' || role === 'NON-PARTICIPANT' ? 'cc' : 'to';
}

function userOf(property: ICalendarProperty): CalendarUser | undefined {
  const address = mailAddress(property.value);
  if (address === undefined) return undefined;
  const name = parameterOf(property, 'CN')?.trim();
  return { name: name === undefined || name === '' ? address : name, address };
}

function mailAddress(uri: string): string | undefined {
  const address = uri.trim().replace(/^mailto:/i, '');
  return /^[^\s@:]+@[^\s@:]+$/.test(address) ? address : undefined;
}

/** ORGANIZER, in the way Exchange writes it. */
export function organizerProperty({ name, address }: CalendarUser): ICalendarProperty {
  return newProperty('ORGANIZER', `mailto:${address}`, { CN: name === '' ? undefined : name });
}

/** What an attendee is asked, or has answered. */
export interface Participation {
  readonly partstat: 'NEEDS-ACTION' | 'ACCEPTED' | 'TENTATIVE' | 'DECLINED';
  readonly rsvp: boolean;
}

/** ATTENDEE of a recipient. */
export function attendeeProperty(
  { kind, name, address }: Pick<RecipientDraft, 'kind' | 'name' | 'address'>,
  { partstat, rsvp }: Participation,
): ICalendarProperty {
  const isResource = kind === 'bcc';
  return newProperty('ATTENDEE', `mailto:${address}`, {
    CUTYPE: isResource ? 'RESOURCE' : undefined,
    ROLE: isResource ? 'NON-PARTICIPANT' : kind === 'cc' ? 'OPT-PARTICIPANT' : 'REQ-PARTICIPANT',
    PARTSTAT: partstat,
    RSVP: rsvp ? 'TRUE' : undefined,
    CN: name === '' ? undefined : name,
  });
}
