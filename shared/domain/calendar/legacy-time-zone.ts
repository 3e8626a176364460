import type { Instant } from '../../kernel/clock.ts';
import { calendarRefusal } from './errors.ts';
import type { TimeZone, WallTime } from './time-zone.ts';

/** A change of the clocks, as SYSTEMTIME and SerializableTimeZoneTime give it. */
export interface ClockChange {
  /** Minutes on top of the zone's bias while this part of the year lasts: 0 and -60 as a rule. */
  readonly bias: number;
  /** Time of the day at which the clocks are changed, on the clocks before the change. */
  readonly timeMs: number;
  /** The week: 1 to 4, 5 the last one. The day of the month where there is a year. */
  readonly order: number;
  /** 1 to 12; 0: the clocks are never changed. */
  readonly month: number;
  /** 0 is Sunday. */
  readonly dayOfWeek: number;
  /** The change happens in this year only. */
  readonly year?: number | undefined;
}

/** A zone with one rule for all years (MS-OXOCAL 2.2.1.41.1 has the same fields). */
export interface LegacyTimeZone {
  /** Minutes to be added to local standard time for UTC. */
  readonly bias: number;
  readonly standard: ClockChange;
  readonly daylight: ClockChange;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Further than this no place is from UTC; Windows refuses more than 14 hours. */
const largestBias = 14 * 60;

const never: ClockChange = { bias: 0, timeMs: 0, order: 0, month: 0, dayOfWeek: 0 };
/** UTC, as Exchange writes it. */
export const legacyUtc: LegacyTimeZone = { bias: 0, standard: never, daylight: never };

/** The zone of a rule. Refuses with `time-zone-invalid` what is no date, and clocks further from UTC than 14 hours. */
export function legacyZone({ bias, standard, daylight }: LegacyTimeZone): TimeZone {
  for (const change of [standard, daylight]) requireChange(change, bias);
  const [standardBias, daylightBias] = [bias + standard.bias, bias + daylight.bias];
  if (standard.month === 0 || daylight.month === 0) return { biasAt: () => standardBias, biasesAround: () => [standardBias] };
  return {
    biasAt(instant) {
      const year = new Date(instant - standardBias * minuteMs).getUTCFullYear();
      const begins = inUtc(daylight, year, standardBias);
      const ends = inUtc(standard, year, daylightBias);
      return isDaylight(instant, begins, ends) ? daylightBias : standardBias;
    },
    biasesAround: () => [standardBias, daylightBias],
  };
}

function isDaylight(instant: Instant, begins: Instant | undefined, ends: Instant | undefined): boolean {
  if (begins === undefined || ends === undefined) return false;
  // In the south daylight time lasts over the new year.
  return begins < ends ? instant >= begins && instant < ends : instant < ends || instant >= begins;
}

/** When the clocks are changed in a year, seen from the bias that holds until then. */
function inUtc(change: ClockChange, year: number, biasBefore: number): Instant | undefined {
  const wall = changeIn(change, year);
  return wall === undefined ? undefined : wall + biasBefore * minuteMs;
}

function changeIn({ year: only, month, order, dayOfWeek, timeMs }: ClockChange, year: number): WallTime | undefined {
  if (only !== undefined) return only === year ? Date.UTC(only, month - 1, order) + timeMs : undefined;
  const first = Date.UTC(year, month - 1, 1);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const firstMatch = (dayOfWeek - new Date(first).getUTCDay() + 7) % 7;
  const day = firstMatch + (order - 1) * 7;
  return first + (day < days ? day : day - 7) * dayMs + timeMs;
}

function requireChange({ month, order, dayOfWeek, timeMs, bias, year }: ClockChange, zoneBias: number): void {
  const refuse = (what: string): never => {
    throw calendarRefusal('time-zone-invalid', what);
  };
  if (Math.abs(zoneBias + bias) > largestBias) refuse(`a bias of ${zoneBias + bias} minutes`);
  if (!Number.isInteger(month) || month < 0 || month > 12) refuse(`month ${month}`);
  if (month === 0) return;
  if (!Number.isInteger(dayOfWeek) || dayOfWeek < 0 || dayOfWeek > 6) refuse(`day of the week ${dayOfWeek}`);
  if (!Number.isInteger(order) || order < 1 || order > (year === undefined ? 5 : 31)) refuse(`day order ${order}`);
  if (timeMs < 0 || timeMs >= dayMs) refuse(`time of day ${timeMs} ms`);
}
