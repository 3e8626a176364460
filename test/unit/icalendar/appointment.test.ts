import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appointmentFromCalendar } from '../../../shared/bridges/calendar/appointment-from-calendar.ts';
import { calendarFromAppointment } from '../../../shared/bridges/calendar/calendar-from-appointment.ts';
import { windowsZoneAt } from '../../../shared/bridges/calendar/calendar-zones.ts';
import { globalObjectIdOf, uidOf } from '../../../shared/bridges/calendar/global-object-id.ts';
import { windowsZoneName } from '../../../shared/bridges/calendar/zone-names.ts';
import { onDay } from '../../../shared/domain/calendar/global-object-id.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { refusal, series } from './readings.ts';
import { appleHoliday, calendarWith, exchangeRequest, googleSeries } from './samples.ts';

const dayMs = 86_400_000;
const at = (text: string): number => Date.parse(`${text}Z`);

describe('what others write', () => {
  test('a request of Exchange', () => {
    const { class: itemClass, properties, recipients } = appointmentFromCalendar(exchangeRequest);
    expect(itemClass).toBe('IPM.Schedule.Meeting.Request');
    expect(properties).toMatchObject({
      [tags.subject]: 'Planung',
      [tags.body]: 'Bitte mitbringen:\r\n\r\n- Zahlen, Berichte; alles\r\n',
      [tags.importance]: 2,
      [tags.sentRepresentingSmtpAddress]: 'mary@contoso.test',
      [tags.responseRequested]: true,
      [tags.ownerAppointmentId]: 2_118_217_321,
      [named.location]: 'Raum 1',
      [named.appointmentStartWhole]: at('2026-07-07T12:00'),
      [named.appointmentEndWhole]: at('2026-07-07T13:00'),
      [named.timeZoneDescription]: 'W. Europe Standard Time',
      [named.busyStatus]: 1,
      [named.intendedBusyStatus]: 3,
      [named.appointmentSequence]: 2,
      [named.appointmentStateFlags]: 3,
      [named.responseStatus]: 5,
      [named.notAllowPropose]: true,
      [named.ownerCriticalChange]: at('2026-06-12T09:15'),
      [named.reminderSet]: true,
      [named.reminderMinutes]: 15,
    });
    expect(Buffer.from(String(properties[named.globalObjectId]), 'base64').toString('hex')).toMatch(/^040000008200e00074c5b7101a82e008/);
    expect(recipients.map(({ kind, name, address }) => [kind, name, address])).toEqual([
      ['to', 'Smith, Jo', 'john@contoso.test'],
      ['cc', 'Zo\u00eb', 'zoe@acme.test'],
      ['bcc', 'Room 1', 'room1@contoso.test'],
    ]);
  });

  test('a series of Google', () => {
    const { class: itemClass, properties } = appointmentFromCalendar(googleSeries);
    expect(itemClass).toBe('IPM.Appointment');
    const { pattern, startMinutes, endMinutes, deleted, exceptions } = series(properties);
    expect(pattern).toEqual({
      rule: { is: 'weekly', weeks: 1, on: [1, 3, 5] },
      start: at('2026-03-02T00:00') / dayMs,
      end: { is: 'until', day: at('2026-06-29T00:00') / dayMs },
      firstDayOfWeek: 1,
    });
    expect([startMinutes, endMinutes]).toEqual([570, 585]);
    expect(deleted).toEqual([at('2026-03-13T00:00') / dayMs, at('2026-04-06T00:00') / dayMs]);
    expect(exceptions).toEqual([
      {
        original: at('2026-03-11T09:30'),
        start: at('2026-03-11T16:00'),
        end: at('2026-03-11T16:15'),
        subject: 'Stand-up (afternoon)',
        status: 'free',
      },
    ]);
    expect(calendarFromAppointment(appointmentFromCalendar(googleSeries)).text).toContain('TZID=W. Europe Standard Time:20260302T093000');
  });

  test("a holiday of Apple's", () => {
    const floating = present(windowsZoneAt('Pacific Standard Time', at('2026-08-01T00:00')), 'a zone');
    const { properties } = appointmentFromCalendar(appleHoliday, floating);
    expect(properties).toMatchObject({
      [tags.subject]: '\ud83c\udfd6 Urlaub',
      [tags.sensitivity]: 2,
      [named.appointmentSubType]: true,
      [named.appointmentStartWhole]: at('2026-08-01T07:00'),
      [named.appointmentEndWhole]: at('2026-08-08T07:00'),
      [named.busyStatus]: 0,
      [named.keywords]: ['Privat', 'Ferien, lang'],
      [named.reminderMinutes]: 900,
    });
    expect(calendarFromAppointment({ class: 'IPM.Appointment', properties, recipients: [] }).text).toContain(
      'DTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20260808\r\n',
    );
  });
});

