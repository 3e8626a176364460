import type { SeriesZone } from '../../domain/calendar/recurrence/series-properties.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { ICalendarError } from '../../protocols/icalendar/errors.ts';
import { parseMime } from '../../protocols/mime/parse.ts';
import { appointmentFromCalendar } from '../calendar/appointment-from-calendar.ts';

/**
 * The appointment that somebody hands in as iCalendar, or as a message with it (its body or its first calendar). `floating`
 * is the zone of times that name none. Throws ICalendarError for what is no appointment and MimeError for a bound of the
 * message that is met.
 */
export async function appointmentFromMime(octets: Uint8Array, floating: SeriesZone): Promise<ItemDraft> {
  return appointmentFromCalendar(await calendarIn(octets), floating, 'PUBLISH');
}

async function calendarIn(octets: Uint8Array): Promise<Uint8Array> {
  if (/^(?:\ufeff)?\s*BEGIN:VCALENDAR/i.test(Buffer.from(octets.subarray(0, 100)).toString('utf8'))) return octets;
  const { calendar, attachments } = await parseMime(octets);
  const found = calendar?.bytes ?? attachments.find(({ contentType }) => contentType === 'text/calendar')?.bytes;
  if (found === undefined) throw new ICalendarError('unsupported', 1, 'a message without a calendar');
  return found;
}
