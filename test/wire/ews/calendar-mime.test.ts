import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { calendarWith, exchangeRequest, googleSeries } from '../../unit/icalendar/samples.ts';
import { ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-02-01T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
const mime = (octets: Buffer): string => `<t:MimeContent CharacterSet="UTF-8">${octets.toString('base64')}</t:MimeContent>`;
const create = (
  element: string,
  inner: string,
  words = 'SendMeetingInvitations="SendToNone" MessageDisposition="SaveOnly"',
): Promise<string> => ask(`<m:CreateItem ${words}><m:Items><t:${element}>${inner}</t:${element}></m:Items></m:CreateItem>`);
const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const get = (id: string, ...paths: readonly string[]): Promise<string> =>
  ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent><t:BodyType>Text</t:BodyType>${paths.length === 0 ? '' : `<t:AdditionalProperties>${paths.map(field).join('')}</t:AdditionalProperties>`}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
const contentOf = (body: string): string => Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64').toString('utf8');
const view = (from: string, to: string): Promise<string> =>
  ask(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field('item:Subject')}${field('calendar:Start')}</t:AdditionalProperties></m:ItemShape><m:CalendarView StartDate="${from}" EndDate="${to}"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`,
  );

async function saved(element: string, octets: Buffer, more = ''): Promise<string> {
  const body = await create(element, mime(octets) + more);
  expect(codes(body)).toEqual(['NoError']);
  return present(ids(body)[0]?.id, body);
}

describe('an appointment made of iCalendar', () => {
  test('has what it says, and gives it back', async () => {
    const id = await saved(
      'CalendarItem',
      calendarWith(
        'SUMMARY:Zahnarzt',
        'LOCATION:Mitte\\, 2. Stock',
        'DESCRIPTION:Karte\\nmitnehmen',
        'DTSTART;TZID=Europe/Rome:20260203T140000',
        'DTEND;TZID=Europe/Rome:20260203T150000',
        'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
        'CATEGORIES:Privat',
        'BEGIN:VALARM',
        'TRIGGER:-PT40M',
        'ACTION:DISPLAY',
        'END:VALARM',
      ),
    );
    const body = await get(id, 'calendar:StartTimeZoneId');
    const shown = [
      'Subject',
      'Location',
      'Start',
      'End',
      'UID',
      'LegacyFreeBusyStatus',
      'ReminderMinutesBeforeStart',
      'StartTimeZoneId',
      'String',
    ];
    expect(shown.map((name) => texts(body, name)[0])).toEqual([
      'Zahnarzt',
      'Mitte, 2. Stock',
      '2026-02-03T13:00:00Z',
      '2026-02-03T14:00:00Z',
      '1',
      'OOF',
      '40',
      'W. Europe Standard Time',
      'Privat',
    ]);
    expect(
      texts(body, 'Body')[1]
        ?.replace(/&#xD;/gi, '\r')
        .replace(/\r\n|\r/g, '\n'),
    ).toBe('Karte\nmitnehmen');
    const content = contentOf(body);
    expect(content).toMatch(/^BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n/);
    for (const line of [
      'UID:1',
      'SUMMARY:Zahnarzt',
      'DTSTART;TZID=W. Europe Standard Time:20260203T140000',
      'CATEGORIES:Privat',
      'TRIGGER;RELATED=START:-PT40M',
    ])
      expect(content).toContain(`\r\n${line}\r\n`);
  });

  test('its fields count before its MIME, and a change of one shows in the MIME', async () => {
    const id = await saved(
      'CalendarItem',
      calendarWith('SUMMARY:One', 'DTSTART:20260204T080000Z', 'DURATION:PT1H'),
      '<t:Subject>Two</t:Subject><t:ReminderIsSet>false</t:ReminderIsSet>',
    );
    expect(contentOf(await get(id))).toContain('\r\nSUMMARY:Two\r\n');
    const changed = await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField>${field('calendar:Start')}<t:CalendarItem><t:Start>2026-02-04T07:30:00Z</t:Start></t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    expect(codes(changed)).toEqual(['NoError']);
    expect(contentOf(await get(id))).toContain('\r\nDTSTART;TZID=UTC:20260204T073000\r\n');
  });

  test('of a series has its occurrences, those that are changed and those that are gone', async () => {
    const id = await saved('CalendarItem', googleSeries);
    const seen = await view('2026-03-09T00:00:00Z', '2026-03-17T00:00:00Z');
    const shown = texts(seen, 'Subject').map((subject, index) => [subject, texts(seen, 'Start')[index]]);
    expect(shown.filter(([subject]) => subject?.startsWith('Stand-up'))).toEqual([
      ['Stand-up', '2026-03-09T08:30:00Z'],
      ['Stand-up (afternoon)', '2026-03-11T15:00:00Z'],
      ['Stand-up', '2026-03-16T08:30:00Z'],
    ]);
    const content = contentOf(await get(id));
    expect(content).toContain('\r\nRRULE:FREQ=WEEKLY;UNTIL=20260629T073000Z;INTERVAL=1;BYDAY=MO,WE,FR\r\n');
    expect(content).toContain('\r\nEXDATE;TZID=W. Europe Standard Time:20260313T093000,20260406T093000\r\n');
    expect(content).toContain('\r\nRECURRENCE-ID;TZID=W. Europe Standard Time:20260311T093000\r\n');
  });

  test('in a message', async () => {
    const octets = Buffer.from(
      [
        'Subject: carrier',
        'Content-Type: text/calendar; charset=utf-8',
        '',
        calendarWith('SUMMARY:Inside', 'DTSTART:20260205T080000Z').toString('utf8'),
      ].join('\r\n'),
    );
    expect(texts(await get(await saved('CalendarItem', octets)), 'Subject')).toEqual(['Inside']);
  });

  test('is put in the place of one that is there, which stays the same meeting', async () => {
    const id = await saved('CalendarItem', googleSeries);
    const changed = await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField>${field('item:MimeContent')}<t:CalendarItem>${mime(calendarWith('SUMMARY:Once', 'DTSTART;TZID=Asia/Tokyo:20260206T090000', 'DURATION:PT2H'))}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    expect(codes(changed)).toEqual(['NoError']);
    const body = await get(id, 'calendar:StartTimeZoneId');
    expect(['Subject', 'Start', 'End', 'CalendarItemType', 'StartTimeZoneId', 'UID'].map((name) => texts(body, name)[0])).toEqual([
      'Once',
      '2026-02-06T00:00:00Z',
      '2026-02-06T02:00:00Z',
      'Single',
      'Tokyo Standard Time',
      '4kq2v1d7o9a3b5c6e8f0@google.com',
    ]);
  });

  test('of other exceptions forgets those that it had', async () => {
    const exception = (text: string): Buffer =>
      Buffer.from(
        [
          ...[
            'BEGIN:VCALENDAR',
            'BEGIN:VEVENT',
            'UID:2',
            'SUMMARY:Choir',
            'DTSTART:20260504T080000Z',
            'DURATION:PT1H',
            'RRULE:FREQ=WEEKLY;COUNT=3',
            'END:VEVENT',
          ],
          ...[
            'BEGIN:VEVENT',
            'UID:2',
            'RECURRENCE-ID:20260511T080000Z',
            'SUMMARY:Choir',
            `DESCRIPTION:${text}`,
            'DTSTART:20260511T090000Z',
            'DURATION:PT1H',
            'END:VEVENT',
            'END:VCALENDAR',
            '',
          ],
        ].join('\r\n'),
      );
    const id = await saved('CalendarItem', exception('bring notes'));
    expect(contentOf(await get(id))).toContain('\r\nDESCRIPTION:bring notes\r\n');
    const changed = await ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField>${field('item:MimeContent')}<t:CalendarItem>${mime(exception('bring cake'))}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    expect(codes(changed)).toEqual(['NoError']);
    const content = contentOf(await get(id));
    expect([content.includes('bring notes'), content.includes('bring cake')]).toEqual([false, true]);
  });

  test.each([
    ['no calendar', Buffer.from('Subject: x\r\n\r\ntext'), 'ErrorMimeContentConversionFailed'],
    ['a malformed one', Buffer.from('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n'), 'ErrorMimeContentConversionFailed'],
    ['a rule that no series has', calendarWith('DTSTART:20260205T080000Z', 'RRULE:FREQ=SECONDLY'), 'ErrorMimeContentConversionFailed'],
    ['a day of the year 9999', calendarWith('DTSTART:99990205T080000Z'), 'ErrorMimeContentConversionFailed'],
    ['six years', calendarWith('DTSTART:20260205T080000Z', 'DTEND:20320205T080000Z'), 'ErrorCalendarDurationIsTooLong'],
  ])('%s is refused', async (_, octets, code) => {
    expect(codes(await create('CalendarItem', mime(octets)))).toEqual([code]);
  });

  test('what is no base64 is refused', async () => {
    expect(codes(await create('CalendarItem', '<t:MimeContent>AAA=AAA</t:MimeContent>'))).toEqual(['ErrorMimeContentInvalidBase64String']);
  });
});

test('a message with a request in it is a meeting request', async () => {
  const octets = Buffer.from(
    [
      'From: zoe@acme.test',
      'To: mary@contoso.test',
      'Subject: Planung',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      '',
      'Kommt bitte.',
      '--b',
      'Content-Type: text/calendar; method=REQUEST',
      '',
      exchangeRequest.toString('utf8'),
      '--b--',
      '',
    ].join('\r\n'),
  );
  const body = await get(await saved('Message', octets));
  expect(body).toContain('<t:MeetingRequest>');
  expect(['ItemClass', 'Start', 'Location', 'IntendedFreeBusyStatus'].map((name) => texts(body, name)[0])).toEqual([
    'IPM.Schedule.Meeting.Request',
    '2026-07-07T12:00:00Z',
    'Raum 1',
    'OOF',
  ]);
  expect(contentOf(body)).toBe(octets.toString('utf8'));
});
