import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attribute } from '../../../shared/xml/element.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import type { HttpAnswer, TestLab } from '../../support/test-lab.ts';
import { type Ground, openGround } from '../dauth/ground.ts';
import { faultOf } from '../dauth/messages.ts';
import { all, texts } from './answers.ts';
import { askDelegated } from './delegated.ts';

let ground: Ground;
let lab: TestLab;
beforeAll(async () => {
  ground = await openGround();
  ({ lab } = ground);
  await run('Set-MailboxAutoReplyConfiguration mary -AutoReplyState Enabled -InternalMessage Inside -ExternalMessage Outside');
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet(lab, 'contoso', line);
const [mary, rob, staff] = ['mary@contoso.test', 'rob@contoso.test', 'all-staff@contoso.test'];
const body = (recipients: readonly string[], tips = 'All') =>
  `<m:GetMailTips><m:SendingAs><t:EmailAddress>${rob}</t:EmailAddress></m:SendingAs><m:Recipients>${recipients
    .map((mail) => `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`)
    .join('')}</m:Recipients><m:MailTipsRequested>${tips}</m:MailTipsRequested></m:GetMailTips>`;
const ask = (recipients: readonly string[], tips?: string) => lab.ews(rob, body(recipients, tips));
const askFromFabrikam = (recipients: readonly string[], tips?: string, offer = 'MSExchange.MailTips') =>
  askDelegated(ground, offer, body(recipients, tips));

/** Of each recipient the names of its tips, with what an automatic reply says; or the code of its refusal. */
function told({ status, body: answer }: HttpAnswer): readonly string[] {
  expect(status).toBe(200);
  return all(answer, 'MailTipsResponseMessageType').map((message) => {
    if (attribute(message, 'ResponseClass') === 'Error') return texts(message, 'ResponseCode')[0] ?? '';
    const [tips] = all(message, 'MailTips');
    const names = (tips?.children ?? []).flatMap((tip) => (typeof tip === 'string' ? [] : [tip.name])).slice(2);
    return names
      .map((name) => (name === 'OutOfOffice' ? `${name}=${/>([^<]*)<\/body/.exec(texts(message, 'Message')[0] ?? '')?.[1] ?? ''}` : name))
      .join(' ');
  });
}

const every =
  'OutOfOffice=Inside MailboxFull TotalMemberCount ExternalMemberCount MaxMessageSize DeliveryRestricted IsModerated InvalidRecipient Scope';

describe('colleagues', () => {
  test.each([
    ['All', every],
    ['OutOfOfficeMessage', 'OutOfOffice=Inside'],
    ['MaxMessageSize Scope', 'MaxMessageSize Scope'],
    ['RecipientSuggestions PreferAccessibleContent CustomMailTip', ''],
    ['', ''],
  ])('are told %s', async (tips, expected) => {
    expect(told(await ask([mary], tips))).toEqual([expected]);
  });

  test('are told of a reply while it is in force, by the clock of the world', async () => {
    const at = lab.clock.state().now;
    const [start, end] = [at + 3_600_000, at + 7_200_000].map((time) => new Date(time).toISOString());
    await run(
      `Set-MailboxAutoReplyConfiguration adam -AutoReplyState Scheduled -StartTime ${start} -EndTime ${end} -InternalMessage Later`,
    );
    const reply = async () => told(await ask(['adam@contoso.test'], 'OutOfOfficeMessage'));
    expect(await reply()).toEqual(['OutOfOffice=']);
    await lab.clock.freeze(at + 3_600_000);
    expect(await reply()).toEqual(['OutOfOffice=Later']);
    await lab.clock.freeze(at + 7_200_000);
    expect(await reply()).toEqual(['OutOfOffice=']);
    await lab.clock.freeze(at);
  });

  test('are told of a mailbox that takes no more mail', async () => {
    const full = async () => texts((await ask([mary], 'MailboxFullStatus')).body, 'MailboxFull');
    await run('Set-Mailbox mary -UseDatabaseQuotaDefaults $false -IssueWarningQuota 1KB -ProhibitSendQuota 1KB');
    expect(await full()).toEqual(['false']);
    await run('Set-Mailbox mary -ProhibitSendReceiveQuota 1KB');
    expect(await full()).toEqual(['true']);
    await run('Set-Mailbox mary -UseDatabaseQuotaDefaults $true');
    expect(await full()).toEqual(['false']);
  });

  test('are told what administrators set at the recipient', async () => {
    const shown = ({ body: answer }: HttpAnswer) =>
      ['CustomMailTip', 'DeliveryRestricted', 'MaxMessageSize'].map((name) => texts(answer, name)[0]);
    const usual = shown(await ask([mary]))[2];
    expect(usual).toBe('10485760');
    await run('Set-Mailbox mary -MailTip "On the road" -MaxReceiveSize 1MB -AcceptMessagesOnlyFrom adam');
    expect(shown(await ask([mary]))).toEqual(['On the road', 'true', '1048576']);
    await run('Set-Mailbox mary -AcceptMessagesOnlyFrom all-staff');
    expect(shown(await ask([mary]))[1]).toBe('false');
    await run('Set-Mailbox mary -RejectMessagesFrom rob');
    expect(shown(await ask([mary]))[1]).toBe('true');
    await run('Set-Mailbox mary -MailTip $null -MaxReceiveSize Unlimited -AcceptMessagesOnlyFrom $null -RejectMessagesFrom $null');
    expect(shown(await ask([mary]))).toEqual([undefined, 'false', usual]);
  });

  test('are told whose mail a moderator has to approve first', async () => {
    const moderated = async (to: readonly string[]) => texts((await ask(to, 'ModerationStatus')).body, 'IsModerated');
    await run('Set-Mailbox mary -ModerationEnabled $true -ModeratedBy adam');
    expect(await moderated([mary, 'adam@contoso.test'])).toEqual(['true', 'false']);
    await run('Set-Mailbox mary -BypassModerationFromSendersOrMembers all-staff');
    expect(await moderated([mary])).toEqual(['false']);
    await run('Set-Mailbox mary -ModerationEnabled $false -ModeratedBy $null -BypassModerationFromSendersOrMembers $null');
    expect(await moderated([mary])).toEqual(['false']);
  });

  test.each([
    ['20MB', '20971520'],
    ['Unlimited', '37748736'],
  ])('are told of the organisation’s MaxReceiveSize %s', async (limit, octets) => {
    await run(`Set-TransportConfig -MaxReceiveSize ${limit}`);
    expect(texts((await ask([mary])).body, 'MaxMessageSize')).toEqual([octets]);
    await run('Set-TransportConfig -MaxReceiveSize 10MB');
  });

  test('are told of a custom MailTip in their language, as far as it is there', async () => {
    const tip = async () => texts((await ask([mary], 'CustomMailTip')).body, 'CustomMailTip');
    await run('Set-Mailbox mary -MailTip "On the road" -MailTipTranslations "DE: Unterwegs","da-DK: Undervejs"');
    const [shown] = await runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', 'Get-Mailbox mary');
    expect(shown?.['MailTipTranslations']).toEqual(['default: On the road', 'DE: Unterwegs', 'DA-DK: Undervejs']);
    expect(await tip()).toEqual(['On the road']);
    const told: (readonly string[])[] = [];
    for (const language of ['de-AT', 'da-DK', 'fr-FR']) {
      await run(`Set-MailboxRegionalConfiguration rob -Language ${language}`);
      told.push(await tip());
    }
    expect(told).toEqual([['Unterwegs'], ['Undervejs'], ['On the road']]);
    await expect(run('Set-Mailbox mary -MailTipTranslations nothing')).rejects.toThrow(/language: text/);
    await run('Set-Mailbox mary -MailTip $null -MailTipTranslations $null');
    expect(await tip()).toEqual([]);
  });

  test('are told what the organisation allows', async () => {
    await run('Set-OrganizationConfig -MailTipsMailboxSourcedTipsEnabled $false -MailTipsGroupMetricsEnabled $false');
    expect(told(await ask([mary]))).toEqual(['MaxMessageSize DeliveryRestricted IsModerated InvalidRecipient Scope']);
    await run(
      'Set-OrganizationConfig -MailTipsAllTipsEnabled $false -MailTipsMailboxSourcedTipsEnabled $true -MailTipsGroupMetricsEnabled $true',
    );
    const answer = await ask([mary]);
    expect([told(answer), texts(answer.body, 'ResponseCode'), texts(answer.body, 'MessageText')]).toEqual([
      [],
      ['ErrorMailTipsDisabled'],
      ["MailTips aren't available for your organization."],
    ]);
    expect(await lab.exchangeOf(answer)).toMatchObject({ code: 'ErrorMailTipsDisabled', outcome: 'answered' });
    await run('Set-OrganizationConfig -MailTipsAllTipsEnabled $true');
  });

  test('ask for 50 at most, and for nobody', async () => {
    expect(
      told(
        await ask(
          Array.from({ length: 50 }, () => rob),
          'Scope',
        ),
      ),
    ).toHaveLength(50);
    expect(texts((await ask(Array.from({ length: 51 }, () => rob))).body, 'ResponseCode')).toEqual(['ErrorInvalidArgument']);
    expect(texts((await ask([])).body, 'ResponseCode')).toEqual(['NoError']);
  });
});

describe('people of another organisation', () => {
  const level = (value: string, rest = '') =>
    run(
      `Set-OrganizationRelationship fabrikam.test -MailTipsAccessEnabled $true -MailTipsAccessLevel ${value} -MailTipsAccessScope $null ${rest}`,
    );
  const checkOf = async (answer: HttpAnswer) =>
    (await lab.exchangeOf(answer)).verdict?.checks.find(({ check }) => check === 'sharing.mail-tips');

  test('are told whose mail is taken: groups ask for senders of the organisation until somebody says otherwise', async () => {
    await level('All');
    const restricted = async () => texts((await askFromFabrikam([mary, staff], 'DeliveryRestriction')).body, 'DeliveryRestricted');
    expect(await restricted()).toEqual(['false', 'true']);
    await run('Set-Mailbox mary -AcceptMessagesOnlyFrom rob');
    await run('Set-DistributionGroup all-staff -RequireSenderAuthenticationEnabled $false');
    expect(await restricted()).toEqual(['true', 'false']);
    await run('Set-Mailbox mary -AcceptMessagesOnlyFrom $null');
    await run('Set-DistributionGroup all-staff -RequireSenderAuthenticationEnabled $true');
  });

  test('are told what the level of the relationship leaves, with the reply for the outside', async () => {
    await level('All');
    const answer = await askFromFabrikam([mary, staff, 'nobody@contoso.test']);
    expect(told(answer)).toEqual([
      'OutOfOffice=Outside MailboxFull TotalMemberCount ExternalMemberCount MaxMessageSize DeliveryRestricted IsModerated InvalidRecipient',
      'TotalMemberCount ExternalMemberCount MaxMessageSize DeliveryRestricted IsModerated InvalidRecipient',
      'InvalidRecipient',
    ]);
    expect(await checkOf(answer)).toMatchObject({ outcome: 'passed', actual: 'fabrikam.test: MailTipsAccessLevel All' });
    await level('Limited');
    expect(told(await askFromFabrikam([mary, staff]))).toEqual([
      'OutOfOffice=Outside ExternalMemberCount MaxMessageSize DeliveryRestricted InvalidRecipient',
      'ExternalMemberCount MaxMessageSize DeliveryRestricted InvalidRecipient',
    ]);
  });

  test.each([
    ['the level None', '-MailTipsAccessLevel None', 'fabrikam.test: MailTipsAccessLevel None'],
    ['access switched off', '-MailTipsAccessLevel All -MailTipsAccessEnabled $false', 'fabrikam.test: MailTipsAccessEnabled False'],
  ])('are told nothing by %s', async (_, change, actual) => {
    await run(`Set-OrganizationRelationship fabrikam.test ${change}`);
    const answer = await askFromFabrikam([mary]);
    expect(texts(answer.body, 'ResponseCode')).toEqual(['ErrorMailTipsDisabled']);
    expect(await checkOf(answer)).toMatchObject({ outcome: 'failed', actual });
  });

  test('are told of mailboxes within the scope alone; of groups as before', async () => {
    await level('All');
    await run(`Set-OrganizationRelationship fabrikam.test -MailTipsAccessScope ${staff}`);
    const within =
      'OutOfOffice=Outside MailboxFull TotalMemberCount ExternalMemberCount MaxMessageSize DeliveryRestricted IsModerated InvalidRecipient';
    const without = within.replace('OutOfOffice=Outside MailboxFull ', '');
    expect(told(await askFromFabrikam([mary, 'info@contoso.test', staff]))).toEqual([within, without, without]);
  });

  test('see replies that are for known senders once they are among the contacts', async () => {
    await level('All');
    await run('Set-MailboxAutoReplyConfiguration mary -ExternalAudience Known');
    expect(told(await askFromFabrikam([mary], 'OutOfOfficeMessage'))).toEqual(['OutOfOffice=']);
    expect(told(await ask([mary], 'OutOfOfficeMessage'))).toEqual(['OutOfOffice=Inside']);
    const made = await lab.ews(
      mary,
      '<m:CreateItem><m:SavedItemFolderId><t:DistinguishedFolderId Id="contacts"/></m:SavedItemFolderId><m:Items><t:Contact><t:FileAs>Pat</t:FileAs><t:EmailAddresses><t:Entry Key="EmailAddress1">pat@fabrikam.test</t:Entry></t:EmailAddresses></t:Contact></m:Items></m:CreateItem>',
    );
    expect(texts(made.body, 'ResponseCode')).toEqual(['NoError']);
    expect(told(await askFromFabrikam([mary], 'OutOfOfficeMessage'))).toEqual(['OutOfOffice=Outside']);
    await run('Set-MailboxAutoReplyConfiguration mary -ExternalAudience All');
  });

  test('are not led on to others, nor told of strangers', async () => {
    await level('All');
    expect(told(await askFromFabrikam(['joe@contoso.test', 'somebody@proseware.test']))).toEqual([
      'ErrorProxyRequestNotAllowed',
      'InvalidRecipient',
    ]);
  });

  test('need a token for this', async () => {
    const answer = await askFromFabrikam([mary], 'All', 'MSExchange.SharingCalendarFreeBusy');
    expect(faultOf(answer)).toMatchObject({ status: 500, code: 'FailedAuthentication' });
  });
});
