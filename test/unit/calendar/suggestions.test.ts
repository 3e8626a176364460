import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergedDigits } from '../../../shared/domain/calendar/free-busy.ts';
import {
  type HalfHours,
  type Invited,
  type Schedule,
  type SuggestionOptions,
  suggestedDays,
  suggestionQualities,
} from '../../../shared/domain/calendar/suggestions.ts';
import { utc } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import { present } from '../../../shared/kernel/assert.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const thursday = Date.parse('2014-02-13T00:00Z');
const weekdays = [1, 2, 3, 4, 5];
const hours = (startMinutes: number, endMinutes: number): Schedule => ({
  zone: utc,
  periods: [{ days: weekdays, startMinutes, endMinutes }],
});
const options: SuggestionOptions = {
  window: { start: thursday, end: thursday + dayMs },
  zone: utc,
  durationMinutes: 60,
  goodThreshold: 25,
  leastQuality: 'fair',
  mostPerDay: 10,
  mostOutsideHours: 0,
};

/** A day's half hours with some of them, by number, of another digit. */
function dayWith(busy: Readonly<Record<number, string>>): string {
  return Array.from({ length: 48 }, (_, index) => busy[index] ?? '0').join('');
}
const alone = (halfHours: HalfHours, mustBeFree = false): Invited => ({ is: 'individual', halfHours, mustBeFree });
const free = dayWith({});
const find = (invited: readonly Invited[], more: Partial<SuggestionOptions> = {}, schedules: readonly Schedule[] = [hours(480, 1020)]) => [
  ...suggestedDays(invited, schedules, { ...options, ...more }),
];
const timeOf = (start: number): string => new Date(start).toISOString().slice(11, 16);

