import { describe, expect, test } from 'vitest';
import { type CalendarProcessing, calendarProcessing } from '../../../shared/domain/calendar/calendar-processing.ts';
import {
  type Asker,
  type Booking,
  type BookingRefusal,
  type BookingVerdict,
  judgeBooking,
} from '../../../shared/domain/calendar/meetings/judge-booking.ts';
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
const asker: Asker = { books: true, requestsInPolicy: false, requestsOutOfPolicy: false };
const verdict = (booking: Partial<Booking>, processing: Partial<CalendarProcessing> = {}): BookingVerdict =>
  judgeBooking({ periods: [period(9, 10)], isSeries: false, asker, conflicts: [], ...booking }, { ...usual, ...processing }, hours, now);
const judge = (booking: Partial<Booking>, processing: Partial<CalendarProcessing> = {}): BookingRefusal['is'] | 'booked' | 'pending' => {
  const judged = verdict(booking, processing);
  return judged.is === 'refused' ? judged.why.is : judged.is;
};

describe('a resource', () => {
  test('is had by whoever asks for it within its rules', () => {
    expect(judge({})).toBe('booked');
    expect(judge(series(5))).toBe('booked');
  });

  test.each<[string, Partial<Booking>, Partial<CalendarProcessing>, BookingRefusal['is'] | 'booked']>([
    ['tells whoever may not book it nothing else', { asker: { ...asker, books: false }, conflicts: conflicts(1) }, {}, 'not-allowed'],
    ['takes no series where it takes none', series(2), { allowRecurringMeetings: false }, 'no-series'],
    ['takes a single meeting there', {}, { allowRecurringMeetings: false }, 'booked'],
    ['is had for as long as is set', { periods: [period(9, 10)] }, { maximumDurationInMinutes: 60 }, 'booked'],
    ['is had no longer', { periods: [period(9, 10.5)] }, { maximumDurationInMinutes: 60 }, 'too-long'],
    ['is had for ever where nothing is set', { periods: [period(9, 900)] }, { maximumDurationInMinutes: 0 }, 'booked'],
    ['is had on the last day of its window', { periods: [period(22, 24, 3)] }, { bookingWindowInDays: 3 }, 'booked'],
    ['is not had on the day after', { periods: [period(23, 24.5, 3)] }, { bookingWindowInDays: 3 }, 'too-far-ahead'],
    ['wants series to end within it', series(5), { bookingWindowInDays: 3 }, 'too-far-ahead'],
    ['wants them to end', { ...series(2), lastEnd: undefined }, {}, 'too-far-ahead'],
    ['lets them go on where that is set', series(5), { bookingWindowInDays: 3, enforceSchedulingHorizon: false }, 'booked'],
    ['looks at hours only where that is set', { periods: [period(3, 4)] }, {}, 'booked'],
    ['opens in the morning', { periods: [period(7.5, 9)] }, { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['closes in the evening', { periods: [period(16, 17.5)] }, { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['is had from morning to evening', { periods: [period(8, 17)] }, { scheduleOnlyDuringWorkHours: true }, 'booked'],
    ['is closed on Saturdays', { periods: [period(9, 10, 5)] }, { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['is closed for a series with a Saturday', series(6), { scheduleOnlyDuringWorkHours: true }, 'outside-hours'],
    ['is had by one at a time', { conflicts: conflicts(1) }, {}, 'conflicts'],
    ['is had by several where that is set', { conflicts: conflicts(1) }, { allowConflicts: true }, 'booked'],
    ['lets a single meeting meet with nothing', { conflicts: conflicts(1) }, { conflictPercentageAllowed: 100 }, 'conflicts'],
    ['lets a share of a series do so', { ...series(10), conflicts: conflicts(2) }, { conflictPercentageAllowed: 20 }, 'booked'],
    ['lets no more do so', { ...series(10), conflicts: conflicts(3) }, { conflictPercentageAllowed: 29 }, 'conflicts'],
    ['lets some of a series do so', { ...series(10), conflicts: conflicts(3) }, { maximumConflictInstances: 3 }, 'booked'],
  ])('%s', (_name, booking, processing, expected) => {
    expect(judge(booking, processing)).toBe(expected);
  });

  const books = { books: true };
  const inside = { requestsInPolicy: true };
  const outside = { requestsOutOfPolicy: true };
  test.each<[string, Partial<Asker>, string, string]>([
    ['nobody gets anything', {}, 'not-allowed', 'not-allowed'],
    ['who books does, within the rules', books, 'booked', 'conflicts'],
    ['who may ask asks, within the rules', inside, 'pending', 'conflicts'],
    ['who may ask for more may ask for less', outside, 'pending', 'pending'],
    ['who books need not ask', { ...books, ...inside }, 'booked', 'conflicts'],
    ['who books asks for the rest', { ...books, ...outside }, 'booked', 'pending'],
    ['who may ask for both asks', { ...inside, ...outside }, 'pending', 'pending'],
    ['who may do all books', { ...books, ...inside, ...outside }, 'booked', 'pending'],
  ])('is had by its lists: %s', (_name, may, within, beyond) => {
    const him = { books: false, requestsInPolicy: false, requestsOutOfPolicy: false, ...may };
    expect([judge({ asker: him }), judge({ asker: him, conflicts: conflicts(1) })]).toEqual([within, beyond]);
  });

  test('says of what a delegate is to decide on which rule it does not keep', () => {
    const him = { ...asker, requestsOutOfPolicy: true };
    expect(verdict({ asker: { ...him, books: false } })).toEqual({ is: 'pending', why: undefined });
    expect(verdict({ asker: him, ...series(2) }, { allowRecurringMeetings: false })).toEqual({ is: 'pending', why: { is: 'no-series' } });
  });
});
