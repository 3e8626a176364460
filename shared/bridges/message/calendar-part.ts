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

/** The properties of a message about a meeting: where the message itself says something, it counts. */
export function meetingMessageProperties(message: PropertyBag, calendar: PropertyBag): PropertyBag {
  const told = new Set<string>(Object.keys(message));
  // One body in several forms: those of the message, or that of the calendar.
  const hasBody = told.has(tags.body) || told.has(tags.bodyHtml);
  const isAbout = (key: string): boolean => key === tags.importance || key === tags.sensitivity || (hasBody ? !bodies.has(key) : true);
  const added = Object.entries(calendar).filter(
    ([key]) => isAbout(key) && (!told.has(key) || key === tags.importance || key === tags.sensitivity),
  );
  return { ...message, ...(Object.fromEntries(added) as Readonly<Record<PropertyKey, PropertyBag[PropertyKey]>>) };
}

const bodies: ReadonlySet<string> = new Set([tags.body, tags.bodyHtml]);

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
