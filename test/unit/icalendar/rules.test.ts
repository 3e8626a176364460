import { describe, expect, test } from 'vitest';
import { appointmentFromCalendar } from '../../../shared/bridges/calendar/appointment-from-calendar.ts';
import { calendarFromAppointment } from '../../../shared/bridges/calendar/calendar-from-appointment.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { refusal, series } from './readings.ts';
import { calendarWith } from './samples.ts';

const dayMs = 86_400_000;
const at = (text: string): number => Date.parse(`${text}Z`);

describe('rules', () => {
  const ruleOf = (rule: string, start = '20260106T080000Z'): unknown => {
    const {
      rule: found,
      start: day,
      end,
    } = series(appointmentFromCalendar(calendarWith(`DTSTART:${start}`, 'DURATION:PT1H', `RRULE:${rule}`)).properties).pattern;
    return [found, new Date(day * dayMs).toISOString().slice(0, 10), end.is];
  };

  test.each([
    ['FREQ=DAILY;INTERVAL=3;COUNT=4', { is: 'daily', days: 3 }, '2026-01-06', 'after'],
    ['FREQ=DAILY;BYDAY=MO,TU', { is: 'weekly', weeks: 1, on: [1, 2] }, '2026-01-06', 'never'],
    ['FREQ=DAILY;BYHOUR=8;BYMINUTE=00', { is: 'daily', days: 1 }, '2026-01-06', 'never'],
    ['FREQ=WEEKLY;INTERVAL=2', { is: 'weekly', weeks: 2, on: [2] }, '2026-01-06', 'never'],
    ['FREQ=MONTHLY', { is: 'monthly', months: 1, day: 6 }, '2026-01-06', 'never'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', { is: 'month-end', months: 1 }, '2026-01-31', 'never'],
    ['FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1', { is: 'monthly', months: 1, day: 30 }, '2026-01-30', 'never'],
    ['FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU', { is: 'month-nth', months: 3, on: [2], nth: 2 }, '2026-01-13', 'never'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', { is: 'month-nth', months: 1, on: [1, 2, 3, 4, 5], nth: 5 }, '2026-01-30', 'never'],
    ['FREQ=YEARLY;UNTIL=20300101', { is: 'monthly', months: 12, day: 6 }, '2026-01-06', 'until'],
    ['FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=15', { is: 'monthly', months: 24, day: 15 }, '2026-03-15', 'never'],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', { is: 'month-nth', months: 12, on: [4], nth: 4 }, '2026-11-26', 'never'],
  ])('%s', (rule, expected, day, end) => {
    expect(ruleOf(rule)).toEqual([expected, day, end]);
  });

  test.each([
    'FREQ=SECONDLY',
    'FREQ=MINUTELY;COUNT=1000000000',
    'FREQ=HOURLY;INTERVAL=2',
    'FREQ=DAILY;COUNT=1000000000',
    'FREQ=DAILY;INTERVAL=1000',
    'FREQ=DAILY;INTERVAL=99999999999999999999',
    'FREQ=DAILY;BYMONTH=1',
    'FREQ=DAILY;BYHOUR=9,17',
    'FREQ=DAILY;UNTIL=20250101T000000Z',
    'FREQ=WEEKLY;BYDAY=1MO',
    'FREQ=MONTHLY;BYDAY=5MO',
    'FREQ=MONTHLY;BYDAY=MO',
    'FREQ=MONTHLY;BYDAY=1MO,3MO',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=MONTHLY;BYMONTHDAY=-2',
    'FREQ=YEARLY;BYMONTH=1,2',
    'FREQ=YEARLY;BYMONTH=13',
    'FREQ=YEARLY;BYYEARDAY=100',
    'FREQ=YEARLY;BYWEEKNO=20',
    'FREQ=YEARLY;BYDAY=20MO',
    'FREQ=DAILY;RSCALE=CHINESE',
    'nonsense',
  ])('no series has %s', (rule) => {
    expect(refusal(calendarWith('DTSTART:20260106T080000Z', `RRULE:${rule}`))).toBe('unsupported');
  });

  test('the last day of UNTIL is one on which it still begins', () => {
    const last = (until: string): unknown => {
      const { end } = series(
        appointmentFromCalendar(calendarWith('DTSTART;TZID=Europe/Berlin:20260106T090000', `RRULE:FREQ=DAILY;UNTIL=${until}`)).properties,
      ).pattern;
      return end.is === 'until' ? new Date(end.day * dayMs).toISOString().slice(0, 10) : end.is;
    };
    expect(['20260110T080000Z', '20260110T075959Z', '20260110', '20260110T090000', '99991231T000000Z'].map(last)).toEqual([
      '2026-01-10',
      '2026-01-09',
      '2026-01-10',
      '2026-01-10',
      '4500-12-31',
    ]);
  });
});

describe('exceptions', () => {
  test('an RDATE beside an EXDATE is a move, alone it is passed over', () => {
    const { properties } = appointmentFromCalendar(
      calendarWith(
        'DTSTART:20260105T080000Z',
        'DURATION:PT1H',
        'RRULE:FREQ=WEEKLY',
        'EXDATE:20260112T080000Z,20260126T080000Z',
        'RDATE:20260113T100000Z',
        'RDATE:20260301T080000Z',
        'RDATE;VALUE=PERIOD:20260114T100000Z/PT1H',
      ),
    );
    const { deleted, exceptions } = series(properties);
    expect(deleted).toEqual([at('2026-01-26T00:00') / dayMs]);
    expect(exceptions).toEqual([{ original: at('2026-01-12T08:00'), start: at('2026-01-13T10:00'), end: at('2026-01-13T11:00') }]);
  });

  test('more than 1,000 of them are refused', () => {
    const dates = Array.from(
      { length: 1_001 },
      (_, index) => `${new Date(at('2026-01-05T00:00') + index * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}T080000Z`,
    );
    expect(refusal(calendarWith('DTSTART:20260105T080000Z', 'RRULE:FREQ=DAILY', `EXDATE:${dates.join(',')}`))).toBe('too-many');
  });

  test('what they say of themselves stays in their messages, and is written again', () => {
    const event = (more: readonly string[]): string => ['BEGIN:VEVENT', 'UID:1', ...more, 'END:VEVENT'].join('\r\n');
    const octets = Buffer.from(
      [
        'BEGIN:VCALENDAR',
        event([
          'SUMMARY:Choir',
          'DESCRIPTION:as always',
          'DTSTART:20260105T080000Z',
          'DURATION:PT1H',
          'RRULE:FREQ=WEEKLY',
          'EXDATE:20260119T080000Z',
          'RDATE:20260120T080000Z',
        ]),
        event([
          'SUMMARY:Choir',
          'DESCRIPTION:bring notes',
          'CATEGORIES:Music',
          'RECURRENCE-ID:20260112T080000Z',
          'DTSTART:20260112T090000Z',
          'DURATION:PT2H',
          'BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM',
        ]),
        event(['RECURRENCE-ID:20260126T080000Z', 'STATUS:CANCELLED']),
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
    const content = appointmentFromCalendar(octets);
    const messages = content.attachments.flatMap((one) => (one.kind === 'item' && one.isException === true ? [one.item.properties] : []));
    expect(messages).toEqual([
      {
        [tags.body]: 'bring notes',
        [named.keywords]: ['Music'],
        [named.reminderSet]: true,
        [named.reminderMinutes]: 5,
        [named.appointmentStartWhole]: at('2026-01-12T09:00'),
        [named.appointmentEndWhole]: at('2026-01-12T11:00'),
        [named.exceptionReplaceTime]: at('2026-01-12T08:00'),
      },
      {
        [named.appointmentStartWhole]: at('2026-01-20T08:00'),
        [named.appointmentEndWhole]: at('2026-01-20T09:00'),
        [named.exceptionReplaceTime]: at('2026-01-19T08:00'),
      },
    ]);
    expect(series(content.properties).deleted).toEqual([at('2026-01-26T00:00') / dayMs]);
    const { text } = calendarFromAppointment(content);
    expect(text.match(/DESCRIPTION:(?!REMINDER).*/g)).toEqual([
      'DESCRIPTION:as always',
      'DESCRIPTION:bring notes',
      'DESCRIPTION:as always',
    ]);
    expect(text).toMatch(/CATEGORIES:Music\r\n[\s\S]*TRIGGER;RELATED=START:-PT5M/);
    expect(calendarFromAppointment(appointmentFromCalendar(Buffer.from(text))).text).toBe(text);
  });

  test('days that the series does not have are passed over', () => {
    const { properties } = appointmentFromCalendar(
      calendarWith('DTSTART:20260105T080000Z', 'RRULE:FREQ=WEEKLY', 'EXDATE:20260106T080000Z'),
    );
    expect(series(properties).deleted).toEqual([]);
  });
});
