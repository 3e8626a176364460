import type { Instant } from '../../../kernel/clock.ts';
import type { CalendarProcessing } from '../calendar-processing.ts';
import type { Period } from '../free-busy.ts';
import { legacyZone } from '../legacy-time-zone.ts';
import { wallTimeAt } from '../time-zone.ts';
import { windowsZone } from '../windows-zone.ts';
import type { WorkingHours } from '../working-hours.ts';

/** Something else that has the resource then, and whose it is. */
export interface BookingConflict extends Period {
  readonly organizer: string;
}

/** What is asked of a resource. */
export interface Booking {
  /** Its occurrences as far as they are looked at, in their order; at least one. */
  readonly periods: readonly Period[];
  readonly isSeries: boolean;
  /** When a series ends; absent where it never does. */
  readonly lastEnd?: Instant | undefined;
  /** Whether its organizer is among those who may book. */
  readonly mayBook: boolean;
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

/**
 * Whether a resource may be booked, by what Set-CalendarProcessing has set for it; undefined: yes. Whoever may not book at
 * all hears that and nothing of who else has it (the order is inferred).
 */
export function judgeBooking(
  booking: Booking,
  processing: CalendarProcessing,
  hours: WorkingHours,
  at: Instant,
): BookingRefusal | undefined {
  const { periods, isSeries, lastEnd, conflicts } = booking;
  const { bookingWindowInDays: days, maximumDurationInMinutes: minutes } = processing;
  if (!booking.mayBook) return { is: 'not-allowed' };
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
