import { describe, expect, test } from 'vitest';
import { type CalendarProcessing, calendarProcessing } from '../../../shared/domain/calendar/calendar-processing.ts';
import { type Booking, type BookingRefusal, judgeBooking } from '../../../shared/domain/calendar/meetings/judge-booking.ts';
import type { WorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const now = Date.parse('2026-11-23T07:30Z');
const midnight = Date.parse('2026-11-23T00:00Z');
/** As a room has it about which nothing was ever said. */
const usual = calendarProcessing({ bag: '{}' } as FolderRow, 'RoomMailbox');
const hours: WorkingHours = { timeZone: 'UTC', days: [1, 2, 3, 4, 5], startMinutes: 8 * 60, endMinutes: 17 * 60 };
const period = (from: number, to: number, day = 0) => ({
  start: midnight + day * dayMs + from * hourMs,
  end: midnight + day * dayMs + to * hourMs,
});
const conflicts = (count: number) => Array.from({ length: count }, (_, day) => ({ ...period(9, 10, day), organizer: 'Rob' }));
const series = (count: number): Partial<Booking> => ({
  periods: Array.from({ length: count }, (_, day) => period(9, 10, day)),
  isSeries: true,
  lastEnd: midnight + count * dayMs,
});
const judge = (booking: Partial<Booking>, processing: Partial<CalendarProcessing> = {}): BookingRefusal['is'] | undefined =>
  judgeBooking(
    { periods: [period(9, 10)], isSeries: false, mayBook: true, conflicts: [], ...booking },
    { ...usual, ...processing },
    hours,
    now,
  )?.is;

describe('a resource', () => {
  test('is had by whoever asks for it within its rules', () => {
    expect(judge({})).toBeUndefined();
    expect(judge(series(5))).toBeUndefined();
  });

  test.each<[string, Partial<Booking>, Partial<CalendarProcessing>, BookingRefusal['is'] | undefined]>([
    ['tells whoever may not book it nothing else', { mayBook: false, conflicts: conflicts(1) }, {}, 'not-allowed'],
    ['takes no series where it takes none', series(2), { allowRecurringMeetings: false }, 'no-series'],
    ['takes a single meeting there', {}, { allowRecurringMeetings: false }, undefined],
    ['is had for as long as is set', { periods: [period(9, 10)] }, { maximumDurationInMinutes: 60 }, undefined],
    ['is had no longer', { periods: [period(9, 10.5)] }, { maximumDurationInMinutes: 60 }, 'too-long'],
    ['is had for ever where nothing is set', { periods: [period(9, 900)] }, { maximumDurationInMinutes: 0 }, undefined],
    ['is had on the last day of its window', { periods: [period(22, 24, 3)] }, { bookingWindowInDays: 3 }, undefined],
    ['is not had on the day after', { periods: [period(23, 24.5, 3)] }, { bookingWindowInDays: 3 }, 'too-far-ahead'],
    ['wants series to end within it', series(5), { bookingWindowInDays: 3 }, 'too-far-ahead'],
    ['wants them to end', { ...series(2), lastEnd: undefined }, {}, 'too-far-ahead'],
    ['lets them go on where that is set', series(5), { bookingWindowInDays: 3, enforceSchedulingHorizon: false }, undefined],
    ['looks at hours only where that is set', { periods: [period(3, 4)] }, {}, undefined],
    ['opens in the morning', { periods: [period(7.5, 9)] }, { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['closes in the evening', { periods: [period(16, 17.5)] }, { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['is had from morning to evening', { periods: [period(8, 17)] }, { scheduleOnlyDuringWorkHours: true }, undefined],
    ['is closed on Saturdays', { periods: [period(9, 10, 5)] }, { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['is closed for a series with a Saturday', series(6), { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['is had by one at a time', { conflicts: conflicts(1) }, {}, 'conflicts'],
    ['is had by several where that is set', { conflicts: conflicts(1) }, { allowConflicts: true }, undefined],
    ['lets a single meeting meet with nothing', { conflicts: conflicts(1) }, { conflictPercentageAllowed: 100 }, 'conflicts'],
    ['lets a share of a series do so', { ...series(10), conflicts: conflicts(2) }, { conflictPercentageAllowed: 20 }, undefined],
    ['lets no more do so', { ...series(10), conflicts: conflicts(3) }, { conflictPercentageAllowed: 29 }, 'conflicts'],
    ['lets some of a series do so', { ...series(10), conflicts: conflicts(3) }, { maximumConflictInstances: 3 }, undefined],
  ])('%s', (_name, booking, processing, expected) => {
    expect(judge(booking, processing)).toBe(expected);
  });
});
