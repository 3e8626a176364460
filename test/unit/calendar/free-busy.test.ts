import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BusyPeriod,
  busyStatuses,
  daysIn,
  mergedFreeBusy,
  type Period,
  windowProblem,
} from '../../../shared/domain/calendar/free-busy.ts';
import {
  calendarAccesses,
  contentOf,
  contentWithin,
  freeBusyViewNames,
  lesserAccess,
  showsSubject,
  viewOf,
} from '../../../shared/domain/calendar/sharing.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const noon = Date.UTC(2026, 10, 4, 12);
const busiestLast = ['free', 'working-elsewhere', 'tentative', 'busy', 'out-of-office'];

const window = fc
  .tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 3 * 1440 }))
  .map(([from, minutes]): Period => ({ start: noon + from * minuteMs, end: noon + (from + minutes) * minuteMs }));
const interval = fc.integer({ min: 5, max: 1440 });
const period = fc
  .tuple(fc.integer({ min: -2000, max: 6000 }), fc.integer({ min: 0, max: 3000 }), fc.constantFrom(...busyStatuses))
  .map(([from, minutes, status]): BusyPeriod => ({ start: noon + from * minuteMs, end: noon + (from + minutes) * minuteMs, status }));
/** What reaches into the window, as a calendar gives it. */
const calendar = fc
  .tuple(window, fc.array(period, { maxLength: 30 }))
  .map(([within, periods]) => ({ within, periods: periods.filter(({ start, end }) => start < within.end && end > within.start) }));

/** Digit by digit, event by event. */
function plainly(periods: readonly BusyPeriod[], { start, end }: Period, minutes: number): string {
  let digits = '';
  for (let from = start; from < end; from += minutes * minuteMs) {
    const until = from + minutes * minuteMs;
    const touching = periods.filter((one) => one.start < until && one.end > from).map(({ status }) => busiestLast.indexOf(status));
    const busiest = busiestLast[Math.max(0, ...touching)] ?? 'free';
    digits += (busyStatuses as readonly string[]).indexOf(busiest);
  }
  return digits;
}

