import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { letterFromOutside } from '../smtp/transport-lab.ts';
import { responses, texts } from './answers.ts';
import { publicRequestsOf } from './public-requests.ts';

const mary = 'mary@contoso.test';
const orders = 'orders@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await run('New-Mailbox Hierarchy -PublicFolder');
  await run('New-Mailbox Second -PublicFolder -IsExcludedFromServingHierarchy');
  await run('New-PublicFolder Sales');
  await run('New-PublicFolder Orders -Path \\Sales -Mailbox Second');
  await run(`Enable-MailPublicFolder \\Sales\\Orders -PrimarySmtpAddress ${orders}`);
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);
const { findFolder, findItem, post, idOf } = publicRequestsOf(() => lab);
const code = (body: string): string => responses(body)[0]?.code ?? '';
const write = (subject: string) => letterFromOutside(lab, 'contoso', orders, subject);

test('folders count to the public folder mailbox that they were made in', async () => {
  expect(await run('Get-PublicFolder \\ -Recurse')).toMatchObject([
    { Identity: '\\', ContentMailboxName: 'Hierarchy' },
    { Identity: '\\Sales\\Orders', ContentMailboxName: 'Second' },
    { Identity: '\\Sales', ContentMailboxName: 'Hierarchy' },
  ]);
  expect(await run('New-PublicFolder Old -Path \\Sales\\Orders')).toMatchObject([{ ContentMailboxName: 'Second' }]);
  const folder = await idOf(mary, 'Orders');
  expect(code(await post(mary, folder, 'One'))).toBe('NoError');
  const statistics = await run('Get-PublicFolderStatistics -Mailbox Second');
  expect(statistics.map(({ FolderPath, ItemCount }) => [FolderPath, ItemCount])).toEqual([
    ['Sales\\Orders\\Old', 0],
    ['Sales\\Orders', 1],
  ]);
  expect(statistics[1]?.['TotalItemSize']).not.toBe(statistics[0]?.['TotalItemSize']);
  expect(await run('Get-Mailbox -PublicFolder')).toMatchObject([
    { DisplayName: 'Hierarchy', IsRootPublicFolderMailbox: true, IsExcludedFromServingHierarchy: false },
    { DisplayName: 'Second', IsRootPublicFolderMailbox: false, IsExcludedFromServingHierarchy: true },
  ]);
  const [{ ExchangeGuid } = {}] = await run('Get-Mailbox Hierarchy -PublicFolder');
  expect(await run('Get-OrganizationConfig')).toMatchObject([{ RootPublicFolderMailbox: { HierarchyMailboxGuid: ExchangeGuid } }]);
});

test('what is in use is not removed, and the hierarchy goes last', async () => {
  await expect(run('Remove-Mailbox Second -PublicFolder -Confirm:$false')).rejects.toThrow(/There are public folders in Second/);
  await expect(run('Remove-Mailbox Hierarchy -PublicFolder -Confirm:$false')).rejects.toThrow(/other public folder mailboxes go first/);
  await expect(run('New-Mailbox Third -PublicFolder -HoldForMigration')).rejects.toThrow(/which has the hierarchy: that is Hierarchy/);
  await expect(run('New-Mailbox Fourth -Shared -HoldForMigration')).rejects.toThrow(/goes with -PublicFolder alone/);
  await run('Set-Mailbox Second -PublicFolder -ProhibitSendReceiveQuota 5GB -ProhibitSendQuota 4GB -IssueWarningQuota 3GB');
  expect(await run('Get-Mailbox Second -PublicFolder')).toMatchObject([{ ProhibitSendReceiveQuota: '5 GB (5,368,709,120 bytes)' }]);
});

for (const lock of ['PublicFolderMailboxesLockedForNewConnections', 'PublicFoldersLockedForMigration'])
  test(`${lock} shuts everybody out; mail waits and comes when they are open again`, async () => {
    const folder = await idOf(mary, 'Orders');
    await run(`Set-OrganizationConfig -${lock} $true`);
    expect(code(await findFolder(mary))).toBe('ErrorNoPublicFolderReplicaAvailable');
    expect(code(await post(mary, folder, 'Never'))).toBe('ErrorNoPublicFolderReplicaAvailable');
    expect(code(await findItem(mary, folder))).toBe('ErrorNoPublicFolderReplicaAvailable');
    for (const line of ['Get-PublicFolder \\', 'New-PublicFolder More', 'Get-PublicFolderStatistics'])
      await expect(run(line)).rejects.toThrow(/Couldn't find the public folder mailbox\./);
    expect(await write(`Waiting ${lock}`)).toMatch(/^250 /);
    expect(await run('Get-Queue Unreachable')).toMatchObject([{ MessageCount: 1 }]);
    await run(`Set-OrganizationConfig -${lock} $false`);
    await lab.mailSent();
    const found = texts(await findItem(mary, folder), 'Subject');
    expect(found).toContain(`Waiting ${lock}`);
    expect(found).not.toContain('Never');
  });

test('where they are elsewhere, or nowhere, there are none here', async () => {
  for (const place of ['Remote', 'None']) {
    await run(`Set-OrganizationConfig -PublicFoldersEnabled ${place} -RemotePublicFolderMailboxes mary`);
    expect(code(await findFolder(mary))).toBe('ErrorNoPublicFolderReplicaAvailable');
  }
  expect(await run('Get-OrganizationConfig')).toMatchObject([{ PublicFoldersEnabled: 'None', RemotePublicFolderMailboxes: ['Mary'] }]);
  await expect(run('Set-OrganizationConfig -RemotePublicFolderMailboxes nobody')).rejects.toThrow(/couldn't be found/);
  await run('Set-OrganizationConfig -PublicFoldersEnabled Local -RemotePublicFolderMailboxes $null');
  expect(code(await findFolder(mary))).toBe('NoError');
});

test('mail for what was carried away goes where its object says', async () => {
  await run('Set-MailPublicFolder orders -ExternalEmailAddress pat@fabrikam.test');
  await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true');
  await run('Set-OrganizationConfig -PublicFolderMailboxesMigrationComplete $true');
  expect(await write('Onwards')).toMatch(/^250 /);
  const found = await lab.ews('pat@fabrikam.test', inbox, { organization: 'fabrikam' });
  expect(texts(found.body, 'Subject')).toContain('Onwards');
  await run('Remove-Mailbox Second -PublicFolder -Force -Confirm:$false');
  await run('Remove-Mailbox Hierarchy -PublicFolder -Force -Confirm:$false');
  expect(await run('Get-Mailbox -PublicFolder')).toEqual([]);
});

const inbox = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`;
