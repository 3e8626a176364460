/** A date without a time: days since 1970-01-01. */
export type Day = number;

/** On which days something recurs. Days of the week: 0 is Sunday. */
export type RecurrenceRule =
  | { readonly is: 'daily'; readonly days: number }
  /** On each of `on`, in one of so many weeks. */
  | { readonly is: 'weekly'; readonly weeks: number; readonly on: readonly number[] }
  /** On that day of the month; on its last one where the month has no such day. */
  | { readonly is: 'monthly'; readonly months: number; readonly day: number }
  /** On the first to fourth day of the month that is one of `on`, or (5) the last. */
  | { readonly is: 'month-nth'; readonly months: number; readonly on: readonly number[]; readonly nth: number }
  | { readonly is: 'month-end'; readonly months: number };

export type RecurrenceEnd =
  | { readonly is: 'never' }
  | { readonly is: 'until'; readonly day: Day }
  /** Occurrences that were deleted or moved count too. */
  | { readonly is: 'after'; readonly occurrences: number };

/** The days of a series, in the Gregorian calendar (MS-OXOCAL 2.2.1.44.1). A year is twelve months. */
export interface RecurrencePattern {
  readonly rule: RecurrenceRule;
  /** Nothing is earlier; the week or month that it lies in is the first one that counts. */
  readonly start: Day;
  readonly end: RecurrenceEnd;
  readonly firstDayOfWeek: number;
}

const dayMs = 86_400_000;
/** Nothing recurs after 4500, the year in which MAPI's time ends. */
const latestDay: Day = Date.UTC(4500, 11, 31) / dayMs;

/**
 * The days of a pattern from `from` to `to`, both included, in their order. The first of them is computed, so that a series
 * which began long ago costs no more than a young one.
 */
export function* patternDays(pattern: RecurrencePattern, from: Day, to: Day): Generator<Day> {
  const first = Math.max(from, pattern.start);
  const last = Math.min(to, lastDay(pattern));
  if (first > last) return;
  for (let period = periodOf(pattern, first); ; period += 1) {
    for (const day of daysInPeriod(pattern, period)) {
      if (day > last) return;
      if (day >= first) yield day;
    }
  }
}

/** So far ahead the first day of any pattern is found: four centuries are a whole turn of the calendar. */
const turnDays = 146_097;

/** The first day of a pattern that is not before another day; undefined where it has none. */
export function firstDayFrom(pattern: RecurrencePattern, from: Day): Day | undefined {
  const [first] = patternDays(pattern, from, from + turnDays);
  return first;
}

/** The days of a pattern from `from` back to its first one. */
export function* patternDaysBackward(pattern: RecurrencePattern, from: Day): Generator<Day> {
  const [first, last] = [pattern.start, Math.min(from, lastDay(pattern))];
  if (first > last) return;
  for (let period = periodOf(pattern, last); period >= 0; period -= 1) {
    for (const day of daysInPeriod(pattern, period).toReversed()) {
      if (day < first) return;
      if (day <= last) yield day;
    }
  }
}

/** The day of the n-th occurrence, counted from 1; deleted and changed ones count. Undefined where there is none. */
export function occurrenceDay(pattern: RecurrencePattern, n: number): Day | undefined {
  if (!Number.isSafeInteger(n) || n < 1) return undefined;
  if (pattern.end.is === 'after' && n > pattern.end.occurrences) return undefined;
  const day = nthDay(pattern, n);
  return day > lastDay(pattern) ? undefined : day;
}

/** The last day of a pattern, the last of 4500 where it never ends. Before `start` when there is none. */
export function lastDay(pattern: RecurrencePattern): Day {
  const { end } = pattern;
  switch (end.is) {
    case 'never':
      return latestDay;
    case 'until':
      return Math.min(end.day, latestDay);
    case 'after':
      return Math.min(nthDay(pattern, end.occurrences), latestDay);
  }
}

/** 0 is Sunday. */
function dayOfWeek(day: Day): number {
  return modulo(day + 4, 7);
}

/** The day on which a week begins. */
export function weekOf(day: Day, firstDayOfWeek: number): Day {
  return day - modulo(dayOfWeek(day) - firstDayOfWeek, 7);
}

/** Months since the beginning of the year 0. */
export function monthOf(day: Day): number {
  const date = new Date(day * dayMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Its first day. */
export function firstOfMonth(month: number): Day {
  return Date.UTC(Math.floor(month / 12), modulo(month, 12), 1) / dayMs;
}

// A period is what the rule repeats: some days, weeks or months. Number 0 holds the start.

function periodOf({ rule, start, firstDayOfWeek }: RecurrencePattern, day: Day): number {
  switch (rule.is) {
    case 'daily':
      return Math.floor((day - start) / rule.days);
    case 'weekly':
      return Math.floor((day - weekOf(start, firstDayOfWeek)) / (7 * rule.weeks));
    default:
      return Math.floor((monthOf(day) - monthOf(start)) / rule.months);
  }
}

/** The days of a period, those before the start too. */
function daysInPeriod({ rule, start, firstDayOfWeek }: RecurrencePattern, period: number): readonly Day[] {
  switch (rule.is) {
    case 'daily':
      return [start + period * rule.days];
    case 'weekly': {
      const week = weekOf(start, firstDayOfWeek) + period * 7 * rule.weeks;
      return offsetsInWeek(rule.on, firstDayOfWeek).map((offset) => week + offset);
    }
    default:
      return [dayInMonth(rule, monthOf(start) + period * rule.months)];
  }
}

function offsetsInWeek(on: readonly number[], firstDayOfWeek: number): readonly number[] {
  return [...new Set(on.map((day) => modulo(day - firstDayOfWeek, 7)))].sort((left, right) => left - right);
}

type MonthRule = Extract<RecurrenceRule, { readonly months: number }>;

function dayInMonth(rule: MonthRule, month: number): Day {
  const [first, next] = [firstOfMonth(month), firstOfMonth(month + 1)];
  if (rule.is === 'month-end') return next - 1;
  if (rule.is === 'monthly') return Math.min(first + rule.day - 1, next - 1);
  const matching = Array.from({ length: next - first }, (_, index) => first + index).filter((day) => rule.on.includes(dayOfWeek(day)));
  return matching[rule.nth === 5 ? matching.length - 1 : rule.nth - 1] ?? next - 1;
}

/** The day of the n-th occurrence, by arithmetic; infinity after the end of time. */
function nthDay(pattern: RecurrencePattern, n: number): Day {
  const early = daysInPeriod(pattern, 0).filter((day) => day < pattern.start).length;
  const perPeriod = daysInPeriod(pattern, 0).length;
  const index = early + n - 1;
  const period = Math.floor(index / perPeriod);
  if (period * shortestPeriod(pattern.rule) > latestDay - pattern.start) return Number.POSITIVE_INFINITY;
  return daysInPeriod(pattern, period)[index % perPeriod] ?? Number.POSITIVE_INFINITY;
}

function shortestPeriod(rule: RecurrenceRule): number {
  if (rule.is === 'daily') return rule.days;
  return rule.is === 'weekly' ? rule.weeks * 7 : rule.months * 28;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
