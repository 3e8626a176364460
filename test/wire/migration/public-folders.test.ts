import { afterAll, beforeAll, expect, test } from 'vitest';
import { responses, texts } from '../ews/answers.ts';
import { cloud, type MovingLab, onPremises, send } from './moving-lab.ts';
import {
  createFolder,
  mapOf,
  message,
  openPublicLab,
  post,
  publicFolderIds,
  publicHoldings,
  synchroniseMail,
  visitor,
} from './public-lab.ts';

const day = 86_400_000;
const map = mapOf(['\\', 'Mailbox1'], ['\\Sales\\Orders', 'Mailbox2'], ['\\People', 'Mailbox1']);
let moving: MovingLab;
beforeAll(async () => {
  moving = await openPublicLab();
});
afterAll(() => moving.close());

const cloudRun = (line: string) => moving.run(line);
const status = async (): Promise<unknown> => (await cloudRun('Get-MigrationBatch PublicFolderMigration'))[0]?.['Status'];

test('folders of every kind are filled on-premises', async () => {
  for (const [kind, name] of [
    ['ContactsFolder', 'Contacts'],
    ['CalendarFolder', 'Meetings'],
    ['TasksFolder', 'Duties'],
  ] as const)
    expect(await createFolder(moving.lab, 'Sales', kind, name)).toBe('NoError');
  const folders = await publicFolderIds(moving.lab, onPremises);
  const idOf = (name: string): string => folders.get(name)?.id ?? '';
  const file = `<t:Attachments><t:FileAttachment><t:Name>a.bin</t:Name><t:Content>${Buffer.alloc(3_000, 'ab').toString('base64')}</t:Content></t:FileAttachment></t:Attachments>`;
  const items: readonly (readonly [string, string])[] = [
    ['Sales', message('first')],
    ['Orders', message('order 1')],
    ['Orders', `<t:Message><t:Subject>with file</t:Subject>${file}<t:Categories><t:String>Red</t:String></t:Categories></t:Message>`],
    ['Old', '<t:PostItem><t:Subject>posted</t:Subject></t:PostItem>'],
    ['Contacts', '<t:Contact><t:Subject>Ann</t:Subject><t:GivenName>Ann</t:GivenName></t:Contact>'],
    ['Duties', '<t:Task><t:Subject>call her</t:Subject></t:Task>'],
    [
      'Meetings',
      '<t:CalendarItem><t:Subject>meet her</t:Subject><t:Start>2027-03-01T09:00:00Z</t:Start><t:End>2027-03-01T10:00:00Z</t:End></t:CalendarItem>',
    ],
  ];
  for (const [folder, item] of items) expect((await post(moving.lab, idOf(folder), item)).code).toBe('NoError');
});

test('what cannot be migrated is refused before anything is made', async () => {
  const make = (csv: string, more = '') => cloudRun(`New-MigrationBatch -Name Bad -SourceEndpoint folders -CSVData ${csv} ${more}`);
  const rows = Array.from({ length: 101 }, (_, number) => [`\\F${number}`, `M${number}`] as const);
  await expect(make(mapOf(['\\', 'Mailbox1'], ...rows))).rejects.toThrow(
    /Number of public folder mailboxes cannot exceed more than 100 for modern public folder migration\./,
  );
  await expect(make(mapOf(['\\Sales', 'Mailbox1']))).rejects.toThrow(/no row for the top/);
  await expect(make(mapOf(['\\', 'Mailbox2']))).rejects.toThrow(/goes to the mailbox with the hierarchy, 'Mailbox1'/);
  await expect(make(mapOf(['\\', 'Mailbox1'], ['\\Sales', 'Nowhere']))).rejects.toThrow(/Nowhere/);
  await expect(make(mapOf(['\\', 'Mailbox1'], ['Sales', 'Mailbox1']))).rejects.toThrow(/Row 2 has/);
  await expect(make(`"${Buffer.from('FolderPath\n\\\n').toString('base64')}"`)).rejects.toThrow(
    /Column \\"TargetMailbox\\" is missing from the CSV file/,
  );
  await expect(make(map, '-TargetDeliveryDomain contoso.mail.onmicrosoft.test')).rejects.toThrow(/has no meaning for a batch of the type/);
  await expect(make(map, '-SourcePfPrimaryMailboxGuid 11111111-2222-3333-4444-555555555555')).rejects.toThrow(
    /the mailbox with the hierarchy is/,
  );
  await expect(
    cloudRun('New-MigrationEndpoint -PublicFolder -Name old -RpcProxyServer mail.contoso.test -Credentials @{UserName="a";Password="b"}'),
  ).rejects.toThrow(/public folders of Exchange 2010/);
  expect(await cloudRun('Get-MigrationBatch')).toEqual([]);
});