describe('what is suggested', () => {
  // https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-get-free-busy-information-by-using-ews-in-exchange
  test('is what the answer of an Exchange server suggests in the published example', () => {
    const busyAtEleven = { 22: '2', 23: '2' };
    const invited = [alone(dayWith(busyAtEleven)), alone(dayWith({ ...busyAtEleven, 30: '1', 31: '1' }))];
    const found = find(invited, { goodThreshold: 49, mostPerDay: 2, leastQuality: 'good' }, [hours(480, 1020), hours(540, 1020)]);
    const status = { is: 'individual', status: 'free' };
    expect(found).toEqual([
      {
        day: thursday,
        quality: 'excellent',
        suggestions: [9 * 60, 9 * 60 + 30].map((minute) => ({
          start: thursday + minute * minuteMs,
          isWorkTime: true,
          quality: 'excellent',
          conflicts: [status, status],
        })),
      },
    ]);
  });

  test('is free of conflicts first, then the earliest', () => {
    const invited = [alone(dayWith({ 16: '2', 17: '2', 18: '1' })), alone(free), alone(free)];
    const [day] = find(invited, { mostPerDay: 20 });
    expect(day?.suggestions.map(({ start, quality }) => `${timeOf(start)} ${quality}`)).toEqual([
      ...['09:30', '10:00', '10:30', '11:00', '11:30', '12:00', '12:30', '13:00', '13:30', '14:00', '14:30', '15:00', '15:30', '16:00'].map(
        (time) => `${time} excellent`,
      ),
      ...['08:00', '08:30', '09:00'].map((time) => `${time} fair`),
    ]);
  });

  test.each<[people: number, conflicts: number, threshold: number, quality: string]>([
    [4, 0, 25, 'excellent'],
    [4, 1, 25, 'good'],
    [5, 2, 25, 'fair'],
    [4, 2, 25, 'fair'],
    [5, 3, 25, 'poor'],
    [100, 1, 49, 'good'],
    [100, 2, 49, 'fair'],
    [2, 1, 0, 'good'],
  ])('of %d people %d have a conflict; with the threshold %d that is %s', (people, conflicts, goodThreshold, quality) => {
    const members = Array.from({ length: people }, (_, index) => (index < conflicts ? '2'.repeat(48) : free));
    const found = find([{ is: 'group', members, unexpanded: 0, mustBeFree: false }], {
      goodThreshold,
      leastQuality: 'poor',
      mostPerDay: 1,
    });
    expect(found[0]?.quality).toBe(quality);
    expect(found[0]?.suggestions).toMatchObject([
      { quality, conflicts: [{ is: 'group', members: people, available: people - conflicts, conflicts, unknown: 0 }] },
    ]);
  });

  test('nothing below the least quality, and nothing that somebody must be free for', () => {
    const never = '2'.repeat(48);
    expect(find([alone(never), alone(free), alone(free)], { leastQuality: 'good' })).toMatchObject([{ quality: 'fair', suggestions: [] }]);
    expect(find([alone(never, true), alone(free)])).toMatchObject([{ quality: 'poor', suggestions: [] }]);
  });

  test('outside working hours as often as is allowed', () => {
    expect(find([alone(free)], { mostOutsideHours: 0 })[0]?.suggestions).toHaveLength(10);
    const [day] = find([alone(free)], { mostOutsideHours: 2, mostPerDay: 5 });
    expect(day?.suggestions.map(({ start, isWorkTime }) => `${timeOf(start)} ${isWorkTime}`)).toEqual([
      '00:00 false',
      '00:30 false',
      '08:00 true',
      '08:30 true',
      '09:00 true',
    ]);
    const saturday = { start: thursday + 2 * dayMs, end: thursday + 3 * dayMs };
    expect(find([alone(free)], { window: saturday })).toMatchObject([{ quality: 'poor', suggestions: [] }]);
    expect(find([alone(free)], {}, [])).toMatchObject([{ suggestions: [] }]);
  });

  test('on each day that the window touches, on the clocks of whoever asks', () => {
    const zone = present(windowsZone('Pacific Standard Time'), 'a zone');
    const window = { start: thursday + 20 * 60 * minuteMs, end: thursday + 44 * 60 * minuteMs };
    const found = find([alone('0'.repeat(48))], { window, zone, mostPerDay: 1 });
    expect(found.map(({ day, suggestions }) => [day, suggestions.map(({ start }) => new Date(start).toISOString())])).toEqual([
      [thursday, []],
      [thursday + dayMs, ['2014-02-14T08:00:00.000Z']],
    ]);
  });

  test('nobody known makes no good time', () => {
    expect(find([{ is: 'unknown' }, { is: 'too-big-group' }])).toMatchObject([{ quality: 'poor', suggestions: [] }]);
    expect(find([{ is: 'unknown' }, alone(undefined), alone(free)], { mostPerDay: 1 })).toMatchObject([
      {
        suggestions: [{ conflicts: [{ is: 'unknown' }, { is: 'individual', status: undefined }, { is: 'individual', status: 'free' }] }],
      },
    ]);
  });

  test('is what looking at every time finds', () => {
    const halfHours = fc
      .array(fc.constantFrom('0', '0', '0', '1', '2', '3', '4'), { minLength: 96, maxLength: 96 })
      .map((all) => all.join(''));
    const someone = fc.record({ halfHours: fc.option(halfHours, { nil: undefined }), mustBeFree: fc.boolean() });
    fc.assert(
      fc.property(fc.array(someone, { minLength: 1, maxLength: 5 }), fc.integer({ min: 30, max: 300 }), (people, durationMinutes) => {
        const window = { start: thursday, end: thursday + 2 * dayMs };
        const everything = { window, durationMinutes, leastQuality: 'poor', mostPerDay: 48, mostOutsideHours: 48 } as const;
        const found = find(
          people.map((one) => ({ is: 'individual', ...one })),
          everything,
        ).flatMap(({ suggestions }) => suggestions);
        const span = Math.ceil(durationMinutes / 30);
        const hasConflict = (digits: string | undefined, from: number): boolean => /[123]/.test((digits ?? '').slice(from, from + span));
        const expected = Array.from({ length: 96 }, (_, index) => index)
          .filter((index) => index * 30 + durationMinutes <= 2 * 1440)
          .filter((index) => !people.some(({ halfHours: digits, mustBeFree }) => mustBeFree && hasConflict(digits, index)));
        expect(found.map(({ start }) => (start - thursday) / (30 * minuteMs)).toSorted((left, right) => left - right)).toEqual(expected);
        for (const { start, quality } of found) {
          const conflicts = people.filter(({ halfHours: digits }) => hasConflict(digits, (start - thursday) / (30 * minuteMs))).length;
          const share = conflicts / people.length;
          expect(suggestionQualities.indexOf(quality)).toBe(share === 0 ? 0 : share <= 0.25 ? 1 : share <= 0.5 ? 2 : 3);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('many in one have the digits of the busiest', () => {
  expect(mergedDigits(['0142', '0211', '0000'], 4)).toBe('0212');
  expect(mergedDigits([], 3)).toBe('444');
  expect(mergedDigits(['3'], 2)).toBe('30');
});
