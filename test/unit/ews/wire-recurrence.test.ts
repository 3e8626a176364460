import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecurrence, wireRecurrence } from '../../../services/ews/calendar/wire-recurrence.ts';
import { patternDays } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { dayOfWeek, dayOfWeekIndex, monthName, recurrence, type WireRecurrence } from '../../../shared/protocols/ews/types/recurrence.ts';

const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
const dayMs = 86_400_000;
const textOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

const interval = fc.integer({ min: 1, max: 99 });
const dayOfMonth = fc.integer({ min: 1, max: 31 });
const anyDay = fc.constantFrom(...dayOfWeek.enumeration);
const weekday = fc.constantFrom(...dayOfWeek.enumeration.slice(0, 7));
const nth = { DaysOfWeek: anyDay, DayOfWeekIndex: fc.constantFrom(...dayOfWeekIndex.enumeration) };
const month = fc.constantFrom(...monthName.enumeration);
const tagged = <const Is extends string, Value>(
  is: Is,
  value: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<{ is: Is; value: Value }> => fc.record({ is: fc.constant(is), value: fc.record(value) as fc.Arbitrary<Value> });
const somePattern = fc.oneof(
  tagged('DailyRecurrence', { Interval: interval }),
  tagged('WeeklyRecurrence', { Interval: interval, DaysOfWeek: fc.uniqueArray(weekday, { minLength: 1 }), FirstDayOfWeek: weekday }),
  tagged('AbsoluteMonthlyRecurrence', { Interval: interval, DayOfMonth: dayOfMonth }),
  tagged('RelativeMonthlyRecurrence', { Interval: interval, ...nth }),
  tagged('AbsoluteYearlyRecurrence', { DayOfMonth: dayOfMonth, Month: month }),
  tagged('RelativeYearlyRecurrence', { ...nth, Month: month }),
);
const startDate = fc.integer({ min: 0, max: 40_000 }).map(textOf);
const someRange = fc.oneof(
  tagged('NoEndRecurrence', { StartDate: startDate }),
  tagged('NumberedRecurrence', { StartDate: startDate, NumberOfOccurrences: fc.integer({ min: 1, max: 999 }) }),
);
const someRecurrence = fc.record({ pattern: somePattern, range: someRange }) as unknown as fc.Arbitrary<WireRecurrence>;

const daily = (range: WireRecurrence['range'], Interval = 1): WireRecurrence => ({
  pattern: { is: 'DailyRecurrence', value: { Interval } },
  range,
});
const from = (StartDate: string): WireRecurrence['range'] => ({ is: 'NoEndRecurrence', value: { StartDate } });
const codeOf = (wire: WireRecurrence): string => {
  try {
    return readRecurrence(wire).rule.is;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a recurrence', () => {
  test('is the same after it has been a pattern, but for its start, which is its first day', () => {
    fc.assert(
      fc.property(someRecurrence, (asked) => {
        const pattern = readRecurrence(asked);
        const shown = wireRecurrence(pattern);
        expect(shown?.range.is).toBe(asked.range.is);
        const isMonthly = asked.pattern.is.includes('Monthly') && 'Interval' in asked.pattern.value && asked.pattern.value.Interval === 12;
        // Every twelve months is every year.
        if (!isMonthly) expect(shown?.pattern.is).toBe(asked.pattern.is);
        expect([...patternDays(pattern, pattern.start, pattern.start)]).toEqual([pattern.start]);
        expect(shown && readRecurrence(shown)).toEqual(pattern);
        expect(shown && recurrence.decode(recurrence.encode(shown, types, 'Recurrence'))).toEqual(shown);
        expect(textOf(pattern.start) >= asked.range.value.StartDate).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('has its dates in whatever zone they are', () => {
    expect(wireRecurrence(readRecurrence(daily(from('2014-03-08-08:00'))))).toEqual(daily(from('2014-03-08')));
  });

  test('of a year is in the month that it names', () => {
    const yearly = (StartDate: string): WireRecurrence => ({
      pattern: { is: 'AbsoluteYearlyRecurrence', value: { DayOfMonth: 13, Month: 'November' } },
      range: { is: 'NumberedRecurrence', value: { StartDate, NumberOfOccurrences: 4 } },
    });
    expect([...patternDays(readRecurrence(yearly('2016-01-01')), 0, 30_000)].map(textOf)).toEqual(
      ['2016', '2017', '2018', '2019'].map((year) => `${year}-11-13`),
    );
    expect(textOf(readRecurrence(yearly('2016-11-14')).start)).toBe('2017-11-13');
  });

  const weekly = (value: Partial<Extract<WireRecurrence['pattern'], { is: 'WeeklyRecurrence' }>['value']>): WireRecurrence => ({
    pattern: { is: 'WeeklyRecurrence', value: { Interval: 1, DaysOfWeek: ['Monday'], ...value } },
    range: from('2026-01-01'),
  });
  const monthly = (DayOfMonth: number, Interval = 1): WireRecurrence => ({
    pattern: { is: 'AbsoluteMonthlyRecurrence', value: { Interval, DayOfMonth } },
    range: from('2026-01-01'),
  });
  const until = (EndDate: string): WireRecurrence => daily({ is: 'EndDateRecurrence', value: { StartDate: '2026-01-02', EndDate } });
  const times = (NumberOfOccurrences: number): WireRecurrence =>
    daily({ is: 'NumberedRecurrence', value: { StartDate: '2026-01-02', NumberOfOccurrences } });

  test.each([
    [daily(from('2026-01-01'), 0), 'ErrorCalendarOutOfRange'],
    [daily(from('2026-01-01'), -3), 'ErrorCalendarOutOfRange'],
    [daily(from('2026-01-01'), 999), 'daily'],
    [daily(from('2026-01-01'), 1000), 'ErrorCalendarOutOfRange'],
    [daily(from('2026-02-30')), 'ErrorCalendarOutOfRange'],
    [daily(from('1601-03-31')), 'ErrorCalendarOutOfRange'],
    [daily(from('4600-01-01')), 'ErrorCalendarOutOfRange'],
    [weekly({ Interval: 100 }), 'ErrorCalendarOutOfRange'],
    [weekly({ DaysOfWeek: ['Weekday'] }), 'ErrorCalendarInvalidDayForWeeklyRecurrence'],
    [weekly({ DaysOfWeek: [] }), 'ErrorCalendarInvalidDayForWeeklyRecurrence'],
    [weekly({ FirstDayOfWeek: 'Day' }), 'ErrorCalendarInvalidDayForWeeklyRecurrence'],
    [monthly(0), 'ErrorCalendarOutOfRange'],
    [monthly(31), 'monthly'],
    [monthly(32), 'ErrorCalendarOutOfRange'],
    [monthly(1, 100), 'ErrorCalendarOutOfRange'],
    [until('2026-01-02'), 'daily'],
    [until('2026-01-01'), 'ErrorRecurrenceHasNoOccurrence'],
    [until('4500-09-01'), 'daily'],
    [until('4500-09-02'), 'ErrorRecurrenceEndDateTooBig'],
    [times(999), 'daily'],
    [times(1000), 'ErrorCalendarOutOfRange'],
    [times(0), 'ErrorCalendarOutOfRange'],
  ] as const)('%j: %s', (wire, expected) => {
    expect(codeOf(wire)).toBe(expected);
  });
});
