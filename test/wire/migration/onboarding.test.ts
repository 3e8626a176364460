import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic } from '../../support/soap.ts';
import { responses, texts } from '../ews/answers.ts';
import { cloud, deliveryDomain, holdings, type MovingLab, onPremises, openMovingLab, remove, send, write } from './moving-lab.ts';

const mary = 'mary@contoso.test';
let moving: MovingLab;
let before: readonly string[];
let after: readonly string[];
const mostWritten = 60;
const written = new Set<string>();
const deleted = new Set<string>();
const refusals = new Set<string>();

beforeAll(async () => {
  moving = await openMovingLab();
  const { lab } = moving;
  before = await holdings(lab, mary, onPremises);
  await moving.move('mary');
  let isOver = false;
  const over = lab.moved().then(() => {
    isOver = true;
  });
  const kept: { subject: string; id: string }[] = [];
  // So much and no more: whoever writes without a pause keeps the move from its work.
  for (let number = 0; !isOver && number < mostWritten; number += 1) {
    const subject = `meanwhile ${number}`;
    const { id, code } = await write(lab, mary, onPremises, subject);
    if (id === undefined) {
      refusals.add(code);
      continue;
    }
    written.add(subject);
    kept.push({ subject, id });
    const victim = number % 3 === 2 ? kept.shift() : undefined;
    if (victim === undefined) continue;
    const answer = await remove(lab, mary, onPremises, victim.id);
    if (answer === 'NoError') deleted.add(victim.subject);
    else refusals.add(answer);
  }
  await over;
  after = await holdings(lab, mary, cloud);
}, 60_000);
afterAll(() => moving.close());

const subjectsOf = (found: readonly string[]): readonly string[] => found.flatMap((line) => /"(meanwhile \d+)"/.exec(line)?.[1] ?? []);

test('the move is complete, and the report tells of it', async () => {
  const told = await moving.statistics('mary');
  expect(told).toMatchObject({ Status: 'Completed', StatusDetail: 'Completed', PercentComplete: 100, BadItemsEncountered: 0 });
  expect(told.lines).toContain('Copying messages is complete. Copying rules and security descriptors.');
  expect(told.failures).toEqual([]);
});

test('every item is there once, with what was written meanwhile and without what was deleted', () => {
  expect(before.length).toBeGreaterThan(500);
  expect(written.size).toBeGreaterThan(3);
  expect(deleted.size).toBeGreaterThan(0);
  const expected = [...written].filter((subject) => !deleted.has(subject));
  expect(subjectsOf(after).toSorted()).toEqual(expected.toSorted());
  expect(after.filter((line) => subjectsOf([line]).length === 0)).toEqual(before);
});

test('the mailbox is the cloud’s, and a remote mailbox on-premises', async () => {
  const [there] = await moving.run('Get-Mailbox mary');
  const [here] = await moving.run('Get-RemoteMailbox mary', onPremises);
  expect(there).toMatchObject({ RecipientTypeDetails: 'UserMailbox', PrimarySmtpAddress: mary });
  expect(here).toMatchObject({ RecipientTypeDetails: 'RemoteUserMailbox', RemoteRoutingAddress: `SMTP:mary@${deliveryDomain}` });
  expect(here?.['ExchangeGuid']).toBe(there?.['ExchangeGuid']);
  expect(here?.['EmailAddresses']).toContain(`X500:${String(there?.['LegacyExchangeDN'])}`);
  expect(there?.['EmailAddresses']).toContain(`X500:${String(here?.['LegacyExchangeDN'])}`);
});

test('the old server takes nothing for her any more', async () => {
  // As of any account without a mailbox there.
  expect((await write(moving.lab, mary, onPremises, 'too late')).code).toBe('ErrorMissingEmailAddress');
  const inbox = `<m:FolderIds><t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds>`;
  const shape = '<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>';
  const { body } = await moving.lab.ews('rob@contoso.test', `<m:GetFolder>${shape}${inbox}</m:GetFolder>`, { organization: onPremises });
  expect(responses(body)).toMatchObject([{ class: 'Error', code: 'ErrorNonExistentMailbox' }]);
  // While the mailbox was locked, and once it had gone.
  expect(
    [...refusals].filter((code) => !['ErrorMailboxMoveInProgress', 'ErrorMissingEmailAddress', 'ErrorNonExistentMailbox'].includes(code)),
  ).toEqual([]);
});

test('Autodiscover leads to the new home', async () => {
  const { lab } = moving;
  const ask = async (host: string, address: string): Promise<string> => {
    const body = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
    const headers = { 'content-type': 'text/xml', authorization: basic(mary, lab.password) };
    return (await lab.https(`https://${host}/autodiscover/autodiscover.xml`, { method: 'POST', headers, body })).body;
  };
  expect(texts(await ask('autodiscover.contoso.test', mary), 'RedirectAddr')).toEqual([`mary@${deliveryDomain}`]);
  expect(texts(await ask('autodiscover-s.outlook.test', `mary@${deliveryDomain}`), 'EwsUrl')[0]).toBe(
    'https://outlook.office365.test/EWS/Exchange.asmx',
  );
});

test.each([
  ['pat@fabrikam.test', 'fabrikam'],
  ['rob@contoso.test', 'contoso'],
  ['joe@contoso.test', 'contoso-cloud'],
])('mail of %s reaches her in the cloud', async (from, organization) => {
  const subject = `from ${from}`;
  await send(moving.lab, from, organization, mary, subject);
  const now = await holdings(moving.lab, mary, cloud);
  expect(now.filter((line) => line.includes(`"${subject}"`))).toEqual([expect.stringMatching(/^Inbox: IPM\.Note /)]);
});

test('her free and busy times follow', async () => {
  const window = '<t:StartTime>2026-11-02T00:00:00</t:StartTime><t:EndTime>2026-11-09T00:00:00</t:EndTime>';
  const zone =
    '<t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime>' +
    '<t:DaylightTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>';
  const body =
    `<m:GetUserAvailabilityRequest>${zone}<m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${mary}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray>` +
    `<t:FreeBusyViewOptions><t:TimeWindow>${window}</t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>30</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>FreeBusy</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>`;
  const answer = await moving.lab.ews('rob@contoso.test', body, { organization: onPremises });
  expect(texts(answer.body, 'ResponseCode')).toEqual(['NoError']);
  expect(texts(answer.body, 'FreeBusyViewType')).toEqual(['FreeBusy']);
  const trace = await moving.lab.exchangeOf(answer);
  const asked = await moving.lab.exchanges({ traceId: trace.traceId });
  expect(asked.some(({ organization, direction }) => organization === cloud && direction === 'incoming')).toBe(true);
});

test('she writes in the cloud', async () => {
  expect(
    responses(
      (
        await moving.lab.ews(
          mary,
          '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
          { organization: cloud },
        )
      ).body,
    ),
  ).toMatchObject([{ class: 'Success' }]);
  expect((await write(moving.lab, mary, cloud, 'at home')).code).toBe('NoError');
});
