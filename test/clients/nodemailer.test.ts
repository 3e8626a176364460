import { readFileSync } from 'node:fs';
import { createTransport, type Transporter } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { publicClient } from '../support/tokens.ts';
import { texts } from '../wire/ews/answers.ts';
import { submissionPort } from '../wire/smtp/dialogue.ts';

type Auth = Readonly<Record<string, string>>;

const joe = 'joe@contoso.test';
const zoe = 'zoe@contoso.test';
const mary = 'mary@contoso.test';
const rob = 'rob@contoso.test';
const tenant = '11111111-1111-4111-8111-111111111111';

let lab: TestLab;
const open: Transporter[] = [];
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(async () => {
  for (const transport of open) transport.close();
  await lab.close();
});

/** Over STARTTLS, with the certificate checked. */
function transport(auth: Auth | undefined, more: Readonly<Record<string, unknown>> = {}): Transporter {
  const tls = { ca: readFileSync(lab.endpoints.caFile) };
  const made = createTransport({
    host: 'localhost',
    port: submissionPort(lab),
    secure: false,
    requireTLS: true,
    tls,
    auth,
    ...more,
  } as never);
  open.push(made);
  return made;
}

const password = (user: string, method: string): Auth & { readonly method?: string } => ({ user, pass: lab.password, method });

/** An access token of the live authentication service. */
async function tokenOf(mail: string, scope = 'https://outlook.office365.com/SMTP.Send'): Promise<string> {
  const form = { grant_type: 'password', client_id: publicClient, username: mail, password: lab.password, scope };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(form).toString();
  const answer = await lab.https(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, { method: 'POST', headers, body });
  return String((JSON.parse(answer.body) as { access_token?: string }).access_token);
}