test('a batch fills the held mailboxes, and follows what changes each day; nobody sees it yet', { timeout: 120_000 }, async () => {
  const { lab } = moving;
  await cloudRun(
    `New-MigrationBatch -Name PublicFolderMigration -SourceEndpoint folders -CSVData ${map} -NotificationEmails joe@contoso.test`,
  );
  await expect(cloudRun(`New-MigrationBatch -Name Second -SourceEndpoint folders -CSVData ${map}`)).rejects.toThrow(
    /there is one: 'PublicFolderMigration'/,
  );
  await cloudRun('Start-MigrationBatch PublicFolderMigration');
  await lab.moved();
  const [statistics] = await cloudRun('Get-PublicFolderMailboxMigrationRequestStatistics Mailbox1 -IncludeReport');
  expect([await status(), statistics?.['FailureType'], statistics?.['Message']]).toEqual(['Synced', null, expect.anything()]);
  expect(await cloudRun('Get-MigrationBatch')).toMatchObject([{ Type: 'PublicFolder', TotalCount: 1, SyncedCount: 1 }]);
  expect(await cloudRun('Get-PublicFolderMailboxMigrationRequest')).toMatchObject([
    { Name: 'Mailbox1', Status: 'Synced', BatchName: 'MigrationService:PublicFolderMigration' },
  ]);
  expect(await cloudRun('Get-MigrationUserStatistics Mailbox1@contoso.test')).toMatchObject([{ MigrationType: 'PublicFolder' }]);
  expect(await cloudRun('Get-MoveRequest')).toEqual([]);
  await expect(cloudRun('Get-PublicFolder \\')).rejects.toThrow(/No active public folder mailboxes were found\..*HoldForMigration/);
  const root = '<t:DistinguishedFolderId Id="publicfoldersroot"/>';
  const open = `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${root}</m:FolderIds></m:GetFolder>`;
  const seen = await lab.ews(visitor[cloud], open, { organization: cloud });
  expect(responses(seen.body)).toMatchObject([{ code: 'ErrorNoPublicFolderReplicaAvailable' }]);
  const sales = (await publicFolderIds(lab, onPremises)).get('Sales')?.id ?? '';
  expect((await post(lab, sales, message('the next day'))).code).toBe('NoError');
  await moving.run('New-PublicFolder Fresh -Path \\Sales\\Orders', onPremises);
  await moving.run('Set-PublicFolder \\People -Name Persons', onPremises);
  await lab.clock.advance(day);
  await lab.moved();
  expect(await status()).toBe('Synced');
});

test('it is completed when the source is locked and its mail-enabled folders are known, not before', { timeout: 120_000 }, async () => {
  const { lab } = moving;
  await expect(cloudRun('Complete-MigrationBatch PublicFolderMigration')).rejects.toThrow(/public folders of the source are open/);
  expect(await status()).toBe('Synced');
  const before = await publicHoldings(lab, onPremises);
  await moving.run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true', onPremises);
  // While they are locked their mail waits.
  await send(lab, visitor[onPremises], onPremises, 'orders@contoso.test', 'while locked');
  await cloudRun('Complete-MigrationBatch PublicFolderMigration');
  await lab.moved();
  expect(await status()).toBe('Failed');
  expect(await cloudRun('Get-MigrationUser')).toMatchObject([
    {
      ErrorSummary: expect.stringMatching(
        /Public folder "\/Sales\/Orders" couldn't be mail-enabled\..*No MailPublicFolder entry was found/,
      ),
    },
  ]);
  await synchroniseMail(moving);
  await cloudRun('Start-MigrationBatch PublicFolderMigration');
  await cloudRun('Complete-MigrationBatch PublicFolderMigration');
  await lab.moved();
  expect(await status()).toBe('Completed');
  expect(await publicHoldings(lab, cloud)).toEqual(before);
  const counted = (await cloudRun('Get-PublicFolder \\ -Recurse')).map(
    ({ Identity, ContentMailboxName }) => `${String(Identity)} ${String(ContentMailboxName)}`,
  );
  expect(counted.toSorted()).toEqual([
    ...['\\ Mailbox1', '\\Persons Mailbox1', '\\Sales Mailbox1', '\\Sales\\Contacts Mailbox1', '\\Sales\\Duties Mailbox1'],
    ...['\\Sales\\Meetings Mailbox1', '\\Sales\\Orders Mailbox2', '\\Sales\\Orders\\Fresh Mailbox2', '\\Sales\\Orders\\Old Mailbox2'],
    '\\Secret Mailbox1',
  ]);
});

test('permissions came with the folders, by people', async () => {
  const rights = async (path: string, organization: typeof cloud | typeof onPremises) =>
    (await moving.run<{ User: string; AccessRights: readonly string[] }>(`Get-PublicFolderClientPermission ${path}`, organization)).map(
      ({ User, AccessRights }) => `${JSON.stringify(User)} ${AccessRights.join(',')}`,
    );
  await moving.run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $false', onPremises);
  for (const path of ['\\Sales', '\\Sales\\Orders', '\\Secret']) expect(await rights(path, cloud)).toEqual(await rights(path, onPremises));
  expect((await rights('\\Sales', cloud)).join('; ')).toMatch(/Joe.* Editor/);
});

test('mail for them goes to the cloud from both sides once the migration is said to be complete', async () => {
  const { lab, run } = moving;
  await run('Set-MailPublicFolder orders -ExternalEmailAddress orders@contoso.mail.onmicrosoft.test', onPremises);
  await cloudRun("Set-MailPublicFolder orders -EmailAddresses @{Add='smtp:orders@contoso.mail.onmicrosoft.test'}");
  await run('Set-OrganizationConfig -PublicFolderMailboxesMigrationComplete $true -PublicFoldersEnabled Remote', onPremises);
  await lab.mailSent();
  await send(lab, visitor[onPremises], onPremises, 'orders@contoso.test', 'from on-premises');
  await send(lab, visitor[cloud], cloud, 'orders@contoso.test', 'from the cloud');
  const { id = '' } = (await publicFolderIds(lab, cloud)).get('Orders') ?? {};
  const { body } = await lab.ews(
    visitor[cloud],
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:FolderId Id="${id}"/></m:ParentFolderIds></m:FindItem>`,
    { organization: cloud },
  );
  expect(texts(body, 'Subject')).toEqual(expect.arrayContaining(['from on-premises', 'from the cloud', 'order 1']));
});
