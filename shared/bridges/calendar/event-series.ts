import { type Day, patternDays, type RecurrencePattern } from '../../domain/calendar/recurrence/pattern.ts';
import type { Series, SeriesException } from '../../domain/calendar/recurrence/series.ts';
import { seriesProperties } from '../../domain/calendar/recurrence/series-properties.ts';
import { type WallTime, wallTimeAt } from '../../domain/calendar/time-zone.ts';
import type { AttachmentDraft } from '../../domain/mailbox/draft.ts';
import type { PropertyBag } from '../../kernel/mapi.ts';
import { type ICalendarComponent, type ICalendarProperty, propertiesOf } from '../../protocols/icalendar/component.ts';
import { ICalendarError } from '../../protocols/icalendar/errors.ts';
import { readRule } from '../../protocols/icalendar/recurrence-rule.ts';
import type { ICalendarTime } from '../../protocols/icalendar/values.ts';
import type { EventZone } from './calendar-zones.ts';
import { type EventProperties, exceptionMessages, readException } from './event-exceptions.ts';
import { type EventTimes, placedTimes, type TimeGround, wallIn } from './event-times.ts';
import { patternOfRule } from './recurrence.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Deleted, added or changed ones: a bound of ours, as that of the exceptions that UpdateItem makes. */
const mostExceptions = 1_000;

/**
 * The properties that make an appointment the series of an event, and the messages of its exceptions, that `overrides` (events with
 * RECURRENCE-ID) are. Throws ICalendarError with `unsupported` for a rule that no series of Exchange has.
 */
export function eventSeries(
  master: {
    readonly event: ICalendarComponent;
    readonly times: EventTimes;
    readonly rule: ICalendarProperty;
    readonly properties: PropertyBag;
  },
  overrides: readonly ICalendarComponent[],
  ground: TimeGround,
  propertiesOfEvent: EventProperties,
): { readonly properties: PropertyBag; readonly attachments: readonly AttachmentDraft[] } {
  const { event, times, rule, properties: base } = master;
  const zone = times.startZone;
  const { startWall, endWall } = times;
  const start = { day: dayOf(startWall), minutes: minutesOf(startWall) };
  const parsed = readRule(rule.value);
  const pattern = parsed && patternOfRule(parsed, start, (until) => lastDayBefore(until, zone, start.minutes));
  if (pattern === undefined) throw new ICalendarError('unsupported', rule.line, 'a recurrence that no series can have');
  const length = Math.max(0, Math.round((endWall - startWall) / minuteMs));
  const whole = { ...ground, floating: zone };
  const dates = (name: string): WallTime[] =>
    propertiesOf(event, name).flatMap((property) => placedTimes(property, whole).map((time) => wallIn(zone, time)));
  const inPattern = (day: Day): boolean => patternDays(pattern, day, day).next().done !== true;
  const replaced = new Set(bounded(rule, dates('EXDATE')).map(dayOf).filter(inPattern));
  const exceptions = new Map<Day, SeriesException>();
  for (const moved of movedDays(pattern, replaced, bounded(rule, dates('RDATE')))) {
    exceptions.set(moved.day, {
      original: moved.day * dayMs + start.minutes * minuteMs,
      start: moved.to,
      end: moved.to + length * minuteMs,
    });
  }
  const changes = new Map<Day, PropertyBag>();
  for (const override of bounded(rule, overrides)) {
    const read = readException(override, zone, whole, base, propertiesOfEvent);
    if (read === undefined || !inPattern(read.day)) continue;
    const { day, exception, changed } = read;
    for (const known of [replaced, exceptions, changes]) known.delete(day);
    if (exception === undefined) replaced.add(day);
    else exceptions.set(day, { ...exception, original: day * dayMs + start.minutes * minuteMs });
    if (changed !== undefined) changes.set(day, changed);
  }
  const series: Series = {
    pattern,
    startMinutes: start.minutes,
    endMinutes: start.minutes + length,
    deleted: [...replaced].filter((day) => !exceptions.has(day)).sort((left, right) => left - right),
    exceptions: [...exceptions].sort(([left], [right]) => left - right).map(([, exception]) => exception),
  };
  return { properties: seriesProperties(series, zone), attachments: exceptionMessages(series, zone, changes) };
}

function bounded<Entry>(rule: ICalendarProperty, entries: readonly Entry[]): readonly Entry[] {
  if (entries.length > mostExceptions) throw new ICalendarError('too-many', rule.line, `more than ${mostExceptions} exceptions`);
  return entries;
}

/** RDATE and EXDATE in pairs: an occurrence was moved to a day on which there is none, past no other (MS-OXCICAL 2.1.3.1.1.20.18). */
function movedDays(
  pattern: RecurrencePattern,
  replaced: ReadonlySet<Day>,
  added: readonly WallTime[],
): readonly { readonly day: Day; readonly to: WallTime }[] {
  const free = [...replaced].sort((left, right) => left - right);
  const isTaken = (from: Day, to: Day): boolean => {
    for (const day of patternDays(pattern, from, to)) if (!replaced.has(day)) return true;
    return false;
  };
  return added
    .toSorted((left, right) => left - right)
    .flatMap((to) => {
      const target = dayOf(to);
      const next = free.findIndex((day) => day >= target);
      const at = [next < 0 ? free.length - 1 : next - 1, next].find((index) => {
        const day = free[index];
        return day !== undefined && Math.abs(day - target) <= furthestDays && !isTaken(Math.min(day, target), Math.max(day, target));
      });
      return at === undefined ? [] : free.splice(at, 1).map((day) => ({ day, to }));
    });
}

/** Further than this nothing is moved by an RDATE: a bound of ours, so that looking is cheap. */
const furthestDays = 366;

/** The last day on which an occurrence may begin that must not begin after `until`. */
function lastDayBefore({ is, wall }: ICalendarTime, { zone }: EventZone, startMinutes: number): Day {
  if (is === 'date') return dayOf(wall);
  const last = is === 'utc' ? wallTimeAt(zone, wall) : wall;
  return minutesOf(last) >= startMinutes ? dayOf(last) : dayOf(last) - 1;
}

function dayOf(wall: WallTime): Day {
  return Math.floor(wall / dayMs);
}

function minutesOf(wall: WallTime): number {
  return Math.floor((wall - dayOf(wall) * dayMs) / minuteMs);
}
