import type { Instant } from '../../../kernel/clock.ts';
import type { BusyStatus, Period } from '../free-busy.ts';
import { instantAt, type TimeZone, type WallTime, wallTimeAt } from '../time-zone.ts';
import { type Day, patternDays, type RecurrencePattern } from './pattern.ts';

/** When a series takes place, on the clocks of its zone. */
export interface Series {
  readonly pattern: RecurrencePattern;
  /** Minutes since midnight of the day; the end may lie on a later day. */
  readonly startMinutes: number;
  readonly endMinutes: number;
  /** Days on which nothing takes place although the pattern says so. */
  readonly deleted: readonly Day[];
  readonly exceptions: readonly SeriesException[];
}

/** An occurrence that is not as the others; what is absent is as in the series. */
export interface SeriesException {
  /** When it would have begun. */
  readonly original: WallTime;
  readonly start: WallTime;
  readonly end: WallTime;
  readonly subject?: string;
  readonly location?: string;
  readonly status?: BusyStatus;
  readonly isReminderSet?: boolean;
}

/** One time at which a series takes place. */
export interface Occurrence extends Period {
  readonly exception?: SeriesException;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * The occurrences that lie in a window, even if only in part: those of the pattern in their order, then the exceptions.
 * Clocks that are changed move the instant, never the time on the wall. It costs what lies in the window and the
 * exceptions, whenever the series began.
 */
export function* occurrences(series: Series, zone: TimeZone, window: Period): Generator<Occurrence> {
  const { pattern, startMinutes, endMinutes, deleted, exceptions } = series;
  const replaced = new Set([...deleted, ...exceptions.map(({ original }) => Math.floor(original / dayMs))]);
  // A day to spare on either side: for the clocks.
  const from = Math.floor((wallTimeAt(zone, window.start) - endMinutes * minuteMs) / dayMs) - 1;
  const to = Math.floor((wallTimeAt(zone, window.end) - startMinutes * minuteMs) / dayMs) + 1;
  for (const day of patternDays(pattern, from, to)) {
    if (replaced.has(day)) continue;
    const midnight = day * dayMs;
    const times = instants(zone, midnight + startMinutes * minuteMs, midnight + endMinutes * minuteMs);
    if (touches(times, window)) yield times;
  }
  for (const exception of exceptions) {
    const times = instants(zone, exception.start, exception.end);
    if (touches(times, window)) yield { ...times, exception };
  }
}

function instants(zone: TimeZone, start: WallTime, end: WallTime): Period {
  const begins: Instant = instantAt(zone, start);
  // Where clocks are put forward between the two, the end must not come first.
  return { start: begins, end: Math.max(begins, instantAt(zone, end)) };
}

function touches({ start, end }: Period, window: Period): boolean {
  return start < window.end && end > window.start;
}
