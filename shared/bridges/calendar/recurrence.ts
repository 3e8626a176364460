import {
  type Day,
  firstOfMonth,
  lastDay,
  monthOf,
  patternDays,
  type RecurrenceEnd,
  type RecurrencePattern,
  type RecurrenceRule,
} from '../../domain/calendar/recurrence/pattern.ts';
import type { ICalendarRule } from '../../protocols/icalendar/recurrence-rule.ts';
import type { ICalendarTime } from '../../protocols/icalendar/values.ts';

// RRULE and the pattern of a series, by the templates of MS-OXCICAL 2.1.3.2.2.

/** When a series begins, on the clocks of its zone. */
export interface SeriesStart {
  readonly day: Day;
  /** Minutes since midnight. */
  readonly minutes: number;
}

/** What PidLidAppointmentRecur holds: Outlook's own bounds. */
const most = { days: 999, weeks: 99, months: 99, occurrences: 100_000 } as const;

/**
 * The pattern of a rule; undefined for what a series of Exchange cannot say. `lastDayOf` gives the last day that an UNTIL
 * leaves. A day of the month that a short month lacks is its last one, as Exchange has it: RFC 5545 leaves that month out.
 */
export function patternOfRule(
  rule: ICalendarRule,
  { day, minutes }: SeriesStart,
  lastDayOf: (until: ICalendarTime) => Day,
): RecurrencePattern | undefined {
  if (![...rule.others].every(([name, value]) => saysTheTime(name, value, minutes))) return undefined;
  const recurrence = ruleOf(rule, day);
  if (recurrence === undefined || (rule.count ?? 0) > most.occurrences) return undefined;
  // A year is twelve months: it begins in the month that the rule names.
  const [month = 0] = rule.frequency === 'YEARLY' ? rule.byMonth : [];
  const ahead = month === 0 ? 0 : (month - 1 - (monthOf(day) % 12) + 12) % 12;
  const start = ahead === 0 ? day : firstOfMonth(monthOf(day) + ahead);
  const pattern = { rule: recurrence, start, end: endOf(rule, lastDayOf), firstDayOfWeek: rule.weekStart };
  // What begins on a day that the rule does not have begins on the next one that it has.
  const first = patternDays(pattern, start, lastDay(pattern)).next().value;
  return first === undefined ? undefined : { ...pattern, start: first };
}

/** The templates let a rule repeat the time of its start. */
function saysTheTime(name: string, value: string, minutes: number): boolean {
  if (name === 'BYHOUR') return value === String(Math.floor(minutes / 60)) || value === String(Math.floor(minutes / 60)).padStart(2, '0');
  if (name === 'BYMINUTE') return value === String(minutes % 60) || value === String(minutes % 60).padStart(2, '0');
  return name === 'BYSECOND' && Number(value) === 0;
}

function endOf({ count, until }: ICalendarRule, lastDayOf: (until: ICalendarTime) => Day): RecurrenceEnd {
  if (count !== undefined) return { is: 'after', occurrences: count };
  return until === undefined ? { is: 'never' } : { is: 'until', day: lastDayOf(until) };
}

function ruleOf(rule: ICalendarRule, start: Day): RecurrenceRule | undefined {
  const { frequency, interval, byDay, byMonthDay, byMonth, bySetPosition } = rule;
  const days = byDay.map(({ day }) => day);
  const areDaysOfWeek = byDay.every(({ nth }) => nth === undefined) && byMonthDay.length + byMonth.length + bySetPosition.length === 0;
  if (frequency === 'DAILY') {
    if (!areDaysOfWeek || interval > most.days) return undefined;
    if (days.length === 0) return { is: 'daily', days: interval };
    return interval === 1 ? { is: 'weekly', weeks: 1, on: days } : undefined;
  }
  if (frequency === 'WEEKLY') {
    if (!areDaysOfWeek || interval > most.weeks) return undefined;
    return { is: 'weekly', weeks: interval, on: days.length === 0 ? [new Date(start * 86_400_000).getUTCDay()] : days };
  }
  if ((frequency !== 'MONTHLY' && frequency !== 'YEARLY') || interval > most.months) return undefined;
  return ruleOfMonth(rule, frequency === 'YEARLY' ? interval * 12 : interval, start);
}

