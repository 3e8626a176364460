import { calendarRefusal } from '../errors.ts';
import { type OctetCursor, u16, u32 } from './octet-cursor.ts';
import {
  type Day,
  firstOfMonth,
  lastDay,
  monthOf,
  type RecurrenceEnd,
  type RecurrencePattern,
  type RecurrenceRule,
  weekOf,
} from './pattern.ts';

// RecurrencePattern, MS-OXOCAL 2.2.1.44.1: the first part of a series, and all of a recurring task.

const version = 0x3004;
const frequencies = { daily: 0x200a, weekly: 0x200b, monthly: 0x200c, yearly: 0x200d } as const;
const patternTypes = { daily: 0, weekly: 1, monthly: 2, 'month-nth': 3, 'month-end': 4 } as const satisfies Record<
  RecurrenceRule['is'],
  number
>;
/** The default and those that MS-OXOCAL 2.2.1.44.1 calls Gregorian; all others have months of their own, or years. */
const gregorianCalendars: ReadonlySet<number> = new Set([0, 1, 2, 9, 10, 11, 12]);
const endTypes = { until: 0x2021, after: 0x2022, never: 0x2023 } as const satisfies Record<RecurrenceEnd['is'], number>;
const alsoNever = 0xffff_ffff;
/** What stands in EndDate and OccurrenceCount where a series has no end. */
const noEndDate = 0x5ae9_80df;
const noCount = 10;

export const dayMinutes = 1440;
/** Days from 1601-01-01 to 1970-01-01. */
const epochDay = 134_774;
/** Outlook allows 999 days, 99 weeks and 99 months or years. */
const most = { days: 999, weeks: 99, months: 99 * 12 } as const;
const mostOccurrences = 100_000;

/** What the structure says. */
export interface ReadPattern {
  readonly pattern: RecurrencePattern;
  /** It is counted from when the last one was completed: tasks alone. */
  readonly isSliding: boolean;
  /** Days of the pattern on which nothing takes place, or something else. */
  readonly replaced: readonly Day[];
}

/** Reads it. Refuses with `recurrence-invalid` what is malformed, out of bounds, or in another calendar than ours. */
export function readPattern(cursor: OctetCursor): ReadPattern {
  if (cursor.u16() !== version || cursor.u16() !== version) refuse('another version');
  const frequency = cursor.u16();
  if (!(Object.values(frequencies) as number[]).includes(frequency)) refuse(`frequency ${frequency}`);
  const patternType = cursor.u16();
  const calendar = cursor.u16();
  if (!gregorianCalendars.has(calendar)) refuse(`calendar ${calendar}: only the Gregorian one is known`);
  // FirstDateTime says what the start says.
  cursor.u32();
  const period = cursor.u32();
  const isSliding = cursor.u32() !== 0;
  const rule = readRule(cursor, patternType, period);
  const [endType, count] = [cursor.u32(), cursor.u32()];
  const firstDayOfWeek = cursor.u32();
  if (firstDayOfWeek > 6) refuse(`first day of the week ${firstDayOfWeek}`);
  const replaced = cursor.u32s(cursor.u32()).map(dayOf);
  cursor.u32s(cursor.u32());
  const [start, end] = [dayOf(cursor.u32()), cursor.u32()];
  return { pattern: { rule, start, end: readEnd(endType, count, end), firstDayOfWeek }, isSliding, replaced };
}

/**
 * Writes it.
 *
 * @param replaced days of the pattern on which nothing takes place, or something else
 * @param modified the days on which that is
 */
export function writePattern(
  { rule, start, end, firstDayOfWeek }: RecurrencePattern,
  isSliding: boolean,
  replaced: readonly Day[] = [],
  modified: readonly Day[] = [],
): Buffer {
  const inOrder = (days: readonly Day[]): Day[] => days.toSorted((left, right) => left - right);
  return Buffer.concat([
    ...[version, version, frequencyOf(rule), patternTypes[rule.is], 0].map(u16),
    u32(firstDateTime({ rule, start, end, firstDayOfWeek })),
    u32(periodOf(rule)),
    u32(isSliding ? 1 : 0),
    writeRule(rule),
    u32(endTypes[end.is]),
    u32(end.is === 'after' ? end.occurrences : noCount),
    u32(firstDayOfWeek),
    ...[replaced, modified].flatMap((days) => [u32(days.length), ...inOrder(days).map((day) => u32(minutesOf(day)))]),
    u32(minutesOf(start)),
    u32(end.is === 'never' ? noEndDate : minutesOf(lastDay({ rule, start, end, firstDayOfWeek }))),
  ]);
}