/** Subjects and senders of what came with that subject. */
async function received(mail: string, subject: string): Promise<readonly string[]> {
  const { body } = await lab.ews(
    mail,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  return texts(body, 'Subject');
}

describe('nodemailer as npm ships it', () => {
  test.each([
    ['LOGIN', mary, rob],
    ['PLAIN', mary, rob],
    ['LOGIN', joe, zoe],
    ['PLAIN', joe, zoe],
  ])('%s: %s writes to %s', async (method, from, to) => {
    const subject = `${method} by ${from}`;
    const sent = await transport(undefined, { authMethod: method, auth: password(from, method) }).sendMail({
      ...{ from, to, subject, text: 'Grüße', html: '<p>Grüße</p>', attachments: [{ filename: 'a.txt', content: 'x'.repeat(200_000) }] },
    });
    expect(sent).toMatchObject({ accepted: [to], rejected: [], response: expect.stringMatching(/^250 2\.0\.0 OK </) });
    expect(await received(to, subject)).toEqual([subject]);
  });

  test('an event goes along as iCalendar, and is a request to its recipient', async () => {
    const subject = 'Planning by nodemailer';
    const event = [
      'UID:nodemailer@contoso.test',
      'DTSTAMP:20261101T080000Z',
      `SUMMARY:${subject}`,
      'DTSTART;TZID=Europe/Berlin:20261203T140000',
    ];
    const people = [`ORGANIZER;CN=Mary:mailto:${mary}`, `ATTENDEE;RSVP=TRUE:mailto:${rob}`];
    const lines = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'METHOD:REQUEST',
      'BEGIN:VEVENT',
      ...event,
      'DURATION:PT1H',
      ...people,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ];
    await transport(undefined, { auth: password(mary, 'PLAIN') }).sendMail({
      ...{ from: mary, to: rob, subject, text: 'Please come.', icalEvent: { method: 'REQUEST', content: lines.join('\r\n') } },
    });
    const { body } = await lab.ews(
      rob,
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>' +
        '<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:ItemClass"/><t:FieldURIOrConstant><t:Constant Value="IPM.Schedule.Meeting.Request"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>' +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    const shown = texts(body, 'Subject').map((one, index) => [one, texts(body, 'Start')[index], texts(body, 'UID')[index]]);
    expect(shown).toContainEqual([subject, '2026-12-03T13:00:00Z', 'nodemailer@contoso.test']);
  });

  test('what is written about one occurrence, by its RECURRENCE-ID, is done in the series of whoever gets it', async () => {
    const event = (method: string, ...lines: readonly string[]): string =>
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        `METHOD:${method}`,
        'BEGIN:VEVENT',
        'UID:daily@contoso.test',
        ...lines,
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n');
    const people = [`ORGANIZER;CN=Mary:mailto:${mary}`, `ATTENDEE;RSVP=TRUE:mailto:${rob}`];
    const mail = (method: string, subject: string, ...lines: readonly string[]): Promise<unknown> =>
      transport(undefined, { auth: password(mary, 'PLAIN') }).sendMail({
        ...{ from: mary, to: rob, subject, text: subject },
        icalEvent: { method, content: event(method, `SUMMARY:${subject}`, ...people, ...lines) },
      });
    const first = ['DTSTART:20270510T080000Z', 'DTEND:20270510T090000Z', 'RRULE:FREQ=DAILY;COUNT=4'];
    await mail('REQUEST', 'Daily', 'DTSTAMP:20261101T080000Z', 'SEQUENCE:0', ...first);
    const second = 'RECURRENCE-ID:20270511T080000Z';
    const later = ['DTSTART:20270511T120000Z', 'DTEND:20270511T130000Z'];
    await mail('REQUEST', 'Daily, later', 'DTSTAMP:20261101T090000Z', 'SEQUENCE:1', second, ...later);
    const third = ['RECURRENCE-ID:20270512T080000Z', 'DTSTART:20270512T080000Z', 'DTEND:20270512T090000Z', 'STATUS:CANCELLED'];
    await mail('CANCEL', 'Daily', 'DTSTAMP:20261101T100000Z', 'SEQUENCE:1', ...third);
    const { body } = await lab.ews(
      rob,
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:CalendarView StartDate="2027-05-10T00:00:00Z" EndDate="2027-05-14T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
    );
    const shown = texts(body, 'Subject').map((subject, index) => [subject, texts(body, 'Start')[index], texts(body, 'IsCancelled')[index]]);
    expect(shown.filter(([subject]) => subject?.includes('Daily'))).toEqual([
      ['Daily', '2027-05-10T08:00:00Z', 'false'],
      ['Daily, later', '2027-05-11T12:00:00Z', 'false'],
      ['Daily', '2027-05-12T08:00:00Z', 'true'],
      ['Daily', '2027-05-13T08:00:00Z', 'false'],
    ]);
  });

  test('XOAUTH2, with a token that the authentication service issued for SMTP.Send', async () => {
    const accessToken = await tokenOf(joe);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as Readonly<Record<string, unknown>>;
    expect(claims).toMatchObject({ aud: 'https://outlook.office365.com', upn: joe, scp: expect.stringContaining('SMTP.Send') });
    const sent = await transport({ type: 'OAuth2', user: joe, accessToken }).sendMail({
      from: joe,
      to: zoe,
      subject: 'by token',
      text: 'x',
    });
    expect(sent).toMatchObject({ accepted: [zoe], rejected: [] });
    expect(await received(zoe, 'by token')).toEqual(['by token']);
    const auth = (await lab.exchanges({ service: 'smtp' })).filter(({ operation }) => operation === 'AUTH').at(-1);
    expect(auth).toMatchObject({ organization: 'contoso-cloud', caller: joe, outcome: 'answered' });
    expect(auth?.verdict?.checks).toContainEqual(expect.objectContaining({ check: 'token.scope', outcome: 'passed' }));
  });

  test('XOAUTH2 on-premises, which trusts its tenant: mary', async () => {
    const accessToken = await tokenOf(mary, 'https://mail.contoso.test/SMTP.Send');
    const sent = await transport({ type: 'OAuth2', user: mary, accessToken }).sendMail({
      from: mary,
      to: rob,
      subject: 'hybrid',
      text: 'x',
    });
    expect(sent).toMatchObject({ accepted: [rob] });
    expect(await received(rob, 'hybrid')).toEqual(['hybrid']);
  });

  test.each([
    ['a wrong password', () => ({ user: mary, pass: 'nonsense' }), 535, '535 5.7.3 Authentication unsuccessful [EX-SE-01.contoso.test]'],
    [
      "another user's token",
      async () => ({ type: 'OAuth2', user: zoe, accessToken: await tokenOf(joe) }),
      535,
      '535 5.7.3 Authentication unsuccessful [AM0PR01MB0001.contoso.test]',
    ],
    [
      'a token for EWS alone',
      async () => ({ type: 'OAuth2', user: joe, accessToken: await tokenOf(joe, 'https://outlook.office365.com/EWS.AccessAsUser.All') }),
      535,
      '535 5.7.3 Authentication unsuccessful [AM0PR01MB0001.contoso.test]',
    ],
  ])('%s is refused', async (_, auth, responseCode, response) => {
    await expect(transport((await auth()) as Auth).verify()).rejects.toMatchObject({ code: 'EAUTH', responseCode, response });
  });

  test('recipients elsewhere are taken; whom nobody knows is refused, and the others get theirs', async () => {
    const subject = 'to some of them';
    const sent = await transport(password(mary, 'PLAIN')).sendMail({
      from: mary,
      to: [rob, joe, 'x@example.com', 'ghost@contoso.test'],
      subject,
      text: 'x',
    });
    expect(sent).toMatchObject({ accepted: [rob, joe, 'x@example.com'], rejected: ['ghost@contoso.test'] });
    await expect.poll(() => received(joe, subject), { timeout: 20_000 }).toEqual([subject]);
    expect(await received(rob, subject)).toEqual([subject]);
    await lab.mailSent();
    expect(await received(joe, subject)).toEqual([subject]);
  });

  test('a sender of somebody else', async () => {
    const sending = transport(password(mary, 'PLAIN')).sendMail({ from: rob, to: rob, subject: 'x', text: 'x' });
    await expect(sending).rejects.toMatchObject({ code: 'EENVELOPE', responseCode: 550, response: expect.stringContaining('5.7.60') });
  });

  test('a pool sends a hundred on reused connections', async () => {
    const pool = transport(password(mary, 'PLAIN'), { pool: true, maxConnections: 3, maxMessages: 1_000 });
    const texts = Array.from({ length: 100 }, (_, index) => `pooled ${index}`);
    const sent = await Promise.all(texts.map((text) => pool.sendMail({ from: mary, to: rob, subject: 'pooled', text })));
    expect(sent).toHaveLength(100);
    expect(await received(rob, 'pooled')).toHaveLength(100);
  });

  test('a client that does not trust the authority goes away, which the journal tells', async () => {
    await expect(transport(password(mary, 'PLAIN'), { tls: {} }).verify()).rejects.toMatchObject({ code: 'ESOCKET' });
    const { hosts } = lab.endpoints;
    expect(Object.keys(hosts)).toContain('smtp.contoso.test');
  });
});
