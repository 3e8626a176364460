import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, faultOf, texts } from './answers.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:20Z' });
});
afterAll(() => lab.close());

const mailbox = (mail: string) => `<t:Mailbox><t:Address>${mail}</t:Address></t:Mailbox>`;
const get = (as: string, mail = as, header = '') =>
  lab.ews(as, `<m:GetUserOofSettingsRequest>${mailbox(mail)}</m:GetUserOofSettingsRequest>`, { header });
const set = (as: string, settings: string, mail = as, header = '') =>
  lab.ews(
    as,
    `<m:SetUserOofSettingsRequest>${mailbox(mail)}<t:UserOofSettings>${settings}</t:UserOofSettings></m:SetUserOofSettingsRequest>`,
    {
      header,
    },
  );
const shown = (body: string) => Object.fromEntries(all(body, 'OofSettings').flatMap((of) => fields(of)));
const fields = (of: ReturnType<typeof all>[number]) =>
  ['OofState', 'ExternalAudience', 'StartTime', 'EndTime'].map((name) => [name, texts(of, name)[0]] as const);
const state = (is: string, rest = '') => `<t:OofState>${is}</t:OofState><t:ExternalAudience>All</t:ExternalAudience>${rest}`;
const duration = (start: string, end: string) =>
  `<t:Duration><t:StartTime>${start}</t:StartTime><t:EndTime>${end}</t:EndTime></t:Duration>`;
const code = (body: string) => texts(body, 'ResponseCode')[0];
const [mary, rob, info] = ['mary@contoso.test', 'rob@contoso.test', 'info@contoso.test'];

test('what was never set is switched off, with the day from this hour on', async () => {
  const answer = await get(rob);
  expect(shown(answer.body)).toEqual({
    OofState: 'Disabled',
    ExternalAudience: 'All',
    StartTime: '2026-11-21T09:00:00Z',
    EndTime: '2026-11-22T09:00:00Z',
  });
  expect(texts(answer.body, 'AllowExternalOof')).toEqual(['All']);
  expect(await lab.exchangeOf(answer)).toMatchObject({ operation: 'GetUserOofSettings', code: 'NoError', outcome: 'answered' });
});

describe('who', () => {
  test('owner and full access, nobody else', async () => {
    expect(code((await set(mary, state('Enabled'), info)).body)).toBe('NoError');
    expect(shown((await get(mary, info)).body)['OofState']).toBe('Enabled');
    const refused = await get('adam@contoso.test', info);
    expect([refused.status, code(refused.body)]).toEqual([200, 'ErrorAccessDenied']);
    expect(all(refused.body, 'OofSettings')).toEqual([]);
    expect(await lab.exchangeOf(refused)).toMatchObject({ code: 'ErrorAccessDenied', outcome: 'answered' });
    expect(code((await set('adam@contoso.test', state('Enabled'), rob)).body)).toBe('ErrorAccessDenied');
    expect(shown((await get(rob)).body)['OofState']).toBe('Disabled');
  });

  test.each(['nobody@contoso.test', 'joe@contoso.test', 'all-staff@contoso.test', ''])('no mailbox here: %s', async (mail) => {
    expect(code((await get(mary, mail)).body)).toBe('ErrorNonExistentMailbox');
  });
});

describe('when', () => {
  const tokyo = '<t:TimeZoneContext><t:TimeZoneDefinition Id="Tokyo Standard Time"/></t:TimeZoneContext>';
  test.each([
    ['with a zone', '2026-11-23T08:00:00+01:00', '', '2026-11-23T07:00:00Z'],
    ['in the zone of the header', '2026-11-23T08:00:00', tokyo, '2026-11-22T23:00:00Z'],
    ['in UTC', '2026-11-23T08:00:00', '', '2026-11-23T08:00:00Z'],
  ])('%s', async (_, start, header, expected) => {
    expect(code((await set(mary, state('Scheduled', duration(start, '2026-12-01T00:00:00Z')), mary, header)).body)).toBe('NoError');
    expect(shown((await get(mary)).body)).toMatchObject({ OofState: 'Scheduled', StartTime: expected, EndTime: '2026-12-01T00:00:00Z' });
  });

  test.each([
    ['none', ''],
    ['one that ends as it begins', duration('2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z')],
    ['one that has ended', duration('2026-11-20T08:00:00Z', '2026-11-21T09:20:00Z')],
  ])('%s is refused', async (_, written) => {
    const { status, body } = await set(rob, state('Scheduled', written));
    expect([status, code(body)]).toEqual([200, 'ErrorInvalidScheduledOofDuration']);
  });

  test('in other states it is not looked at', async () => {
    expect(code((await set(rob, state('Enabled', duration('2026-11-20T08:00:00Z', '2026-11-20T07:00:00Z')))).body)).toBe('NoError');
    expect(shown((await get(rob)).body)).toMatchObject({ OofState: 'Enabled', StartTime: '2026-11-21T09:00:00Z' });
  });
});

