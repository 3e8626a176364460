import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessRightsShown, readAccessRights } from '../../../shared/cmdlets/folder-access-rights.ts';
import { allFolderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const calendar = 'svc@contoso.test:\\Calendar';
const shown = async (identity = calendar) =>
  (await lab.run(`Get-MailboxFolderPermission ${identity}`)).map(({ User, AccessRights }) => [User, AccessRights]);

test('a new calendar shows times to all, a new folder nothing to anybody', async () => {
  expect(await lab.run(`Get-MailboxFolderPermission ${calendar}`)).toEqual([
    { FolderName: 'Calendar', User: 'Default', AccessRights: ['AvailabilityOnly'], Identity: calendar, IsValid: true },
    { FolderName: 'Calendar', User: 'Anonymous', AccessRights: ['None'], Identity: calendar, IsValid: true },
  ]);
  expect(await shown('svc:\\inbox')).toEqual([
    ['Default', ['None']],
    ['Anonymous', ['None']],
  ]);
  expect(await lab.run('Get-MailboxFolderPermission svc')).toMatchObject([{ FolderName: 'Top of Information Store' }, {}]);
  expect(Object.keys((await lab.run('Get-MailboxFolderPermission joe:\\Calendar', 'contoso-cloud'))[0] ?? {})).toEqual([
    'FolderName',
    'User',
    'AccessRights',
    'SharingPermissionFlags',
    'Identity',
    'IsValid',
  ]);
});

test('entries are added, changed, shown and removed', async () => {
  expect(await lab.run(`Add-MailboxFolderPermission ${calendar} -User service -AccessRights reviewer,CreateItems`)).toMatchObject([
    { FolderName: 'Calendar', AccessRights: ['ReadItems', 'CreateItems', 'FolderVisible'] },
  ]);
  expect(await lab.run(`Set-MailboxFolderPermission ${calendar} -User default -AccessRights LimitedDetails`)).toEqual([]);
  const [, , group] = await shown();
  expect(await shown()).toEqual([['Default', ['LimitedDetails']], ['Anonymous', ['None']], group]);
  expect(await lab.run(`Get-MailboxFolderPermission ${calendar} -User service@contoso.test`)).toHaveLength(1);
  await lab.run(`Set-MailboxFolderPermission ${calendar} -User service -AccessRights Editor`);
  expect((await shown())[2]?.[1]).toEqual(['Editor']);
  await lab.run(`Remove-MailboxFolderPermission ${calendar} -User service -Confirm:$false`);
  expect(await shown()).toEqual([
    ['Default', ['LimitedDetails']],
    ['Anonymous', ['None']],
  ]);
});

test('what was found goes through a pipe to be changed', async () => {
  await lab.run(`Get-MailboxFolderPermission ${calendar} -User Default | Set-MailboxFolderPermission -User Default -AccessRights None`);
  expect(await shown()).toEqual([
    ['Default', ['None']],
    ['Anonymous', ['None']],
  ]);
});

describe('refusals', () => {
  test.each([
    ['Get-MailboxFolderPermission nobody:\\Calendar', 'object-not-found', `The specified mailbox Identity:"nobody" doesn't exist.`],
    [
      'Get-MailboxFolderPermission svc:\\Calendar\\Holidays',
      'object-not-found',
      "The operation couldn't be performed because 'svc:\\Calendar\\Holidays' couldn't be found.",
    ],
    [
      `Get-MailboxFolderPermission ${calendar} -User service`,
      'object-not-found',
      /^There is no existing permission entry found for user: \S.*\.$/,
    ],
    [
      `Set-MailboxFolderPermission ${calendar} -User service -AccessRights Reviewer`,
      'object-not-found',
      /^There is no existing permission entry found for user: /,
    ],
    [`Remove-MailboxFolderPermission ${calendar} -User service`, 'object-not-found', /^There is no existing permission entry/],
    [`Remove-MailboxFolderPermission ${calendar} -User Default`, 'operation-failed', /-AccessRights None\.$/],
    [
      `Add-MailboxFolderPermission ${calendar} -User Default -AccessRights Reviewer`,
      'object-exists',
      'An existing permission entry was found for user: Default.',
    ],
    [
      `Add-MailboxFolderPermission ${calendar} -User nobody@contoso.test -AccessRights Reviewer`,
      'object-not-found',
      'The user "nobody@contoso.test" is either not valid SMTP address, or there is no matching information.',
    ],
    [
      'Add-MailboxFolderPermission svc:\\Inbox -User service -AccessRights AvailabilityOnly',
      'bad-parameter',
      /^Specified argument was out of the range of valid values\.\nParameter name: memberRights/,
    ],
    [
      `Add-MailboxFolderPermission ${calendar} -User service -AccessRights Everything`,
      'bad-parameter',
      /"Everything" is none of None, Owner/,
    ],
    [`Add-MailboxFolderPermission ${calendar} -User service`, 'bad-parameter', /AccessRights\.$/],
    [
      `Set-MailboxFolderPermission ${calendar} -User Default -AccessRights Editor -SharingPermissionFlags Delegate`,
      'bad-parameter',
      /cannot be found/,
    ],
  ])('%s', async (line, code, text) => {
    const detail: unknown = typeof text === 'string' ? text : expect.stringMatching(text);
    await expect(lab.run(line)).rejects.toMatchObject({ code, detail });
    expect(await shown()).toEqual([
      ['Default', ['AvailabilityOnly']],
      ['Anonymous', ['None']],
    ]);
  });

  test('a mailbox that lies elsewhere is nobody here', async () => {
    await expect(lab.run('Get-MailboxFolderPermission joe@contoso.test:\\Calendar')).rejects.toMatchObject({
      detail: `The specified mailbox Identity:"joe@contoso.test" doesn't exist.`,
    });
    expect(await lab.run('Get-MailboxFolderPermission joe@contoso.test:\\Calendar', 'contoso-cloud')).toHaveLength(2);
  });
});

test('rights that are shown are rights that can be written', () => {
  for (const role of Object.keys(folderRoles)) expect(accessRightsShown(readAccessRights([role], true))).toEqual([role]);
  fc.assert(
    fc.property(fc.nat(allFolderRights), (bits) => {
      const written = readAccessRights(accessRightsShown(bits & allFolderRights), true);
      const again = readAccessRights(accessRightsShown(written), true);
      expect(again).toBe(written);
    }),
  );
});
