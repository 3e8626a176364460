import type { RecipientDraft } from '../../domain/mailbox/draft.ts';
import type { PropertyBag, PropertyKey } from '../../kernel/mapi.ts';
import { tags } from '../../kernel/mapi.ts';
import { ICalendarError } from '../../protocols/icalendar/errors.ts';
import type { MimeCalendar } from '../../protocols/mime/message.ts';
import { appointmentFromCalendar, type CalendarContent } from '../calendar/appointment-from-calendar.ts';
import { type CalendarSource, calendarFromAppointment } from '../calendar/calendar-from-appointment.ts';

/** Whether an item is told by iCalendar: an appointment, or a message about a meeting. */
function hasCalendarForm(itemClass: string): boolean {
  return isAppointment(itemClass) || /^ipm\.schedule\.meeting\.(?:request|canceled|resp\.(?:pos|neg|tent))(?:\.|$)/i.test(itemClass);
}

/** Whether an item is an appointment: its MIME is iCalendar and nothing else. */
export function isAppointment(itemClass: string): boolean {
  return /^ipm\.appointment(?:\.|$)/i.test(itemClass);
}

/** The part of a message that tells an item as iCalendar; undefined for items of any other class. */
export function calendarPartOf(source: CalendarSource): MimeCalendar | undefined {
  if (!hasCalendarForm(source.class)) return undefined;
  const { text, method } = calendarFromAppointment(source);
  return { bytes: Buffer.from(text, 'utf8'), method };
}

/**
 * What the calendar of a message makes of it; undefined where it is no meeting's, or cannot be read: then it is an
 * attachment. A calendar that is published is none: it came by mail, nobody is asked.
 */
export function meetingContentOf(calendar: MimeCalendar | undefined): CalendarContent | undefined {
  if (calendar === undefined) return undefined;
  try {
    const content = appointmentFromCalendar(calendar.bytes);
    return isAppointment(content.class) ? undefined : content;
  } catch (error) {
    if (error instanceof ICalendarError) return undefined;
    throw error;
  }
}

/**
 * The properties of a message about a meeting: where the message itself says something, it counts, but for importance and
 * sensitivity. There is one body in several forms, that of the message or that of the calendar.
 */
export function meetingMessageProperties(message: PropertyBag, calendar: PropertyBag): PropertyBag {
  const { [tags.body]: text, [tags.bodyHtml]: html, ...bare } = calendar as Readonly<Record<PropertyKey, PropertyBag[PropertyKey]>>;
  const { [tags.importance]: importance = 1, [tags.sensitivity]: sensitivity = 0 } = calendar;
  const hasBody = message[tags.body] !== undefined || message[tags.bodyHtml] !== undefined;
  return { ...(hasBody ? bare : calendar), ...message, [tags.importance]: importance, [tags.sensitivity]: sensitivity };
}

/** The recipients of a message and those whom its calendar names besides; what the calendar says of somebody's part counts. */
export function meetingRecipients(message: readonly RecipientDraft[], calendar: readonly RecipientDraft[]): readonly RecipientDraft[] {
  const roles = new Map(calendar.map((attendee) => [attendee.address.toLowerCase(), attendee]));
  const there = message.map((recipient) => {
    const attendee = roles.get(recipient.address.toLowerCase());
    if (recipient.kind === 'reply-to' || attendee === undefined) return recipient;
    roles.delete(recipient.address.toLowerCase());
    return { ...recipient, kind: attendee.kind };
  });
  return [...there, ...roles.values()];
}