describe('times', () => {
  const times = (...event: readonly string[]): readonly unknown[] => {
    const { properties } = appointmentFromCalendar(calendarWith(...event));
    return [properties[named.appointmentStartWhole], properties[named.appointmentEndWhole], properties[named.appointmentSubType]];
  };

  test.each([
    ['a length', ['DTSTART:20260101T080000Z', 'DURATION:PT90M'], ['2026-01-01T08:00', '2026-01-01T09:30', false]],
    ['a day of no length', ['DTSTART;VALUE=DATE:20260101'], ['2026-01-01T00:00', '2026-01-02T00:00', true]],
    ['no length', ['DTSTART:20260101T080000Z'], ['2026-01-01T08:00', '2026-01-01T08:00', false]],
    [
      'days as Exchange 2007 writes them',
      ['DTSTART:20260101T000000Z', 'DTEND:20260102T000000Z', 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE'],
      ['2026-01-01T00:00', '2026-01-02T00:00', true],
    ],
    [
      'a zone of IANA without rules',
      ['DTSTART;TZID=America/New_York:20260701T080000', 'DTEND;TZID=Asia/Kolkata:20260701T190000'],
      ['2026-07-01T12:00', '2026-07-01T13:30', false],
    ],
    ['a zone nobody knows', ['DTSTART;TZID=Moon:20260701T080000', 'DURATION:PT1H'], ['2026-07-01T08:00', '2026-07-01T09:00', false]],
  ])('%s', (_, event, [start, end, isAllDay]) => {
    expect(times(...event)).toEqual([at(String(start)), at(String(end)), isAllDay]);
  });

  test.each([
    ['the year 0', 'DTSTART:00000101T000000Z'],
    ['the year 9999', 'DTSTART:99991231T235959Z'],
    ['no day', 'DTSTART:20260230T000000Z'],
    ['no time', 'DTSTART:tomorrow'],
    ['nothing', 'DTSTART:'],
  ])('%s is refused', (_, start) => {
    expect(refusal(calendarWith(start))).toBe('malformed');
  });

  test('an end before the start, a length that never ends and no start are refused', () => {
    expect(refusal(calendarWith('DTSTART:20260101T080000Z', 'DTEND:20260101T070000Z'))).toBe('malformed');
    expect(refusal(calendarWith('DTSTART:20260101T080000Z', 'DURATION:P9999999W'))).toBe('malformed');
    expect(refusal(calendarWith('SUMMARY:x'))).toBe('malformed');
  });
});

describe('UID and global object id', () => {
  test('there and back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }).filter((uid) => !uid.includes('\0')),
        (uid) => {
          expect(uidOf(globalObjectIdOf(uid))).toBe(uid);
          expect(uidOf(onDay(globalObjectIdOf(uid), 20_000))).toBe(uid);
        },
      ),
    );
  });

  test("Exchange's own", () => {
    const uid = `040000008200E00074C5B7101A82E008${'07EA0315'}${'00'.repeat(16)}10000000${'AB'.repeat(16)}`;
    expect(globalObjectIdOf(uid).toString('hex').toUpperCase()).toBe(uid.replace('07EA0315', '00000000'));
    expect(uidOf(Buffer.from(uid, 'hex'))).toBe(uid.replace('07EA0315', '00000000'));
    expect(
      onDay(globalObjectIdOf(uid), at('2026-03-21T00:00') / dayMs)
        .toString('hex')
        .toUpperCase(),
    ).toBe(uid);
  });

  test('of an occurrence that comes alone', () => {
    const { properties } = appointmentFromCalendar(calendarWith('DTSTART:20260113T100000Z', 'RECURRENCE-ID:20260112T080000Z'));
    const id = Buffer.from(String(properties[named.globalObjectId]), 'base64');
    expect([id.subarray(16, 20).toString('hex'), uidOf(id)]).toEqual(['07ea010c', '1']);
    expect(calendarFromAppointment({ class: 'IPM.Appointment', properties, recipients: [] }).text).toContain(
      '\r\nRECURRENCE-ID;TZID=UTC:20260112T080000\r\n',
    );
  });
});

test('names of zones', () => {
  const names = [
    'Europe/Rome',
    '"W. Europe Standard Time"',
    '/citadel.org/20250101_1/America/Argentina/Salta',
    'US/Pacific',
    'Asia/Kolkata',
    'tzone://Microsoft/Utc',
    'GMT',
    'Moon',
    '+02:00',
    '',
  ];
  expect(names.map(windowsZoneName)).toEqual([
    'W. Europe Standard Time',
    'W. Europe Standard Time',
    'Argentina Standard Time',
    'Pacific Standard Time',
    'India Standard Time',
    'UTC',
    'UTC',
    undefined,
    undefined,
    undefined,
  ]);
});

