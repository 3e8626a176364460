import {
  type Day,
  firstDayFrom,
  lastDay,
  type RecurrenceEnd,
  type RecurrencePattern,
  type RecurrenceRule,
} from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { instantAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import {
  daysOfWeek,
  dayOfWeek as dayWords,
  dayOfWeekIndex as indexWords,
  monthName as monthWords,
  type WireRecurrence,
} from '../../../shared/protocols/ews/types/recurrence.ts';
import { offsetText } from '../../../shared/xml/simple-types.ts';
import { ewsRefusal } from '../failures.ts';
import { type NamedZone, utcZone } from './named-zone.ts';

type WirePattern = WireRecurrence['pattern'];
type WireRange = WireRecurrence['range'];
type DayWord = (typeof dayWords)['enumeration'][number];

const dayMs = 86_400_000;
/** Microsoft's pages "StartDate (Recurrence)" and "EndDate (Recurrence)". */
const earliestDay: Day = Date.UTC(1601, 3, 1) / dayMs;
const latestDay: Day = Date.UTC(4500, 8, 1) / dayMs;
/** Outlook's bounds of intervals; occurrences: Microsoft's page "NumberOfOccurrences". */
const most = { days: 999, weeks: 99, months: 99, occurrences: 999 } as const;
const weekdays = [1, 2, 3, 4, 5];
const weekend = [0, 6];
const everyDay = [0, 1, 2, 3, 4, 5, 6];

/**
 * The pattern that an item's Recurrence stands for; its start is the first day that fits. Refuses numbers out of range with
 * ErrorCalendarOutOfRange, a last day that is too late with ErrorRecurrenceEndDateTooBig, days that no week has with
 * ErrorCalendarInvalidDayForWeeklyRecurrence and what never takes place with ErrorRecurrenceHasNoOccurrence.
 */
export function readRecurrence({ pattern, range }: WireRecurrence): RecurrencePattern {
  const { rule, month, firstDayOfWeek } = readRule(pattern);
  const { start, end } = readRange(range);
  const asked = { rule, start: month === undefined ? start : firstOf(month, start), end: { is: 'never' }, firstDayOfWeek } as const;
  const first = firstDayFrom(asked, start);
  if (first === undefined || (end.is === 'until' && end.day < first)) throw noOccurrence(start, end);
  return { rule, start: first, end, firstDayOfWeek };
}

/**
 * What an item's Recurrence is on the wire; undefined where it has no form there, as on some days of the week only.
 *
 * @param zone the series', whose offset stands behind its dates
 */
export function wireRecurrence(pattern: RecurrencePattern, zone?: NamedZone): WireRecurrence | undefined {
  const shown = wirePattern(pattern);
  return shown === undefined ? undefined : { pattern: shown, range: wireRange(pattern.start, pattern.end, zone) };
}

/** When something begins to recur and when it ends. Refuses as {@link readRecurrence} does. */
export function readRange(range: WireRange): { readonly start: Day; readonly end: RecurrenceEnd } {
  const start = readDay(range.value.StartDate);
  if (range.is === 'EndDateRecurrence') {
    const day = readDay(range.value.EndDate, 'ErrorRecurrenceEndDateTooBig');
    return { start, end: { is: 'until', day } };
  }
  if (range.is === 'NoEndRecurrence') return { start, end: { is: 'never' } };
  return { start, end: { is: 'after', occurrences: within(range.value.NumberOfOccurrences, most.occurrences, 'NumberOfOccurrences') } };
}

/**
 * The range on the wire. Dates of appointments end with the offset of their zone: observed on Microsoft's page "Create a recurring
 * series by using EWS in Exchange"; exchangelib takes others for times.
 */
export function wireRange(start: Day, end: RecurrenceEnd, zone?: NamedZone): WireRange {
  const StartDate = wireDay(start) + offsetOn(start, zone);
  if (end.is === 'never') return { is: 'NoEndRecurrence', value: { StartDate } };
  if (end.is === 'until') return { is: 'EndDateRecurrence', value: { StartDate, EndDate: wireDay(end.day) + offsetOn(end.day, zone) } };
  return { is: 'NumberedRecurrence', value: { StartDate, NumberOfOccurrences: end.occurrences } };
}

/** A date of the wire, in whatever zone it may be. Refuses days that are none, and those outside of MAPI's time. */
function readDay(text: string, tooLate: ResponseCode = 'ErrorCalendarOutOfRange'): Day {
  const bare = text.replace(/(?:Z|[+-]\d\d:\d\d)$/, '');
  const day = Date.parse(`${bare}T00:00:00Z`) / dayMs;
  if (!Number.isInteger(day) || wireDay(day) !== bare || day < earliestDay) throw outOfRange(`the date ${text}`);
  if (day > latestDay) throw ewsRefusal(tooLate, { detail: text });
  return day;
}

function offsetOn(day: Day, of: NamedZone | undefined): string {
  if (of === undefined || of === utcZone) return of === undefined ? '' : 'Z';
  return offsetText(of.zone.biasAt(instantAt(of.zone, day * dayMs)));
}

function wireDay(day: Day): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

interface ReadRule {
  readonly rule: RecurrenceRule;
  /** 0 to 11, where it is in one month of the year. */
  readonly month?: number;
  readonly firstDayOfWeek: number;
}

function readRule(pattern: WirePattern): ReadRule {
  // Where nothing is said the week begins on Sunday, as in Outlook's blob (MS-OXOCAL 2.2.1.44.1, FirstDOW).
  const firstDayOfWeek = 0;
  switch (pattern.is) {
    case 'DailyRecurrence':
      return { rule: { is: 'daily', days: within(pattern.value.Interval, most.days, 'Interval') }, firstDayOfWeek };
    case 'WeeklyRecurrence':
      return readWeekly(pattern.value);
    case 'AbsoluteMonthlyRecurrence': {
      const { Interval, DayOfMonth } = pattern.value;
      const months = within(Interval, most.months, 'Interval');
      return { rule: { is: 'monthly', months, day: within(DayOfMonth, 31, 'DayOfMonth') }, firstDayOfWeek };
    }
    case 'RelativeMonthlyRecurrence': {
      const months = within(pattern.value.Interval, most.months, 'Interval');
      return { rule: { is: 'month-nth', months, ...readNth(pattern.value) }, firstDayOfWeek };
    }
    case 'AbsoluteYearlyRecurrence': {
      const { DayOfMonth, Month } = pattern.value;
      const day = within(DayOfMonth, 31, 'DayOfMonth');
      return { rule: { is: 'monthly', months: 12, day }, month: monthWords.enumeration.indexOf(Month), firstDayOfWeek };
    }
    case 'RelativeYearlyRecurrence': {
      const month = monthWords.enumeration.indexOf(pattern.value.Month);
      return { rule: { is: 'month-nth', months: 12, ...readNth(pattern.value) }, month, firstDayOfWeek };
    }
  }
}

type WeeklyValue = Extract<WirePattern, { readonly is: 'WeeklyRecurrence' }>['value'];

function readWeekly({ Interval, DaysOfWeek, FirstDayOfWeek = 'Sunday' }: WeeklyValue): ReadRule {
  const weeks = within(Interval, most.weeks, 'Interval');
  const on = [...new Set(DaysOfWeek.map((word) => dayWords.enumeration.indexOf(word)))].toSorted((left, right) => left - right);
  const firstDayOfWeek = dayWords.enumeration.indexOf(FirstDayOfWeek);
  if (on.length === 0 || [...on, firstDayOfWeek].some((day) => day > 6))
    throw ewsRefusal('ErrorCalendarInvalidDayForWeeklyRecurrence', { detail: `${daysOfWeek.format(DaysOfWeek)}, ${FirstDayOfWeek}` });
  return { rule: { is: 'weekly', weeks, on }, firstDayOfWeek };
}

type NthValue = Extract<WirePattern, { readonly is: 'RelativeMonthlyRecurrence' }>['value'];

function readNth({ DaysOfWeek, DayOfWeekIndex }: Pick<NthValue, 'DaysOfWeek' | 'DayOfWeekIndex'>): {
  readonly on: readonly number[];
  readonly nth: number;
} {
  return { on: daysOf(DaysOfWeek), nth: indexWords.enumeration.indexOf(DayOfWeekIndex) + 1 };
}

function daysOf(word: DayWord): readonly number[] {
  if (word === 'Day') return everyDay;
  if (word === 'Weekday') return weekdays;
  return word === 'WeekendDay' ? weekend : [dayWords.enumeration.indexOf(word)];
}

function wirePattern({ rule, start, firstDayOfWeek }: RecurrencePattern): WirePattern | undefined {
  const month = monthWords.enumeration[new Date(start * dayMs).getUTCMonth()] ?? 'January';
  switch (rule.is) {
    case 'daily':
      return { is: 'DailyRecurrence', value: { Interval: rule.days } };
    case 'weekly': {
      const DaysOfWeek = rule.on.map(wordOf);
      return { is: 'WeeklyRecurrence', value: { Interval: rule.weeks, DaysOfWeek, FirstDayOfWeek: wordOf(firstDayOfWeek) } };
    }
    case 'month-nth': {
      const DaysOfWeek = wordOfDays(rule.on);
      const DayOfWeekIndex = indexWords.enumeration[rule.nth - 1];
      if (DaysOfWeek === undefined || DayOfWeekIndex === undefined) return undefined;
      const nth = { DaysOfWeek, DayOfWeekIndex };
      if (rule.months === 12) return { is: 'RelativeYearlyRecurrence', value: { ...nth, Month: month } };
      return { is: 'RelativeMonthlyRecurrence', value: { Interval: rule.months, ...nth } };
    }
    default: {
      const DayOfMonth = rule.is === 'month-end' ? 31 : rule.day;
      if (rule.months === 12) return { is: 'AbsoluteYearlyRecurrence', value: { DayOfMonth, Month: month } };
      return { is: 'AbsoluteMonthlyRecurrence', value: { Interval: rule.months, DayOfMonth } };
    }
  }
}

function wordOf(day: number): DayWord {
  return dayWords.enumeration[day] ?? 'Day';
}

function wordOfDays(on: readonly number[]): DayWord | undefined {
  const [only, another] = on;
  if (only !== undefined && another === undefined) return wordOf(only);
  const words = (['Day', 'Weekday', 'WeekendDay'] as const).filter((word) => String(daysOf(word)) === String(on));
  return words[0];
}

/** The first day of the month that is next, or of the one in which the day lies. */
function firstOf(month: number, from: Day): Day {
  const date = new Date(from * dayMs);
  return Date.UTC(date.getUTCFullYear() + (date.getUTCMonth() > month ? 1 : 0), month, 1) / dayMs;
}

function within(value: number, largest: number, what: string): number {
  if (value < 1 || value > largest) throw outOfRange(`${what} ${value}`);
  return value;
}

function outOfRange(detail: string): Refusal<ResponseCode> {
  return ewsRefusal('ErrorCalendarOutOfRange', { detail });
}

/** The values: Microsoft's page "Verifying the results of an EWS or EWS Managed API call". */
function noOccurrence(start: Day, end: RecurrenceEnd): Refusal<ResponseCode> {
  const last = end.is === 'until' ? end.day : lastDay({ rule: { is: 'daily', days: 1 }, start, end, firstDayOfWeek: 0 });
  return ewsRefusal('ErrorRecurrenceHasNoOccurrence', {
    values: { EffectiveStartDate: wireDay(start), EffectiveEndDate: wireDay(last) },
  });
}
