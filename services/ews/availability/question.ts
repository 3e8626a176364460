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
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { RequestHeader } from '../../../shared/protocols/ews/request-header.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import { ewsRefusal } from '../failures.ts';
import { legacyTimeZone } from './wire-time-zone.ts';

export type AvailabilityRequest = RequestOf<typeof getUserAvailability>;
type ViewOptions = NonNullable<AvailabilityRequest['FreeBusyViewOptions']>;

/** What is to be known of each calendar, and on whose clocks. */
export interface AvailabilityQuestion {
  readonly zone: TimeZone;
  readonly window: Period;
  readonly intervalMinutes: number;
  readonly content: FreeBusyContent;
}

/** Mailboxes in one request (Microsoft's page "GetUserAvailability"). */
const mostMailboxes = 100;
/** What is shown where the request does not say; Microsoft's page does not say either. */
const usualView = 'FreeBusy';

/**
 * Reads a request; undefined when it asks for suggestions alone. Refuses with the codes of Microsoft's page
 * "GetUserAvailability": what concerns no single mailbox is a fault.
 */
export function questionOf(request: AvailabilityRequest, header: RequestHeader['timeZone']): AvailabilityQuestion | undefined {
  const { MailboxDataArray: mailboxes, FreeBusyViewOptions: options, SuggestionsViewOptions: suggestions } = request;
  if (options === undefined && suggestions === undefined) throw ewsRefusal('ErrorMissingArgument', { detail: 'no view options' });
  if (mailboxes.length === 0) throw ewsRefusal('ErrorMailboxDataArrayEmpty');
  if (mailboxes.length > mostMailboxes) throw ewsRefusal('ErrorMailboxDataArrayTooBig', { detail: `${mailboxes.length} mailboxes` });
  if (options === undefined) return undefined;
  const zone = zoneOf(request, header);
  const intervalMinutes = options.MergedFreeBusyIntervalInMinutes ?? defaultIntervalMinutes;
  const window = windowOf(options, zone);
  const problem = windowProblem(window, intervalMinutes);
  if (problem === 'window-too-long') throw tooLong(daysIn(window));
  if (problem !== undefined) throw calendarRefusal(problem, `${window.start} to ${window.end} every ${intervalMinutes} minutes`);
  return { zone, window, intervalMinutes, content: contentOf(options.RequestedView ?? [usualView]) };
}

/** The zone of the header counts before the one in the request. */
function zoneOf({ TimeZone: legacy }: AvailabilityRequest, header: RequestHeader['timeZone']): TimeZone {
  const named = header?.id === undefined ? undefined : windowsZone(header.id);
  if (named !== undefined) return named;
  if (legacy === undefined) throw ewsRefusal('ErrorTimeZone', { detail: header?.id ?? 'no time zone' });
  return legacyZone(legacyTimeZone(legacy));
}

function windowOf({ TimeWindow }: ViewOptions, zone: TimeZone): Period {
  const instant = ({ ms, isZoned }: WrittenTime): number => (isZoned ? ms : instantAt(zone, ms));
  return { start: instant(TimeWindow.StartTime), end: instant(TimeWindow.EndTime) };
}

/** The sentence: an answer of Microsoft Graph to a window of 90 days, where 62 are allowed. */
function tooLong(days: number): Error {
  return ewsRefusal('ErrorTimeIntervalTooBig', {
    text:
      'The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. ' +
      `The allowed limit = ${longestWindowDays} days; the actual limit = ${days} days.`,
    detail: `${days} days`,
  });
}
