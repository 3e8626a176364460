import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastDay, patternDays, type RecurrencePattern } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { occurrences, type Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { instantAt, type TimeZone, utc } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { someDay, somePattern, someSeries } from './series-arbitrary.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const dayOf = (text: string): number => Date.parse(`${text}T00:00Z`) / dayMs;
const textOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** Walks from the start, day by day, and asks of each whether it is one. */
function plainly({ rule, start, end, firstDayOfWeek }: RecurrencePattern, until: number): readonly number[] {
  const found: number[] = [];
  let week = 0;
  const firstMonth = new Date(start * dayMs);
  for (let day = start; day <= until; day += 1) {
    if (end.is === 'until' && day > end.day) break;
    if (end.is === 'after' && found.length === end.occurrences) break;
    const date = new Date(day * dayMs);
    const weekday = date.getUTCDay();
    if (day > start && weekday === firstDayOfWeek) week += 1;
    const month = (date.getUTCFullYear() - firstMonth.getUTCFullYear()) * 12 + date.getUTCMonth() - firstMonth.getUTCMonth();
    const lastOfMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    const isOne = (): boolean => {
      if (rule.is === 'daily') return (day - start) % rule.days === 0;
      if (rule.is === 'weekly') return week % rule.weeks === 0 && rule.on.includes(weekday);
      if (month % rule.months !== 0) return false;
      if (rule.is === 'month-end') return date.getUTCDate() === lastOfMonth;
      if (rule.is === 'monthly') return date.getUTCDate() === Math.min(rule.day, lastOfMonth);
      if (!rule.on.includes(weekday)) return false;
      const matching = Array.from({ length: lastOfMonth }, (_, index) => index + 1).filter((one) =>
        rule.on.includes(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), one)).getUTCDay()),
      );
      return matching.at(rule.nth === 5 ? -1 : rule.nth - 1) === date.getUTCDate();
    };
    if (isOne()) found.push(day);
  }
  return found;
}

