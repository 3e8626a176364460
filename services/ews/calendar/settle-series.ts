import {
  type Day,
  firstDayFrom,
  firstOfMonth,
  monthOf,
  patternDays,
  type RecurrencePattern,
} from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { occurrences, type Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesOf, seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { WireRecurrence } from '../../../shared/protocols/ews/types/recurrence.ts';
import type { Draft } from '../drafts/draft.ts';
import { ewsRefusal } from '../failures.ts';
import type { NamedZone } from './named-zone.ts';
import { readRecurrence } from './wire-recurrence.ts';

/** When an appointment takes place, and on whose clocks that was said. */
export interface Times {
  readonly start: Instant;
  readonly end: Instant;
  readonly zone: NamedZone;
  readonly endZone: NamedZone;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const dayMinutes = 1_440;
/** Among so many occurrences two that are nearest to each other are found: what repeats within a month is all among them. */
const neighbours = 100;

/** PidTagIconIndex, MS-OXOCAL 2.2.1.49. */
const icons = { single: 0x400, series: 0x401 } as const;

/** What of an appointment makes it a series. */
const seriesKeys: readonly PropertyKey[] = [
  named.appointmentRecur,
  named.recurrenceType,
  named.timeZoneStruct,
  named.timeZoneDefinitionRecur,
];

/**
 * Makes an appointment the series that a request asks for, or was before on other days or clocks. What had been changed or
 * deleted of it is as the others again where its times change, as Outlook has it. Refuses what its recurrence refuses, and
 * with ErrorOccurrenceTimeSpanTooBig occurrences that last until the next one begins.
 */
export function settleSeries(draft: Draft, times: Times): void {
  const { recurrence } = draft.words;
  if (recurrence === 'none') {
    withoutSeries(draft);
    return;
  }
  // A series that came whole, in the item's MIME, is what it was before.
  const before = seriesOf((key) => draft.current(key));
  const pattern = recurrence === undefined ? undefined : readRecurrence(recurrence as WireRecurrence);
  if (pattern === undefined && before === undefined) clip(draft, times);
  const series = pattern === undefined ? movedSeries(before?.series, times) : seriesFrom(pattern, times);
  if (series === undefined) return;
  checkSpan(series);
  const { zone } = times;
  const properties = seriesProperties(series, { name: zone.id, rule: zone.ruleAt(times.start) });
  for (const [key, value] of Object.entries(properties) as [PropertyKey, PropertyValue][]) draft.set(key, value);
  draft.set(tags.iconIndex, icons.series);
}

/** Makes it a single appointment. */
export function withoutSeries(draft: Draft): void {
  draft.set(named.recurring, false);
  draft.set(tags.iconIndex, icons.single);
  for (const key of seriesKeys) if (draft.current(key) !== undefined) draft.remove(key);
  clip(draft, { start: Number(draft.current(named.appointmentStartWhole)), end: Number(draft.current(named.appointmentEndWhole)) });
}

/** MS-OXOCAL 2.2.1.14 and 2.2.1.15. */
function clip(draft: Draft, { start, end }: Pick<Times, 'start' | 'end'>): void {
  draft.set(named.clipStart, start);
  draft.set(named.clipEnd, end);
}

/** When the next occurrence begins that is to come; undefined for what is no series, or over. */
export function nextStart(draft: Draft, instant: Instant): Instant | undefined {
  if (draft.current(named.recurring) !== true) return undefined;
  const found = seriesOf((key) => draft.current(key));
  if (found === undefined) return undefined;
  const end = Date.UTC(4501, 0, 1);
  for (const { start, exception } of occurrences(found.series, found.zone, { start: instant, end })) {
    if (exception === undefined && start >= instant) return start;
  }
  return undefined;
}

/** The times of the day are those of the appointment, the days those of the pattern. */
function seriesFrom(pattern: RecurrencePattern, { start, end, zone, endZone }: Times): Series {
  const first = wallTimeAt(zone.zone, start);
  const day = Math.floor(first / dayMs);
  const startMinutes = Math.floor((first - day * dayMs) / minuteMs);
  // The end is on the clocks of the series, whatever clocks it was said on.
  const last = zone === endZone ? wallTimeAt(zone.zone, end) : first + (end - start);
  const endMinutes = Math.floor((last - day * dayMs) / minuteMs);
  return { pattern, startMinutes, endMinutes, deleted: [], exceptions: [] };
}

/** The same pattern with other times; from another day on where its first occurrence was put there. */
function movedSeries(before: Series | undefined, times: Times): Series | undefined {
  if (before === undefined) return undefined;
  const day: Day = Math.floor(wallTimeAt(times.zone.zone, times.start) / dayMs);
  const { pattern } = before;
  const start = day === pattern.start ? day : firstDayFrom({ ...pattern, start: periodBefore(pattern, day), end: { is: 'never' } }, day);
  if (start === undefined || (pattern.end.is === 'until' && pattern.end.day < start))
    throw ewsRefusal('ErrorRecurrenceHasNoOccurrence', { detail: `from day ${day}` });
  const moved = seriesFrom({ ...pattern, start }, times);
  const isSame = start === pattern.start && moved.startMinutes === before.startMinutes && moved.endMinutes === before.endMinutes;
  return isSame ? { ...moved, deleted: before.deleted, exceptions: before.exceptions } : moved;
}

/** The day that counts as the first from which a pattern recurs: months go on to be those that they were. */
function periodBefore({ rule, start }: RecurrencePattern, day: Day): Day {
  if (!('months' in rule)) return day;
  const month = monthOf(start);
  return firstOfMonth(month - Math.ceil(Math.max(0, month - monthOf(day)) / rule.months) * rule.months);
}

function checkSpan({ pattern, startMinutes, endMinutes }: Series): void {
  if (endMinutes - startMinutes <= dayMinutes) return;
  let before: Day | undefined;
  let seen = 0;
  for (const day of patternDays(pattern, pattern.start, Number.POSITIVE_INFINITY)) {
    if (before !== undefined && (day - before) * dayMinutes + startMinutes < endMinutes)
      throw ewsRefusal('ErrorOccurrenceTimeSpanTooBig', { detail: `${endMinutes - startMinutes} minutes` });
    before = day;
    seen += 1;
    if (seen === neighbours) return;
  }
}
