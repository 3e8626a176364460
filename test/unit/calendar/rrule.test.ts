import fc from 'fast-check';
import rrule from 'rrule';
import { expect, test } from 'vitest';
import { occurrenceDay, type RecurrencePattern, type RecurrenceRule } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { firstOccurrence, lastOccurrence, occurrences, type Series } from '../../../shared/domain/calendar/recurrence/series.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import zoneTable from '../../../shared/domain/calendar/windows-zones.json' with { type: 'json' };
import { present } from '../../../shared/kernel/assert.ts';
import { intlZone } from './intl-zone.ts';
import { somePattern } from './series-arbitrary.ts';

const { RRule } = rrule;
const dayMs = 86_400_000;
const minuteMs = 60_000;

const places = [
  'W. Europe Standard Time',
  'Pacific Standard Time',
  'AUS Eastern Standard Time',
  'Newfoundland Standard Time',
  'Lord Howe Standard Time',
  'India Standard Time',
  'UTC',
] as const;
const zones = new Map(places.map((id) => [id, { zone: present(windowsZone(id), id), intl: intlZone(zoneTable.zones[id]) }]));
const weekdays = [RRule.SU, RRule.MO, RRule.TU, RRule.WE, RRule.TH, RRule.FR, RRule.SA];
const onDays = (days: readonly number[]) => days.map((day) => present(weekdays[day], `day ${day}`));

/**
 * A rule as RFC 5545 has it. Where a month has no such day, the RFC passes the month over, and Exchange takes the last one: so
 * from the 29th on it is the last of the days from the 28th to that one.
 */
function partsOf(rule: RecurrenceRule) {
  switch (rule.is) {
    case 'daily':
      return { freq: RRule.DAILY, interval: rule.days };
    case 'weekly':
      return { freq: RRule.WEEKLY, interval: rule.weeks, byweekday: onDays(rule.on) };
    case 'monthly': {
      const days = Array.from({ length: Math.max(1, rule.day - 27) }, (_, index) => rule.day - index);
      return { freq: RRule.MONTHLY, interval: rule.months, bymonthday: days, bysetpos: -1 };
    }
    case 'month-nth':
      return { freq: RRule.MONTHLY, interval: rule.months, byweekday: onDays(rule.on), bysetpos: rule.nth === 5 ? -1 : rule.nth };
    case 'month-end':
      return { freq: RRule.MONTHLY, interval: rule.months, bymonthday: -1 };
  }
}

function ruleOf({ rule, start, end, firstDayOfWeek }: RecurrencePattern) {
  return new RRule({
    ...partsOf(rule),
    dtstart: new Date(start * dayMs),
    wkst: present(weekdays[firstDayOfWeek], 'a day'),
    ...(end.is === 'until' ? { until: new Date(end.day * dayMs) } : end.is === 'after' ? { count: end.occurrences } : {}),
  });
}

const someCase = fc.record({
  pattern: somePattern,
  place: fc.constantFrom(...places),
  startMinutes: fc.nat({ max: 1439 }),
  minutes: fc.nat({ max: 2 * 1440 }),
  after: fc.integer({ min: -30, max: 400 }),
  days: fc.nat({ max: 40 }),
});

test('ten thousand series take place when rrule and Intl say that they do', () => {
  fc.assert(
    fc.property(someCase, ({ pattern, place, startMinutes, minutes, after, days }) => {
      const { zone, intl } = present(zones.get(place), place);
      const series: Series = { pattern, startMinutes, endMinutes: startMinutes + minutes, deleted: [], exceptions: [] };
      const window = { start: (pattern.start + after) * dayMs, end: (pattern.start + after + days) * dayMs };
      const wall = ruleOf(pattern).between(new Date(window.start - 5 * dayMs), new Date(window.end + 3 * dayMs), true);
      const expected = wall
        .map((date) => {
          const start = intl.instantAt(date.getTime() + startMinutes * minuteMs);
          return {
            start,
            end: Math.max(start, intl.instantAt(date.getTime() + (startMinutes + minutes) * minuteMs)),
            day: date.getTime() / dayMs,
          };
        })
        .filter(({ start, end }) => start < window.end && end > window.start);
      expect([...occurrences(series, zone, window)]).toEqual(expected);
    }),
    { numRuns: 10_000 },
  );
});

test('the first, the n-th and the last are those of rrule', () => {
  const short = somePattern.filter(({ end }) => end.is !== 'never');
  fc.assert(
    fc.property(short, fc.integer({ min: 1, max: 70 }), (pattern, n) => {
      const { zone } = present(zones.get('UTC'), 'UTC');
      const series: Series = { pattern, startMinutes: 0, endMinutes: 30, deleted: [], exceptions: [] };
      const all = ruleOf(pattern).all((_date, index) => index < 4_000);
      const dayOf = (date: Date | undefined): number | undefined => (date === undefined ? undefined : date.getTime() / dayMs);
      expect(occurrenceDay(pattern, n)).toBe(dayOf(all[n - 1]));
      expect(firstOccurrence(series, zone)?.day).toBe(dayOf(all[0]));
      expect(lastOccurrence(series, zone)?.day).toBe(dayOf(all.at(-1)));
    }),
    { numRuns: 500 },
  );
});
