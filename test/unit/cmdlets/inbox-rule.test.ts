import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const refusal = (line: string): Promise<readonly [string, string]> =>
  lab.run(line).then(
    () => ['', ''] as const,
    (error: { readonly code: string; readonly detail: string }) => [error.code, error.detail] as const,
  );
const names = async () => (await lab.run('Get-InboxRule -Mailbox mary')).map(({ Name, Priority }) => [Priority, Name]);

test('a rule is shown by the names that it was made with', async () => {
  const [made] = await lab.run(
    'New-InboxRule Reports -Mailbox mary -SubjectContainsWords "weekly report",figures -From svc -MyNameInToBox $true ' +
      '-MessageTypeMatches Signed -WithinSizeRangeMinimum 10KB -FlaggedForAction ForYourInformation -ReceivedBeforeDate 12/31/2026 ' +
      '-ExceptIfWithImportance high -ExceptIfSentTo zoe@example.com -ApplyCategory Blue -MoveToFolder mary:\\Inbox ' +
      '-RedirectTo svc@contoso.test -StopProcessingRules $true',
  );
  expect(made).toMatchObject({
    Enabled: true,
    InError: false,
    Name: 'Reports',
    Priority: 1,
    SubjectContainsWords: ['weekly report', 'figures'],
    From: [expect.stringContaining('[SMTP:svc@contoso.test]')],
    MyNameInToBox: true,
    MyNameInCcBox: false,
    MessageTypeMatches: 'Signed',
    WithinSizeRangeMinimum: '10 KB (10,240 bytes)',
    WithinSizeRangeMaximum: null,
    FlaggedForAction: 'ForYourInformation',
    ReceivedBeforeDate: new Date('2026-12-31T00:00Z'),
    ExceptIfWithImportance: 'High',
    ExceptIfSentTo: ['"zoe@example.com" [SMTP:zoe@example.com]'],
    ExceptIfFrom: null,
    ApplyCategory: ['Blue'],
    MoveToFolder: 'Inbox',
    StopProcessingRules: true,
    MailboxOwnerId: 'Mary Major',
  });
  expect(await lab.run('Get-InboxRule Reports -Mailbox mary')).toEqual([made]);
  expect(await lab.run(`Get-InboxRule ${Number(made?.['RuleIdentity'])} -Mailbox mary`)).toEqual([made]);
});

test('rules are changed, switched, ordered and removed', async () => {
  await lab.run('New-InboxRule one -Mailbox mary -MarkAsRead $true');
  await lab.run('New-InboxRule two -Mailbox mary -DeleteMessage $true -SubjectContainsWords x');
  expect(await names()).toEqual([
    [1, 'two'],
    [2, 'one'],
  ]);
  await lab.run('Set-InboxRule one -Mailbox mary -Priority 1 -Name first -MarkImportance Low -MarkAsRead $false');
  expect(await names()).toEqual([
    [1, 'first'],
    [2, 'two'],
  ]);
  expect(await lab.run('Get-InboxRule first -Mailbox mary')).toMatchObject([{ MarkImportance: 'Low', MarkAsRead: false }]);
  await lab.run('Set-InboxRule two -Mailbox mary -SubjectContainsWords $null');
  expect(await lab.run('Get-InboxRule two -Mailbox mary')).toMatchObject([{ SubjectContainsWords: null, DeleteMessage: true }]);
  await lab.run('Disable-InboxRule two -Mailbox mary');
  expect(await lab.run('Get-InboxRule two -Mailbox mary')).toMatchObject([{ Enabled: false }]);
  await lab.run('Enable-InboxRule two -Mailbox mary -Confirm:$false');
  expect(await lab.run('Get-InboxRule two -Mailbox mary')).toMatchObject([{ Enabled: true }]);
  await lab.run('Remove-InboxRule first -Mailbox mary -Confirm:$false');
  expect(await names()).toEqual([[2, 'two']]);
});

test.each([
  ['New-InboxRule x -Mailbox mary -SubjectContainsWords y', 'bad-parameter', /needs an action/],
  ['New-InboxRule x -Mailbox mary -MoveToFolder mary:\\Nowhere', 'object-not-found', /couldn't be found/],
  ['New-InboxRule x -Mailbox mary -MoveToFolder svc:\\Inbox', 'bad-parameter', /mary@contoso\.test/],
  ['New-InboxRule x -Mailbox mary -ForwardTo nobody', 'bad-parameter', /-ForwardTo/],
  ['New-InboxRule x -Mailbox mary -MarkAsRead $true -WithImportance Urgent', 'bad-parameter', /-WithImportance/],
  ['New-InboxRule x -Mailbox mary -MarkAsRead $true -Priority 0', 'bad-parameter', /Priority/],
  ['New-InboxRule x -Mailbox mary -SendTextMessageNotificationTo 1', 'bad-parameter', /cannot be found/],
  ['Set-InboxRule nothing -Mailbox mary -Name y', 'object-not-found', /nothing/],
  ['Get-InboxRule -Mailbox nobody', 'object-not-found', /nobody/],
])('%s is refused', async (line, code, text) => {
  expect(await refusal(line)).toEqual([code, expect.stringMatching(text)]);
  expect(await names()).toEqual([]);
});
