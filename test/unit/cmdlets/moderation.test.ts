import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
  await lab.run('New-DistributionGroup Team -Members mary');
});
afterEach(() => lab.close());

const refusal = (line: string) =>
  lab.run(line).then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );
const properties = [
  ...['ModerationEnabled', 'ModeratedBy', 'BypassModerationFromSendersOrMembers', 'SendModerationNotifications'],
  'BypassNestedModerationEnabled',
];
const shown = async (line: string) => {
  const [one] = await lab.run(line);
  return properties.map((name) => one?.[name]);
};

test.each([
  ['New-MailUser Uma -ExternalEmailAddress uma@example.test -UserPrincipalName uma@contoso.test -Password x', 'MailUser uma'],
  ['New-MailContact Cal -ExternalEmailAddress cal@example.test', 'MailContact cal'],
  [
    'New-RemoteMailbox Joe -RemoteRoutingAddress joe@contoso.mail.onmicrosoft.test -UserPrincipalName joe@contoso.test -Password x',
    'RemoteMailbox joe',
  ],
  ['Enable-MailPublicFolder "\\Orders"', 'MailPublicFolder orders'],
  ['New-Mailbox Ann -UserPrincipalName ann@contoso.test -Password x', 'Mailbox ann'],
])('%s, then Set-%s', async (line, noun) => {
  await lab.run(line);
  expect(await shown(`Get-${noun}`)).toEqual([false, [], [], 'Always', undefined]);
  await lab.run(
    `Set-${noun} -ModerationEnabled $true -ModeratedBy mary -BypassModerationFromSendersOrMembers Team -SendModerationNotifications Never`,
  );
  expect(await shown(`Get-${noun}`)).toEqual([true, ['mary'], ['Team'], 'Never', undefined]);
  await lab.run(`Set-${noun} -BypassModerationFromSendersOrMembers @{Remove="Team"} -SendModerationNotifications Always`);
  expect(await shown(`Get-${noun}`)).toEqual([true, ['mary'], [], 'Always', undefined]);
  expect(await refusal(`Set-${noun} -BypassNestedModerationEnabled $true`)).toBe('bad-parameter');
});

test('a group, which its owners approve for where it has no moderators', async () => {
  await lab.run('Set-DistributionGroup Team -ModerationEnabled $true -ManagedBy svc -BypassNestedModerationEnabled $true');
  expect(await shown('Get-DistributionGroup Team')).toEqual([true, [], [], 'Always', true]);
});

test('what nobody could approve is refused', async () => {
  await lab.run('New-DistributionGroup Guards -Type Security');
  expect(await refusal('Set-DistributionGroup Guards -ModerationEnabled $true')).toBe('operation-failed');
  expect(await refusal('Set-Mailbox mary -ModerationEnabled $true')).toBe('operation-failed');
  await lab.run('Set-Mailbox mary -ModerationEnabled $true -ModeratedBy svc');
  expect(await refusal('Set-Mailbox mary -ModeratedBy $null')).toBe('operation-failed');
  expect(await refusal('Set-Mailbox mary -ModeratedBy Team')).toBe('operation-failed');
  expect(await refusal('Set-Mailbox mary -ModeratedBy nobody')).toBe('object-not-found');
  expect(await refusal('Set-Mailbox mary -SendModerationNotifications Sometimes')).toBe('bad-parameter');
});

test.each([
  ['contoso', /^SystemMailbox\{1f05a927-[0-9a-f-]{27}\}@contoso\.test$/],
  ['contoso-cloud', /^SystemMailbox\{1f05a927-[0-9a-f-]{27}\}@contoso\.mail\.onmicrosoft\.test$/],
])('the arbitration mailbox of %s is shown to who asks for it, and to nobody else', async (organization, address) => {
  const [one, ...others] = await lab.run('Get-Mailbox -Arbitration', organization);
  expect([one?.['DisplayName'], one?.['RecipientTypeDetails'], one?.['PrimarySmtpAddress'], others]).toEqual([
    'Microsoft Exchange Approval Assistant',
    'ArbitrationMailbox',
    expect.stringMatching(address),
    [],
  ]);
  for (const line of ['Get-Mailbox', 'Get-Recipient', 'Get-User']) {
    const names = (await lab.run(line, organization)).map(({ DisplayName }) => DisplayName);
    expect([line, names.length > 0, names.includes('Microsoft Exchange Approval Assistant')]).toEqual([line, true, false]);
  }
});
