import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, faultOf, texts } from './answers.ts';

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
      ['AutoDeclineFutureRequestsWhenOOF', false],
      ['AutoReplyState', 'Scheduled'],
      ['CreateOOFEvent', false],
      ['DeclineAllEventsForScheduledOOF', false],
      ['DeclineEventsForScheduledOOF', false],
      ['DeclineMeetingMessage', ''],
      ['EndTime', '2011-09-15T00:00:00.000Z'],
      ['ExternalAudience', 'All'],
      ['ExternalMessage', '<html><body>External OOF message here</body></html>'],
      ['InternalMessage', '<html><body>Internal OOF message here</body></html>'],
      ['OOFEventSubject', ''],
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

describe('who writes to somebody who is away', () => {
  const away = (cmdlet: string) => runCmdlet(lab, 'contoso', `Set-MailboxAutoReplyConfiguration ${cmdlet}`);
  const named = (mail: string) => `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`;
  const send = async (from: string, subject: string, to: string, more = '', copies = '') => {
    const message = `<t:Message><t:Subject>${subject}</t:Subject>${more}${copies === '' ? `<t:ToRecipients>${named(to)}</t:ToRecipients>` : copies}</t:Message>`;
    const answer = await lab.ews(from, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
    expect(code(answer.body)).toBe('NoError');
    const checks = (await lab.exchangeOf(answer)).verdict?.checks ?? [];
    return checks.filter(({ check }) => check === 'mailflow.automatic-reply').map(({ outcome, actual }) => `${outcome}: ${actual}`);
  };
  const header = (name: string, value: string) =>
    `<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="InternetHeaders" PropertyName="${name}" PropertyType="String"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;
  const found = async (user: string, subject: string) => {
    const { body } = await lab.ews(
      user,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/><t:FieldURI FieldURI="item:ItemClass"/><t:FieldURI FieldURI="message:From"/></t:AdditionalProperties></m:ItemShape><m:Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${subject}"/></t:Contains></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    );
    return { subjects: texts(body, 'Subject'), classes: texts(body, 'ItemClass'), ids: attributes(body, 'ItemId', 'Id') };
  };

  test('is told so once in an absence, by a message that nothing answers', async () => {
    await away('adam -AutoReplyState Enabled -InternalMessage "Back on <b>Monday</b>"');
    await away('mary -AutoReplyState Enabled -InternalMessage Gone');
    expect(await send(mary, 'RE: budget', 'adam@contoso.test')).toEqual([
      `passed: told ${mary}`,
      expect.stringContaining('an automatic reply'),
    ]);
    const told = await found(mary, 'Automatic reply');
    expect([told.subjects, told.classes]).toEqual([['Automatic reply: budget'], ['IPM.Note.Rules.OofTemplate.Microsoft']]);
    const { body } = await lab.ews(
      mary,
      `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds><t:ItemId Id="${told.ids[0]}"/></m:ItemIds></m:GetItem>`,
    );
    const mime = Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64').toString();
    expect(mime).toMatch(/^X-Auto-Response-Suppress: All\r$/im);
    expect(mime).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mime).toMatch(/^In-Reply-To: </m);
    expect(texts(body, 'Body').at(-1)).toContain('Back on <b>Monday</b>');
    expect((await found('adam@contoso.test', 'Automatic reply')).subjects).toEqual([]);
    expect(await send(mary, 'budget again', 'adam@contoso.test')).toEqual([`skipped: nothing to ${mary}: told before`]);
    expect((await found(mary, 'Automatic reply')).subjects).toHaveLength(1);
    await away('adam -InternalMessage "Back on Tuesday"');
    expect(await send(mary, 'and again', 'adam@contoso.test')).toEqual([`skipped: nothing to ${mary}: told before`]);
    await away('adam -AutoReplyState Disabled');
    expect(await send(mary, 'is he back?', 'adam@contoso.test')).toEqual([]);
    await away('adam -AutoReplyState Enabled');
    expect((await send(mary, 'gone once more', 'adam@contoso.test'))[0]).toBe(`passed: told ${mary}`);
    expect((await found(mary, 'Automatic reply')).subjects).toHaveLength(2);
  });

  test.each([
    ['who asks for none', header('X-Auto-Response-Suppress', 'DR, OOF'), 'X-Auto-Response-Suppress'],
    ['a machine', header('Auto-Submitted', 'auto-notified'), 'an automatic reply'],
    ['bulk', header('Precedence', 'bulk'), 'Precedence'],
    ['a list', header('List-Id', 'news.contoso.test'), 'a mailing list'],
  ])('%s is told nothing', async (_who, more, why) => {
    await away('adam -AutoReplyState Disabled');
    await away('adam -AutoReplyState Enabled');
    expect(await send(rob, 'news', 'adam@contoso.test', more)).toEqual([`skipped: nothing to ${rob}: ${why}`]);
  });

  test('nor who writes to a group, or hides whom he writes to', async () => {
    await runCmdlet(lab, 'contoso', 'New-DistributionGroup Ledger -Members adam,mary');
    expect(await send(rob, 'all', 'ledger@contoso.test')).toContain(`skipped: nothing to ${rob}: he is not named`);
    const hidden = `<t:ToRecipients>${named('info@contoso.test')}</t:ToRecipients><t:BccRecipients>${named('adam@contoso.test')}</t:BccRecipients>`;
    expect(await send(rob, 'hidden', '', '', hidden)).toContain(`skipped: nothing to ${rob}: he is not named`);
    expect((await found(rob, 'Automatic reply')).subjects).toEqual([]);
  });

  test('by schedule, while it lasts by the clock of the world', async () => {
    await away('adam -AutoReplyState Scheduled -StartTime "2026-11-21T12:00:00Z" -EndTime "2026-11-21T13:00:00Z" -InternalMessage Lunch');
    expect(await send(rob, 'before', 'adam@contoso.test')).toEqual([`skipped: nothing to ${rob}: no text for him now`]);
    await lab.clock.freeze(Date.parse('2026-11-21T12:30Z'));
    expect((await send(rob, 'during', 'adam@contoso.test'))[0]).toBe(`passed: told ${rob}`);
    await lab.clock.freeze(Date.parse('2026-11-21T13:00Z'));
    expect(await send(rob, 'after', 'adam@contoso.test')).toEqual([`skipped: nothing to ${rob}: no text for him now`]);
  });

  test('from elsewhere is told as the audience has it: nobody, contacts, everybody', async () => {
    const press = 'press@elsewhere.test';
    await runCmdlet(lab, 'contoso', `New-MailContact Press -ExternalEmailAddress ${press}`);
    await runCmdlet(lab, 'contoso', 'Add-ADPermission Press -User rob -ExtendedRights "Send As"');
    const told = async (audience: string) => {
      await away(`adam -AutoReplyState Enabled -ExternalAudience ${audience} -ExternalMessage Outside -InternalMessage Inside`);
      return send(
        rob,
        'question',
        'adam@contoso.test',
        '',
        `<t:ToRecipients>${named('adam@contoso.test')}</t:ToRecipients><t:From>${named(press)}</t:From>`,
      );
    };
    const answers = async (...audiences: readonly string[]) => {
      const all = [];
      for (const audience of audiences) all.push((await told(audience)).find((one) => one.includes(press)));
      return all;
    };
    const silent = `skipped: nothing to ${press}: no text for him now`;
    expect(await answers('None', 'Known', 'All')).toEqual([silent, silent, `passed: told ${press}`]);
    await lab.ews(
      'adam@contoso.test',
      `<m:CreateItem><m:SavedItemFolderId><t:DistinguishedFolderId Id="contacts"/></m:SavedItemFolderId><m:Items><t:Contact><t:FileAs>Press</t:FileAs><t:EmailAddresses><t:Entry Key="EmailAddress2">Press@Elsewhere.test</t:Entry></t:EmailAddresses></t:Contact></m:Items></m:CreateItem>`,
    );
    // Another absence: he may be told once more.
    await away('adam -AutoReplyState Disabled');
    expect(await answers('None', 'Known')).toEqual([silent, `passed: told ${press}`]);
  });
});
