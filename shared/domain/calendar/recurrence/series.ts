import type { Instant } from '../../../kernel/clock.ts';
import type { BusyStatus, Period } from '../free-busy.ts';
import { instantAt, type TimeZone, type WallTime, wallTimeAt } from '../time-zone.ts';
import { type Day, patternDays, patternDaysBackward, type RecurrencePattern } from './pattern.ts';

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
  readonly reminderMinutes?: number;
  readonly isAllDay?: boolean;
  readonly hasAttachments?: boolean;
  /** It has a body of its own, which lies in its message. */
  readonly hasBody?: boolean;
  /** PidLidAppointmentStateFlags. */
  readonly meetingType?: number;
  readonly color?: number;
}

/** One time at which a series takes place. */
export interface Occurrence extends Period {
  /** The day of the pattern that it stands for: an exception keeps it wherever it moves. */
  readonly day: Day;
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
  const replaced = new Set([...deleted, ...exceptions.map(dayOfException)]);
  // A day to spare on either side: for the clocks.
  const spare = { start: wallTimeAt(zone, window.start) - dayMs, end: wallTimeAt(zone, window.end) + dayMs };
  const from = Math.floor((spare.start - endMinutes * minuteMs) / dayMs);
  const to = Math.floor((spare.end - startMinutes * minuteMs) / dayMs);
  for (const day of patternDays(pattern, from, to)) {
    if (replaced.has(day)) continue;
    const times = patternTimes(series, zone, day);
    if (touches(times, window)) yield { ...times, day };
  }
  for (const exception of exceptions) {
    // To know an instant costs far more than to see that it cannot matter.
    if (exception.start > spare.end || exception.end < spare.start) continue;
    const occurrence = exceptionOccurrence(zone, exception);
    if (touches(occurrence, window)) yield occurrence;
  }
}

/** An exception where it was moved to. */
export function exceptionOccurrence(zone: TimeZone, exception: SeriesException): Occurrence {
  return { ...instants(zone, exception.start, exception.end), day: dayOfException(exception), exception };
}

/** What takes place for the first day of the pattern that was not deleted; undefined where nothing is left. */
export function firstOccurrence(series: Series, zone: TimeZone): Occurrence | undefined {
  return firstOn(series, zone, patternDays(series.pattern, series.pattern.start, Number.POSITIVE_INFINITY));
}

/** The same for the last day; undefined where the series never ends. */
export function lastOccurrence(series: Series, zone: TimeZone): Occurrence | undefined {
  if (series.pattern.end.is === 'never') return undefined;
  return firstOn(series, zone, patternDaysBackward(series.pattern, Number.POSITIVE_INFINITY));
}

/** What takes place before and after one of the pattern's days, for the nearest days that were not deleted. */
export function neighbours(series: Series, zone: TimeZone, day: Day): { readonly before?: Occurrence; readonly after?: Occurrence } {
  const before = firstOn(series, zone, patternDaysBackward(series.pattern, day - 1));
  const after = firstOn(series, zone, patternDays(series.pattern, day + 1, Number.POSITIVE_INFINITY));
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function firstOn(series: Series, zone: TimeZone, days: Iterable<Day>): Occurrence | undefined {
  const gone = new Set(series.deleted);
  for (const day of days) if (!gone.has(day)) return occurrenceOn(series, zone, day);
  return undefined;
}

/** When the pattern has something take place on one of its days. */
export function patternTimes({ startMinutes, endMinutes }: Pick<Series, 'startMinutes' | 'endMinutes'>, zone: TimeZone, day: Day): Period {
  const midnight = day * dayMs;
  return instants(zone, midnight + startMinutes * minuteMs, midnight + endMinutes * minuteMs);
}

/** The day of the pattern that an exception stands for. */
export function dayOfException({ original }: Pick<SeriesException, 'original'>): Day {
  return Math.floor(original / dayMs);
}

/**
 * What takes place for one day of the pattern, wherever it was moved. Undefined where the pattern has no such day and where
 * the occurrence was deleted.
 */
export function occurrenceOn(series: Series, zone: TimeZone, day: Day): Occurrence | undefined {
  const exception = series.exceptions.find((one) => dayOfException(one) === day);
  if (exception !== undefined) return exceptionOccurrence(zone, exception);
  if (series.deleted.includes(day) || patternDays(series.pattern, day, day).next().done === true) return undefined;
  return { ...patternTimes(series, zone, day), day };
}

function instants(zone: TimeZone, start: WallTime, end: WallTime): Period {
  const begins: Instant = instantAt(zone, start);
  // Where clocks are put forward between the two, the end must not come first.
  return { start: begins, end: Math.max(begins, instantAt(zone, end)) };
}

function touches({ start, end }: Period, window: Period): boolean {
  return start < window.end && end > window.start;
}