function ruleOfMonth(
  { frequency, byDay, byMonthDay, byMonth, bySetPosition }: ICalendarRule,
  months: number,
  start: Day,
): RecurrenceRule | undefined {
  const saysNothing = byDay.length + byMonthDay.length + bySetPosition.length === 0;
  const [month = 0, another] = byMonth;
  const isOneMonth =
    frequency === 'MONTHLY' ? byMonth.length === 0 : another === undefined && (month === 0 ? saysNothing : month >= 1 && month <= 12);
  if (!isOneMonth) return undefined;
  if (byDay.length === 0) {
    const day = saysNothing ? new Date(start * 86_400_000).getUTCDate() : dayOfMonth(byMonthDay, bySetPosition);
    if (day === undefined) return undefined;
    return day === -1 ? { is: 'month-end', months } : { is: 'monthly', months, day };
  }
  const nth =
    byMonthDay.length > 0
      ? undefined
      : position(
          byDay.map((one) => one.nth),
          bySetPosition,
        );
  return nth === undefined ? undefined : { is: 'month-nth', months, on: [...new Set(byDay.map(({ day }) => day))], nth };
}

/** A day of the month, -1 for its last one. `28,29,30` of which the last counts is the 30th where the month has one. */
function dayOfMonth(days: readonly number[], positions: readonly number[]): number | undefined {
  const [day = 0] = days.slice(-1);
  const isOne = days.length === 1 && (positions.length === 0 || (positions.length === 1 && Math.abs(positions[0] ?? 0) === 1));
  const isLastOf = positions.length === 1 && positions[0] === -1 && days.every((one, index) => one === 28 + index) && day > 28;
  if (!isOne && !isLastOf) return undefined;
  return day === -1 || (day >= 1 && day <= 31) ? day : undefined;
}

/** 1 to 4, or 5 for the last: told by the one day there is or by BYSETPOS. */
function position(nths: readonly (number | undefined)[], positions: readonly number[]): number | undefined {
  const [nth] = nths;
  const told =
    positions.length === 0 && nths.length === 1
      ? nth
      : nths.every((one) => one === undefined) && positions.length === 1
        ? positions[0]
        : undefined;
  if (told === -1) return 5;
  return told !== undefined && told >= 1 && told <= 4 ? told : undefined;
}

/** Days of the months, but February. */
const lengths = [31, undefined, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const nothing = { byDay: [], byMonthDay: [], byMonth: [], bySetPosition: [], others: new Map<string, string>() } as const;

/** The rule of a pattern. `untilOf` gives the UNTIL of the last day. */
export function ruleOfPattern(pattern: RecurrencePattern, untilOf: (day: Day) => ICalendarTime): ICalendarRule {
  const { rule, start, end, firstDayOfWeek } = pattern;
  const common = {
    ...nothing,
    weekStart: firstDayOfWeek,
    count: end.is === 'after' ? end.occurrences : undefined,
    until: end.is === 'until' ? untilOf(end.day) : undefined,
  };
  if (rule.is === 'daily') return { ...common, frequency: 'DAILY', interval: rule.days };
  if (rule.is === 'weekly') return { ...common, frequency: 'WEEKLY', interval: rule.weeks, byDay: rule.on.map((day) => ({ day })) };
  const isYearly = rule.months % 12 === 0;
  const period = isYearly
    ? ({ ...common, frequency: 'YEARLY', interval: rule.months / 12, byMonth: [(monthOf(start) % 12) + 1] } as const)
    : ({ ...common, frequency: 'MONTHLY', interval: rule.months } as const);
  // The 31st is the last day of every month. Of a month that always has as many days it is told by its number: ical.js
  // counts years wrongly from the end of the month.
  const lastOfYear = lengths[monthOf(start) % 12];
  if (isYearly && lastOfYear !== undefined && (rule.is === 'month-end' || (rule.is === 'monthly' && rule.day >= lastOfYear))) {
    return { ...period, byMonthDay: [lastOfYear] };
  }
  if (rule.is === 'month-end' || (rule.is === 'monthly' && rule.day === 31)) return { ...period, byMonthDay: [-1] };
  if (rule.is === 'monthly') return { ...period, byMonthDay: [rule.day] };
  const nth = rule.nth === 5 ? -1 : rule.nth;
  const [day = 0, another] = rule.on;
  if (another === undefined) return { ...period, byDay: [{ day, nth }] };
  return { ...period, byDay: rule.on.map((one) => ({ day: one })), bySetPosition: [nth] };
}