function readRule(cursor: OctetCursor, patternType: number, period: number): RecurrenceRule {
  switch (patternType) {
    case patternTypes.daily:
      if (period % dayMinutes !== 0) refuse(`every ${period} minutes`);
      return { is: 'daily', days: within(period / dayMinutes, 1, most.days, 'days') };
    case patternTypes.weekly:
      return { is: 'weekly', weeks: within(period, 1, most.weeks, 'weeks'), on: readDaysOfWeek(cursor) };
    case patternTypes.monthly:
      return { is: 'monthly', months: within(period, 1, most.months, 'months'), day: within(cursor.u32(), 1, 31, 'day') };
    case patternTypes['month-nth']: {
      const months = within(period, 1, most.months, 'months');
      return { is: 'month-nth', months, on: readDaysOfWeek(cursor), nth: within(cursor.u32(), 1, 5, 'n') };
    }
    case patternTypes['month-end']:
      cursor.u32();
      return { is: 'month-end', months: within(period, 1, most.months, 'months') };
    default:
      return refuse(`pattern type ${patternType}`);
  }
}

function writeRule(rule: RecurrenceRule): Buffer {
  switch (rule.is) {
    case 'daily':
      return Buffer.alloc(0);
    case 'weekly':
      return u32(maskOf(rule.on));
    case 'monthly':
      return u32(rule.day);
    case 'month-nth':
      return Buffer.concat([u32(maskOf(rule.on)), u32(rule.nth)]);
    case 'month-end':
      return u32(31);
  }
}

function readDaysOfWeek(cursor: OctetCursor): readonly number[] {
  const mask = within(cursor.u32(), 1, 0x7f, 'days of the week');
  return [0, 1, 2, 3, 4, 5, 6].filter((day) => (mask & (1 << day)) !== 0);
}

function maskOf(days: readonly number[]): number {
  return days.reduce((mask, day) => mask | (1 << day), 0);
}

function readEnd(endType: number, count: number, endDate: number): RecurrenceEnd {
  switch (endType) {
    case endTypes.until:
      return { is: 'until', day: dayOf(endDate) };
    case endTypes.after:
      return { is: 'after', occurrences: within(count, 1, mostOccurrences, 'occurrences') };
    case endTypes.never:
    case alsoNever:
      return { is: 'never' };
    default:
      return refuse(`end type ${endType}`);
  }
}

function frequencyOf(rule: RecurrenceRule): number {
  if (rule.is === 'daily' || rule.is === 'weekly') return frequencies[rule.is];
  return rule.months % 12 === 0 ? frequencies.yearly : frequencies.monthly;
}

function periodOf(rule: RecurrenceRule): number {
  if (rule.is === 'daily') return rule.days * dayMinutes;
  return rule.is === 'weekly' ? rule.weeks : rule.months;
}

/** Where the first period of all would begin, counted back to 1601 (MS-OXOCAL 2.2.1.44.1.1). */
function firstDateTime({ rule, start, firstDayOfWeek }: RecurrencePattern): number {
  if (rule.is === 'daily') return minutesOf(start) % (rule.days * dayMinutes);
  if (rule.is === 'weekly') return minutesOf(weekOf(start, firstDayOfWeek)) % (rule.weeks * 7 * dayMinutes);
  const firstMonth = monthOf(-epochDay);
  return minutesOf(firstOfMonth(firstMonth + ((monthOf(start) - firstMonth) % rule.months)));
}

function minutesOf(day: Day): number {
  return (day + epochDay) * dayMinutes;
}

function dayOf(minutes: number): Day {
  return Math.floor(minutes / dayMinutes) - epochDay;
}

function within(value: number, least: number, largest: number, what: string): number {
  return value < least || value > largest ? refuse(`${what}: ${value}`) : value;
}

function refuse(what: string): never {
  throw calendarRefusal('recurrence-invalid', what);
}