describe('messages about meetings', () => {
  const answer = (method: string, partstat: string): Buffer =>
    Buffer.from(
      exchangeRequest
        .toString('utf8')
        .replace('METHOD:REQUEST', `METHOD:${method}`)
        .replace(/ATTENDEE[\s\S]*?DESCRIPTION/, `ATTENDEE;PARTSTAT=${partstat};CN=John:mailto:john@contoso.test\r\nDESCRIPTION`),
      'utf8',
    );

  test.each([
    ['REPLY', 'ACCEPTED', 'IPM.Schedule.Meeting.Resp.Pos'],
    ['REPLY', 'TENTATIVE', 'IPM.Schedule.Meeting.Resp.Tent'],
    ['REPLY', 'DECLINED', 'IPM.Schedule.Meeting.Resp.Neg'],
    ['COUNTER', 'TENTATIVE', 'IPM.Schedule.Meeting.Resp.Tent'],
    ['CANCEL', 'NEEDS-ACTION', 'IPM.Schedule.Meeting.Canceled'],
    ['PUBLISH', 'ACCEPTED', 'IPM.Appointment'],
  ])('%s %s, there and back', (method, partstat, itemClass) => {
    const read = appointmentFromCalendar(answer(method, partstat));
    expect(read.class).toBe(itemClass);
    const written = calendarFromAppointment({
      ...read,
      properties: { ...read.properties, [tags.sentRepresentingSmtpAddress]: 'john@contoso.test' },
      recipients: [{ kind: 'to', name: 'Mary Jones', address: 'mary@contoso.test', routingType: 'SMTP' }],
    });
    expect(written.method).toBe(method);
    if (method === 'REPLY') {
      expect(written.text).toContain('ORGANIZER;CN=Mary Jones:mailto:mary@contoso.test');
      expect(written.text.replaceAll('\r\n ', '')).toContain(`PARTSTAT=${partstat}`);
    }
    if (method === 'CANCEL') expect(written.text).toContain('STATUS:CANCELLED');
  });

  test("what attendees have answered is known of the organizer's appointment alone, who is none of them", () => {
    const people = ['ORGANIZER:mailto:mary@contoso.test', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:mary@contoso.test'];
    const attendees = ['ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.test', 'ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=OPT-PARTICIPANT:mailto:b@x.test'];
    const octets = calendarWith('DTSTART:20260101T080000Z', ...people, ...attendees);
    const { properties, recipients } = appointmentFromCalendar(octets);
    expect(properties[named.appointmentStateFlags]).toBe(1);
    expect(recipients.map((one) => [one.kind, one.address, one.properties])).toEqual([
      ['to', 'a@x.test', { [tags.recipientTrackStatus]: 4 }],
      ['cc', 'b@x.test', undefined],
    ]);
    const request = Buffer.from(octets.toString('utf8').replace('VERSION:2.0', 'METHOD:REQUEST'));
    expect(appointmentFromCalendar(request).recipients.map((one) => one.properties)).toEqual([undefined, undefined]);
    const organizer = {
      kind: 'to' as const,
      name: 'Mary',
      address: 'mary@contoso.test',
      routingType: 'SMTP',
      properties: { [tags.recipientFlags]: 3 },
    };
    const { text } = calendarFromAppointment({ class: 'IPM.Schedule.Meeting.Request', properties, recipients: [organizer, ...recipients] });
    expect(text.replaceAll('\r\n ', '').match(/ATTENDEE.*/g)).toEqual([
      'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=a@x.test:mailto:a@x.test',
      'ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=b@x.test:mailto:b@x.test',
    ]);
  });

  test('replies that answer nothing and other methods are refused', () => {
    expect(refusal(answer('REPLY', 'NEEDS-ACTION'))).toBe('unsupported');
    expect(refusal(answer('REFRESH', 'ACCEPTED'))).toBe('unsupported');
  });

  test('more attendees than 5,000 are refused', () => {
    const attendees = Array.from({ length: 5_001 }, (_, index) => `ATTENDEE:mailto:a${index}@x.test`);
    expect(refusal(calendarWith('DTSTART:20260101T080000Z', ...attendees))).toBe('too-many');
  });
});

test('what is no calendar is refused', () => {
  expect(refusal(Buffer.from(''))).toBe('malformed');
  expect(refusal(Buffer.from('BEGIN:VCARD\r\nEND:VCARD\r\n'))).toBe('malformed');
  expect(refusal(Buffer.from('BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n'))).toBe('unsupported');
});