describe('merging', () => {
  test('gives what looking at every interval gives', () => {
    fc.assert(
      fc.property(calendar, interval, ({ within, periods }, minutes) => {
        const clipped = periods.map((one) => ({ ...one, start: Math.max(one.start, within.start), end: Math.min(one.end, within.end) }));
        const digits = mergedFreeBusy(periods, within, minutes);
        expect(digits).toBe(plainly(clipped, within, minutes));
        expect(digits).toHaveLength(Math.ceil((within.end - within.start) / (minutes * minuteMs)));
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on the order of events, and more of them free nobody', () => {
    fc.assert(
      fc.property(calendar, interval, fc.nat(), ({ within, periods }, minutes, turn) => {
        const digits = mergedFreeBusy(periods, within, minutes);
        const shift = periods.length === 0 ? 0 : turn % periods.length;
        expect(mergedFreeBusy([...periods.slice(shift), ...periods.slice(0, shift)], within, minutes)).toBe(digits);
        const fewer = mergedFreeBusy(periods.slice(1), within, minutes);
        const rank = (digit: string): number => busiestLast.indexOf(busyStatuses[Number(digit)] ?? '');
        for (const [index, digit] of fewer.split('').entries()) expect(rank(digits[index] ?? '')).toBeGreaterThanOrEqual(rank(digit));
      }),
    );
  });

  test.each<[string, readonly [from: number, minutes: number, status: BusyPeriod['status']][], string]>([
    ['nothing', [], '0000'],
    ['one', [[30, 30, 'busy']], '0200'],
    ['a minute over', [[30, 31, 'busy']], '0220'],
    [
      'the busiest counts',
      [
        [0, 120, 'tentative'],
        [30, 30, 'out-of-office'],
        [60, 30, 'busy'],
      ],
      '1321',
    ], // prettier-ignore
    [
      'working elsewhere is less than tentative',
      [
        [0, 60, 'working-elsewhere'],
        [30, 30, 'tentative'],
      ],
      '4100',
    ], // prettier-ignore
    ['free is nothing', [[0, 120, 'free']], '0000'],
    ['without length', [[30, 0, 'busy']], '0000'],
    ['from before to behind', [[-60, 300, 'busy']], '2222'],
  ])('%s', (_, events, digits) => {
    const periods = events.map(([from, minutes, status]) => ({
      start: noon + from * minuteMs,
      end: noon + (from + minutes) * minuteMs,
      status,
    }));
    expect(mergedFreeBusy(periods, { start: noon, end: noon + 120 * minuteMs }, 30)).toBe(digits);
  });

  test('a thousand events over 42 days by five minutes are merged in no time', () => {
    const within = { start: noon, end: noon + 42 * dayMs };
    const periods = Array.from({ length: 1000 }, (_, index) => ({ ...within, status: busyStatuses[(index % 4) + 1] ?? 'busy' }));
    const startedAt = performance.now();
    expect(mergedFreeBusy(periods, within, 5)).toBe('3'.repeat(42 * 288));
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

test.each([
  ['the longest', 42 * dayMs, 30, undefined],
  ['a moment longer', 42 * dayMs + 1, 30, 'window-too-long'],
  ['none', 0, 30, 'window-empty'],
  ['backwards', -1, 30, 'window-empty'],
  ['the shortest interval', dayMs, 5, undefined],
  ['a shorter one', dayMs, 4, 'merged-interval-invalid'],
  ['the longest interval', dayMs, 1440, undefined],
  ['a longer one', dayMs, 1441, 'merged-interval-invalid'],
])('a window: %s', (_, lengthMs, minutes, problem) => {
  const within = { start: noon, end: noon + lengthMs };
  expect(windowProblem(within, minutes)).toBe(problem);
  if (problem === 'window-too-long') expect(daysIn(within)).toBe(43);
});

describe('sharing', () => {
  test('each view that can be asked for is the view of its content; None cannot', () => {
    for (const name of freeBusyViewNames.slice(1)) expect(viewOf(contentOf([name]))).toBe(name);
    for (const names of [[], ['None']] as const)
      expect(() => contentOf(names)).toThrow(expect.objectContaining({ code: 'view-not-askable' }));
    expect(viewOf(contentOf(['MergedOnly', 'Detailed']))).toBe('DetailedMerged');
  });

  test.each([
    ['None', 'None'],
    ['AvailabilityOnly', 'FreeBusyMerged'],
    ['LimitedDetails', 'DetailedMerged'],
    ['FullDetails', 'DetailedMerged'],
  ] as const)('with %s, of DetailedMerged %s is left', (access, view) => {
    expect(viewOf(contentWithin(contentOf(['DetailedMerged']), access))).toBe(view);
    expect(viewOf(contentWithin(contentOf(['MergedOnly']), access))).toBe(access === 'None' ? 'None' : 'MergedOnly');
  });

  test('the lesser of two accesses', () => {
    fc.assert(
      fc.property(fc.constantFrom(...calendarAccesses), fc.constantFrom(...calendarAccesses), (left, right) => {
        const rank = (access: (typeof calendarAccesses)[number]): number => calendarAccesses.indexOf(access);
        expect(rank(lesserAccess(left, right))).toBe(Math.min(rank(left), rank(right)));
      }),
    );
  });

  test('what is private stays so for all but those who see everything', () => {
    const shown = (isPrivate: boolean, seesPrivate: boolean) =>
      calendarAccesses.map((access) => showsSubject({ isPrivate }, access, seesPrivate));
    expect([shown(false, false), shown(true, false), shown(true, true)]).toEqual([
      [false, false, true, true],
      [false, false, false, false],
      [false, false, true, true],
    ]);
  });
});