test('what declines meetings is refused by its name, what is no state by the schema, what is too long by its code', async () => {
  const declining = await set(rob, state('Enabled', '<t:AutoDeclineFutureRequestsWhenOOF>true</t:AutoDeclineFutureRequestsWhenOOF>'));
  expect([code(declining.body), texts(declining.body, 'MessageText')]).toEqual([
    'ErrorInvalidOperation',
    ['AutoDeclineFutureRequestsWhenOOF is not supported by this simulation.'],
  ]);
  expect(faultOf((await set(rob, state('Away'))).body).code).toBe('ErrorSchemaValidation');
  const long = `<t:InternalReply><t:Message>${'x'.repeat(131_073)}</t:Message></t:InternalReply>`;
  expect(code((await set(rob, state('Enabled', long))).body)).toBe('ErrorInvalidUserOofSettings');
});

describe('in the shell', () => {
  const run = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso', line);

  test('the lines of the article run as printed', async () => {
    const article =
      'Set-MailboxAutoReplyConfiguration adam@contoso.test –AutoReplyState Scheduled –StartTime “9/8/2011” –EndTime “9/15/2011” –ExternalMessage “External OOF message here” –InternalMessage “Internal OOF message here”';
    expect(await run(article)).toEqual([]);
    const [shownThere] = await run('Get-MailboxAutoReplyConfiguration adam@contoso.test');
    expect(Object.entries(shownThere ?? {})).toEqual([
      ['AutoReplyState', 'Scheduled'],
      ['EndTime', '2011-09-15T00:00:00.000Z'],
      ['ExternalAudience', 'All'],
      ['ExternalMessage', '<html><body>External OOF message here</body></html>'],
      ['InternalMessage', '<html><body>Internal OOF message here</body></html>'],
      ['StartTime', '2011-09-08T00:00:00.000Z'],
      ['MailboxOwnerId', 'Adam'],
      ['Identity', 'Adam'],
    ]);
    const { body } = await get('adam@contoso.test');
    expect(texts(body, 'Message')).toEqual([shownThere?.['InternalMessage'], shownThere?.['ExternalMessage']]);
    await run('Set-MailboxAutoReplyConfiguration adam@contoso.test –AutoReplyState Disabled –ExternalMessage $null –InternalMessage $null');
    expect((await run('Get-MailboxAutoReplyConfiguration adam'))[0]).toMatchObject({
      AutoReplyState: 'Disabled',
      ExternalMessage: '',
      InternalMessage: '',
    });
  });

  test('what is not written stays; nothing runs', async () => {
    await run(
      'Set-MailboxAutoReplyConfiguration rob -AutoReplyState Enabled -ExternalAudience known -InternalMessage "<b onclick=x()>Away</b>"',
    );
    await run('Set-MailboxAutoReplyConfiguration rob -ExternalMessage "Soon"');
    expect((await run('Get-MailboxAutoReplyConfiguration rob'))[0]).toMatchObject({
      AutoReplyState: 'Enabled',
      ExternalAudience: 'Known',
      InternalMessage: '<html><body><b>Away</b></body></html>',
      ExternalMessage: '<html><body>Soon</body></html>',
    });
  });

  test.each([
    ['Set-MailboxAutoReplyConfiguration rob -AutoReplyState Scheduled -StartTime 1/2/2027 -EndTime 1/1/2027', 'later than the -StartTime'],
    ['Set-MailboxAutoReplyConfiguration rob -AutoReplyState Away', 'takes Disabled or Enabled or Scheduled'],
    ['Get-MailboxAutoReplyConfiguration joe', "couldn't be found"],
    ['Get-MailboxAutoReplyConfiguration nobody', "couldn't be found"],
  ])('%s', async (line, text) => {
    await expect(run(line)).rejects.toThrow(text);
  });
});