describe('the days of a pattern', () => {
  test('are those that walking from the start finds', () => {
    fc.assert(
      fc.property(somePattern, fc.integer({ min: -100, max: 4_000 }), fc.nat({ max: 400 }), (pattern, after, length) => {
        const [from, to] = [pattern.start + after, pattern.start + after + length];
        expect([...patternDays(pattern, from, to)]).toEqual(plainly(pattern, to).filter((day) => day >= from));
      }),
      { numRuns: 400 },
    );
  });

  test('end with the last one', () => {
    fc.assert(
      fc.property(somePattern, fc.integer({ min: 1, max: 40 }), (pattern, count) => {
        const ending = { ...pattern, end: { is: 'after' as const, occurrences: count } };
        const days = [...patternDays(ending, 0, lastDay(ending) + 10_000)];
        expect([days.length, days.at(-1)]).toEqual([count, lastDay(ending)]);
      }),
    );
  });

  test.each<[string, Omit<RecurrencePattern, 'end'>, readonly string[]]>([
    [
      'Monday and Sunday of every other week, which begins on Monday',
      { rule: { is: 'weekly', weeks: 2, on: [0, 1] }, start: dayOf('2026-11-23'), firstDayOfWeek: 1 },
      ['2026-11-23', '2026-11-29', '2026-12-07', '2026-12-13'],
    ],
    [
      'the same where the week begins on Sunday',
      { rule: { is: 'weekly', weeks: 2, on: [0, 1] }, start: dayOf('2026-11-23'), firstDayOfWeek: 0 },
      ['2026-11-23', '2026-12-06', '2026-12-07', '2026-12-20'],
    ],
    [
      'the 31st of every month',
      { rule: { is: 'monthly', months: 1, day: 31 }, start: dayOf('2026-12-31'), firstDayOfWeek: 0 },
      ['2026-12-31', '2027-01-31', '2027-02-28', '2027-03-31'],
    ],
    [
      '29 February of every year',
      { rule: { is: 'monthly', months: 12, day: 29 }, start: dayOf('2024-02-29'), firstDayOfWeek: 0 },
      ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28'],
    ],
    [
      'the last weekday of every month',
      { rule: { is: 'month-nth', months: 1, on: [1, 2, 3, 4, 5], nth: 5 }, start: dayOf('2027-01-01'), firstDayOfWeek: 0 },
      ['2027-01-29', '2027-02-26', '2027-03-31', '2027-04-30'],
    ],
  ])('%s', (_, pattern, days) => {
    const ending = { ...pattern, end: { is: 'after' as const, occurrences: 4 } };
    expect([...patternDays(ending, 0, 40_000)].map(textOf)).toEqual(days);
  });

  test('a series from 1601 without end costs what lies in the window', () => {
    const startedAt = performance.now();
    for (let round = 0; round < 2_000; round += 1) {
      const pattern = { rule: { is: 'daily', days: 1 }, start: -134_774, end: { is: 'never' }, firstDayOfWeek: 0 } as const;
      expect([...patternDays(pattern, 20_000, 20_041)]).toHaveLength(42);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('nothing recurs after 4500', () => {
    for (const end of [{ is: 'never' }, { is: 'after', occurrences: 100_000 }] as const) {
      const pattern = { rule: { is: 'monthly', months: 1188, day: 1 }, start: dayOf('2026-01-01'), end, firstDayOfWeek: 0 } as const;
      expect([...patternDays(pattern, 0, Number.MAX_SAFE_INTEGER)].length).toBeLessThan(30);
    }
  });
});

const zones: readonly TimeZone[] = [utc, ...['W. Europe Standard Time', 'Pacific Standard Time', 'Lord Howe Standard Time'].map(zoneOf)];

function zoneOf(id: string): TimeZone {
  return present(windowsZone(id), id);
}

describe('occurrences', () => {
  test('are those of every day of the pattern, but for the deleted and changed ones, that touch the window', () => {
    fc.assert(
      fc.property(someSeries, fc.constantFrom(...zones), someDay, fc.integer({ min: 1, max: 42 }), (series, zone, from, days) => {
        const window = { start: from * dayMs + 12_345, end: (from + days) * dayMs };
        const { pattern, startMinutes, endMinutes, deleted, exceptions } = series;
        const gone = new Set([...deleted, ...exceptions.map(({ original }) => Math.floor(original / dayMs))]);
        const regular = plainly(pattern, from + days + 2)
          .filter((day) => !gone.has(day))
          .map((day) => [day * dayMs + startMinutes * minuteMs, day * dayMs + endMinutes * minuteMs] as const);
        const all = [...regular, ...exceptions.map(({ start, end }) => [start, end] as const)]
          .map(([start, end]) => [instantAt(zone, start), Math.max(instantAt(zone, start), instantAt(zone, end))] as const)
          .filter(([start, end]) => start < window.end && end > window.start);
        expect([...occurrences(series, zone, window)].map(({ start, end }) => [start, end])).toEqual(all);
      }),
      { numRuns: 300 },
    );
  });

  const meeting: Series = {
    pattern: { rule: { is: 'weekly', weeks: 1, on: [1] }, start: dayOf('2026-10-12'), end: { is: 'never' }, firstDayOfWeek: 1 },
    startMinutes: 9 * 60,
    endMinutes: 10 * 60,
    deleted: [dayOf('2026-11-02')],
    exceptions: [
      {
        original: Date.parse('2026-11-09T09:00Z'),
        start: Date.parse('2026-11-10T14:00Z'),
        end: Date.parse('2026-11-10T15:30Z'),
        subject: 'Moved',
      },
    ],
  };

  test('stay at their time on the wall when the clocks are changed', () => {
    const window = { start: Date.parse('2026-10-19T00:00Z'), end: Date.parse('2026-11-17T00:00Z') };
    const found = [...occurrences(meeting, zoneOf('W. Europe Standard Time'), window)];
    expect(found.map(({ start, end, exception }) => [new Date(start).toISOString(), (end - start) / minuteMs, exception?.subject])).toEqual(
      [
        ['2026-10-19T07:00:00.000Z', 60, undefined],
        ['2026-10-26T08:00:00.000Z', 60, undefined],
        ['2026-11-16T08:00:00.000Z', 60, undefined],
        ['2026-11-10T13:00:00.000Z', 90, 'Moved'],
      ],
    );
  });
});
