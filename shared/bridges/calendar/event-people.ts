import { recipientFlags, states } from '../../domain/calendar/meetings/meeting-facts.ts';
import type { RecipientDraft } from '../../domain/mailbox/draft.ts';
import { named, type PropertyBag, type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { ICalendarProperty } from '../../protocols/icalendar/component.ts';
import { attendeeProperty, type CalendarUser, organizerProperty } from './attendees.ts';
import { partstatOf } from './event-values.ts';

/** What an item tells of the people of its meeting. */
export interface PeopleSource {
  readonly class: string;
  readonly properties: PropertyBag;
  readonly recipients: readonly RecipientDraft[];
}

/**
 * ORGANIZER and ATTENDEE of an event. An appointment has its organizer and no attendees, as Exchange writes it (Microsoft's page
 * "Export items by using EWS"); a request and a cancellation have all of them, an answer has the one who gives it.
 */
export function eventPeople({ class: itemClass, properties, recipients }: PeopleSource, method: string): readonly ICalendarProperty[] {
  const author = authorOf(properties);
  const isMeeting = (Number(properties[named.appointmentStateFlags] ?? 0) & states.meeting) !== 0;
  if (method === 'PUBLISH') return author !== undefined && isMeeting ? [organizerProperty(author)] : [];
  if (method === 'REPLY' || method === 'COUNTER') {
    const organizer = recipients.find(({ kind, address }) => kind === 'to' && address.includes('@'));
    return [
      ...(organizer === undefined ? [] : [organizerProperty(organizer)]),
      ...(author === undefined ? [] : [attendeeProperty({ ...author, kind: 'to' }, { partstat: partstatOf(itemClass), rsvp: false })]),
    ];
  }
  const rsvp = method === 'REQUEST' && properties[tags.responseRequested] !== false;
  const attendees = recipients.filter((one) => one.kind !== 'reply-to' && one.address.includes('@') && !isOrganizer(one));
  return [
    ...(author === undefined ? [] : [organizerProperty(author)]),
    ...attendees.map((attendee) => attendeeProperty(attendee, { partstat: 'NEEDS-ACTION', rsvp })),
  ];
}

function isOrganizer({ properties }: RecipientDraft): boolean {
  return (Number(properties?.[tags.recipientFlags] ?? 0) & recipientFlags.organizer) !== 0;
}

function authorOf(properties: PropertyBag): CalendarUser | undefined {
  const text = (key: PropertyKey): string => (typeof properties[key] === 'string' ? String(properties[key]) : '');
  const address = [tags.sentRepresentingSmtpAddress, tags.sentRepresentingEmailAddress].map(text).find((one) => one.includes('@'));
  return address === undefined ? undefined : { name: text(tags.sentRepresentingName), address };
}
