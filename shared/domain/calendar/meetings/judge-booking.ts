import type { Instant } from '../../../kernel/clock.ts';
import type { CalendarProcessing } from '../calendar-processing.ts';
import type { Period } from '../free-busy.ts';
import { legacyZone } from '../legacy-time-zone.ts';
import type { Occurrence } from '../recurrence/series.ts';
import { wallTimeAt } from '../time-zone.ts';
import { windowsZone } from '../windows-zone.ts';
import type { WorkingHours } from '../working-hours.ts';

/** Something else that has the resource then, and whose it is. */
export interface BookingConflict extends Period {
  readonly organizer: string;
  /** The occurrence of the series that was asked for which it meets with. */
  readonly occurrence?: Occurrence | undefined;
}

/** What whoever asks may do, by the lists of the resource. */
export interface Asker {
  /** He gets what the rules allow at once. */
  readonly books: boolean;
  /** He gets it when a delegate agrees. */
  readonly requestsInPolicy: boolean;
  /** He gets even what they do not allow when a delegate agrees. */
  readonly requestsOutOfPolicy: boolean;
}

/** What is asked of a resource. */
export interface Booking {
  /** Its occurrences as far as they are looked at, in their order; at least one. */
  readonly periods: readonly Period[];
  readonly isSeries: boolean;
  /** When a series ends; absent where it never does. */
  readonly lastEnd?: Instant | undefined;
  readonly asker: Asker;
  readonly conflicts: readonly BookingConflict[];
}

/** Why a resource is not to be had. */
export type BookingRefusal =
  | { readonly is: 'not-allowed' }
  | { readonly is: 'too-far-ahead'; readonly days: number }
  | { readonly is: 'too-long'; readonly minutes: number }
  | { readonly is: 'no-series' }
  | { readonly is: 'outside-hours' }
  | { readonly is: 'conflicts'; readonly conflicts: readonly BookingConflict[] };

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** What becomes of a request; `pending`: a delegate decides, `why`: which rule it does not keep. */
export type BookingVerdict =
  | { readonly is: 'booked' }
  | { readonly is: 'pending'; readonly why: BookingRefusal | undefined }
  | { readonly is: 'refused'; readonly why: BookingRefusal };

/**
 * Whether a resource may be booked, by what Set-CalendarProcessing has set for it. Whoever may neither book nor ask hears that
 * and nothing of who else has it. A conflict is out of policy as everything else that the rules do not allow, and whoever may
 * ask for what they do not allow may ask for what they do (both inferred).
 */
export function judgeBooking(booking: Booking, processing: CalendarProcessing, hours: WorkingHours, at: Instant): BookingVerdict {
  const { books, requestsInPolicy, requestsOutOfPolicy } = booking.asker;
  const why = brokenRule(booking, processing, hours, at);
  if (why === undefined && books) return { is: 'booked' };
  if (requestsOutOfPolicy || (requestsInPolicy && why === undefined)) return { is: 'pending', why };
  return { is: 'refused', why: why !== undefined && (books || requestsInPolicy) ? why : { is: 'not-allowed' } };
}

/** The first rule of a resource that a request does not keep; undefined: it keeps them all. */
function brokenRule(booking: Booking, processing: CalendarProcessing, hours: WorkingHours, at: Instant): BookingRefusal | undefined {
  const { periods, isSeries, lastEnd, conflicts } = booking;
  const { bookingWindowInDays: days, maximumDurationInMinutes: minutes } = processing;
  if (isSeries && !processing.allowRecurringMeetings) return { is: 'no-series' };
  if (minutes > 0 && periods.some(({ start, end }) => end - start > minutes * minuteMs)) return { is: 'too-long', minutes };
  // The day that is so many days ahead counts in full.
  const horizon = (Math.floor(at / dayMs) + days + 1) * dayMs;
  const end = isSeries && processing.enforceSchedulingHorizon ? (lastEnd ?? Number.POSITIVE_INFINITY) : (periods[0]?.end ?? 0);
  if (end > horizon) return { is: 'too-far-ahead', days };
  if (processing.scheduleOnlyDuringWorkHours && !periods.every((period) => isWithin(period, hours))) return { is: 'outside-hours' };
  return processing.allowConflicts || conflicts.length <= mostConflicts(booking, processing) ? undefined : { is: 'conflicts', conflicts };
}

function mostConflicts(
  { isSeries, periods }: Booking,
  { maximumConflictInstances, conflictPercentageAllowed }: CalendarProcessing,
): number {
  return isSeries ? Math.max(maximumConflictInstances, Math.floor((periods.length * conflictPercentageAllowed) / 100)) : 0;
}

function isWithin({ start, end }: Period, { timeZone, rule, days, startMinutes, endMinutes }: WorkingHours): boolean {
  const zone = windowsZone(timeZone) ?? (rule && legacyZone(rule));
  if (zone === undefined) return true;
  const [from, to] = [wallTimeAt(zone, start), wallTimeAt(zone, end)];
  const midnight = Math.floor(from / dayMs) * dayMs;
  const isWorkday = days.includes(new Date(midnight).getUTCDay());
  return isWorkday && from >= midnight + startMinutes * minuteMs && to <= midnight + endMinutes * minuteMs;
}
