import { calendarRefusal } from '../../../shared/domain/calendar/errors.ts';
import {
  daysIn,
  defaultIntervalMinutes,
  longestWindowDays,
  type Period,
  windowProblem,
} from '../../../shared/domain/calendar/free-busy.ts';
import { legacyZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { contentOf, type FreeBusyContent } from '../../../shared/domain/calendar/sharing.ts';
import { instantAt, type TimeZone } from '../../../shared/domain/calendar/time-zone.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import type { NamedZone } from '../calendar/named-zone.ts';
import { ewsRefusal } from '../failures.ts';
import { legacyTimeZone } from './wire-time-zone.ts';

export type AvailabilityRequest = RequestOf<typeof getUserAvailability>;
type WrittenWindow = NonNullable<AvailabilityRequest['FreeBusyViewOptions']>['TimeWindow'];

/** What is to be known of each calendar, and on whose clocks. */
export interface AvailabilityQuestion {
  readonly zone: TimeZone;
  readonly window: Period;
  readonly intervalMinutes: number;
  readonly content: FreeBusyContent;
  /** A meeting that is about to be moved: it keeps nobody from anything. */
  readonly ignored?: IgnoredMeeting;
}

export interface IgnoredMeeting {
  /** In base64. */
  readonly globalObjectId: string;
  /** Of a series this occurrence alone. */
  readonly start?: Instant;
}

/** Mailboxes in one request (Microsoft's page "GetUserAvailability"). */
const mostMailboxes = 100;
/** What is shown where the request does not say; Microsoft's page does not say either. */
const usualView = 'FreeBusy';

/**
 * Reads a request; undefined when it asks for suggestions alone. Refuses with the codes of Microsoft's page
 * "GetUserAvailability": what concerns no single mailbox is a fault.
 */
export function questionOf(request: AvailabilityRequest, header: NamedZone | undefined): AvailabilityQuestion | undefined {
  const { MailboxDataArray: mailboxes, FreeBusyViewOptions: options, SuggestionsViewOptions: suggestions } = request;
  if (options === undefined && suggestions === undefined) throw ewsRefusal('ErrorMissingArgument', { detail: 'no view options' });
  if (mailboxes.length === 0) throw ewsRefusal('ErrorMailboxDataArrayEmpty');
  if (mailboxes.length > mostMailboxes) throw ewsRefusal('ErrorMailboxDataArrayTooBig', { detail: `${mailboxes.length} mailboxes` });
  if (options === undefined) return undefined;
  const zone = zoneOf(request, header);
  const intervalMinutes = options.MergedFreeBusyIntervalInMinutes ?? defaultIntervalMinutes;
  const window = windowOf('FreeBusyViewOptions.TimeWindow', options.TimeWindow, zone, intervalMinutes);
  return { zone, window, intervalMinutes, content: contentOf(options.RequestedView ?? [usualView]) };
}

/** The zone of the header counts before the one in the request. */
export function zoneOf({ TimeZone: legacy }: AvailabilityRequest, header: NamedZone | undefined): TimeZone {
  if (header !== undefined) return header.zone;
  if (legacy === undefined) throw ewsRefusal('ErrorTimeZone', { detail: 'no time zone' });
  return legacyZone(legacyTimeZone(legacy));
}

/** A window as it was written; `element` names it. Refuses it as {@link questionOf} does. */
export function windowOf(element: string, written: WrittenWindow, zone: TimeZone, intervalMinutes: number): Period {
  const window = { start: instantOf(written.StartTime, zone), end: instantOf(written.EndTime, zone) };
  const problem = windowProblem(window, intervalMinutes);
  if (problem === 'window-too-long') throw tooLong(element, daysIn(window));
  if (problem !== undefined) throw calendarRefusal(problem, `${window.start} to ${window.end} every ${intervalMinutes} minutes`);
  return window;
}

/** The instant that was written; on the zone's clocks, where no other zone stands beside it. */
export function instantOf({ ms, isZoned }: WrittenTime, zone: TimeZone): Instant {
  return isZoned ? ms : instantAt(zone, ms);
}

/** The sentence: an answer of Microsoft Graph to a window of 90 days, where 62 are allowed. */
function tooLong(element: string, days: number): Error {
  return ewsRefusal('ErrorTimeIntervalTooBig', {
    text:
      `The requested time duration specified for ${element} is too long. ` +
      `The allowed limit = ${longestWindowDays} days; the actual limit = ${days} days.`,
    detail: `${days} days`,
  });
}
