import { describe, expect, test } from 'vitest';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { mimeContentFromDraft, mimeFromDraft } from '../../../shared/bridges/message/mime-from-draft.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { parseMime } from '../../../shared/protocols/mime/parse.ts';
import { calendarWith, exchangeRequest } from '../icalendar/samples.ts';

const at = Date.UTC(2026, 5, 12, 9, 20);

function mail(parts: readonly string[], calendar: Buffer, type = 'text/calendar; method=REQUEST; charset=UTF-8'): Buffer {
  return Buffer.from(
    [
      'From: Mary Jones <mary@contoso.test>',
      'To: John <john@contoso.test>, zoe@acme.test',
      'Subject: Planung (Einladung)',
      'Date: Fri, 12 Jun 2026 09:15:00 +0000',
      'Message-ID: <1@contoso.test>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      ...parts.flatMap((text) => ['--b', 'Content-Type: text/plain; charset=utf-8', '', text]),
      '--b',
      `Content-Type: ${type}`,
      'Content-Transfer-Encoding: base64',
      '',
      calendar.toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
    'utf8',
  );
}

describe('a mail with a request in it', () => {
  test('is a meeting message, and keeps its octets', async () => {
    const octets = mail(['Kommt bitte.'], exchangeRequest);
    const draft = await draftFromMime(octets, at);
    expect(draft.class).toBe('IPM.Schedule.Meeting.Request');
    expect(draft.properties).toMatchObject({
      [tags.subject]: 'Planung (Einladung)',
      [tags.body]: 'Kommt bitte.',
      [tags.importance]: 2,
      [named.location]: 'Raum 1',
      [named.appointmentStartWhole]: Date.UTC(2026, 6, 7, 12),
    });
    expect(draft.attachments).toEqual([]);
    expect(draft.recipients.map(({ kind, address }) => [kind, address])).toEqual([
      ['to', 'john@contoso.test'],
      ['cc', 'zoe@acme.test'],
      ['bcc', 'room1@contoso.test'],
    ]);
    expect(mimeFromDraft(draft, 'id').equals(octets)).toBe(true);
  });

  test('has the body of the calendar where it has none', async () => {
    const draft = await draftFromMime(mail([], exchangeRequest), at);
    expect(draft.properties[tags.body]).toMatch(/^Bitte mitbringen:/);
  });

  test('goes out in three forms and comes back the same', async () => {
    const { mime: _, ...draft } = await draftFromMime(mail(['Kommt bitte.'], exchangeRequest), at);
    const written = mimeFromDraft({ ...draft, properties: { ...draft.properties, [tags.bodyHtml]: '<p>Kommt bitte.</p>' } }, 'id');
    expect(written.toString('utf8')).toMatch(
      /Content-Type: multipart\/alternative[\s\S]*text\/plain[\s\S]*text\/html[\s\S]*Content-Type: text\/calendar; charset="utf-8"; method="REQUEST"/,
    );
    const again = await draftFromMime(written, at);
    const ofTheWire = [tags.transportMessageHeaders, tags.bodyHtml, tags.conversationIndexTracking];
    const without = ({ properties }: typeof draft): object =>
      Object.fromEntries(Object.entries(properties).filter(([key]) => !(ofTheWire as string[]).includes(key)));
    expect([again.class, again.recipients, without(again)]).toEqual([draft.class, draft.recipients, without(draft)]);
  });

  test('in another character set', async () => {
    const latin = Buffer.from(
      exchangeRequest
        .toString('utf8')
        .replace('SUMMARY;LANGUAGE=de-DE:Planung', 'LOCATION:B\u00fcro')
        .replace('LOCATION;LANGUAGE=de-DE:Raum 1\r\n', ''),
      'latin1',
    );
    const draft = await draftFromMime(mail([], latin, 'text/calendar; method=REQUEST; charset=iso-8859-1'), at);
    expect(draft.properties[named.location]).toBe('B\u00fcro');
  });
});

describe('a mail with another calendar in it', () => {
  test.each([
    ['published', calendarWith('DTSTART:20260101T080000Z')],
    ['malformed', Buffer.from('BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n')],
    ['that no series can say', Buffer.from(exchangeRequest.toString('utf8').replace('CLASS:PUBLIC', 'RRULE:FREQ=HOURLY'))],
  ])('%s is a message with an attachment', async (_, calendar) => {
    const draft = await draftFromMime(mail(['See there.'], calendar), at);
    expect(draft.class).toBe('IPM.Note');
    expect(draft.attachments).toMatchObject([{ kind: 'file', name: 'ATT00001.ics', contentType: 'text/calendar', bytes: calendar }]);
  });

  test('beside the body it stays an attachment', async () => {
    const octets = Buffer.from(
      [
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'text',
        '--b',
        'Content-Type: text/calendar; method=REQUEST',
        '',
        exchangeRequest.toString('utf8'),
        '--b--',
        '',
      ].join('\r\n'),
    );
    expect(await draftFromMime(octets, at)).toMatchObject({ class: 'IPM.Note', attachments: [{ contentType: 'text/calendar' }] });
  });
});

test('the MIME of an appointment is iCalendar alone; as an attachment it is a message', async () => {
  const appointment = {
    class: 'IPM.Appointment',
    properties: { [tags.subject]: 'Alone', [named.appointmentStartWhole]: at, [named.appointmentEndWhole]: at + 60_000 },
    recipients: [],
    attachments: [],
  };
  expect(mimeContentFromDraft(appointment, 'id').toString('utf8')).toMatch(
    /^BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n[\s\S]*\r\nSUMMARY:Alone\r\n/,
  );
  const carrier = {
    class: 'IPM.Note',
    properties: {},
    recipients: [],
    attachments: [{ kind: 'item' as const, name: 'Alone', isInline: false, item: appointment }],
  };
  const { attachments } = await parseMime(mimeFromDraft(carrier, 'id'));
  expect(attachments[0]?.message?.calendar?.method).toBe('PUBLISH');
});
