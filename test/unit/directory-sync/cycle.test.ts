import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CmdletObject } from '../../../shared/cmdlets/cmdlet.ts';
import { runCmdlet } from '../../../shared/cmdlets/index.ts';
import type { CmdletGround } from '../../../shared/cmdlets/scope.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { openRegistry, type Registry } from '../../../shared/domain/organization/registry.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import type { Store } from '../../../shared/store/database.ts';
import { testScope } from '../../support/cmdlet-scope.ts';
import { contentOf, contosoHybrid, seeded, worldOf } from '../seed/worlds.ts';
import { aliases, textOf, worldText } from './sides.ts';

let store: Store;
let registry: Registry;
const directories = new Map<string, Directory>();
const directory = (name: string): Directory => {
  const open = directories.get(name) ?? openDirectory(store, name);
  directories.set(name, open);
  return open;
};
const identifiers = createIdentifiers(seededRandom('sync'));
let warned: string[] = [];

async function use(world: Parameters<typeof seeded>[0]): Promise<void> {
  store = await seeded(world);
  registry = openRegistry(store);
  warned = [];
}
async function close(): Promise<void> {
  registry.close();
  for (const open of directories.values()) open.close();
  directories.clear();
  await store.close();
}
async function run(line: string, name = 'contoso'): Promise<readonly CmdletObject[]> {
  const organization = (await registry.current()).byName(name);
  if (organization === undefined) throw new Error(`no organisation ${name}`);
  const ground: Pick<CmdletGround, 'store' | 'registry' | 'directory' | 'identifiers'> = { store, registry, directory, identifiers };
  return runCmdlet(await testScope(ground, organization, 10, (text) => void warned.push(text)), line);
}
const cloud = (line: string) => run(line, 'contoso-cloud');
const cycle = () => run('Start-ADSyncSyncCycle -PolicyType Delta');
beforeEach(async () => use(await worldOf(worldText)));
afterEach(close);

test('a tenant that has nobody gets everybody, mailboxes included', async () => {
  expect(await cycle()).toEqual([{ Result: 'Success' }]);
  const [mary] = await cloud('Get-MailUser mary');
  const [source] = await run('Get-Mailbox mary');
  expect(mary).toMatchObject({
    ExternalEmailAddress: 'SMTP:mary@contoso.test',
    ExchangeGuid: source?.['ExchangeGuid'],
    EmailAddresses: [
      'SMTP:mary@contoso.test',
      `X500:${textOf(source, 'LegacyExchangeDN')}`,
      'smtp:m.major@contoso.test',
      'smtp:mary@contoso.onmicrosoft.test',
    ],
    IsDirSynced: true,
    DisplayName: 'Mary Major',
  });
  expect(await cloud('Get-MailUser info')).toMatchObject([{ RecipientTypeDetails: 'MailUser', AccountDisabled: true }]);
  const [joe] = await cloud('Get-Mailbox joe');
  expect(joe).toMatchObject({
    RecipientTypeDetails: 'UserMailbox',
    EmailAddresses: [
      'SMTP:joe@contoso.test',
      expect.stringMatching(/^X500:\/o=Contoso\//),
      'smtp:joe@contoso.mail.onmicrosoft.test',
      'smtp:joe@contoso.onmicrosoft.test',
    ],
  });
  expect(joe?.['LegacyExchangeDN']).toMatch(/^\/o=ExchangeLabs\//);
  const mailbox = await store.read.selectFrom('mailbox').selectAll().where('guid', '=', textOf(joe, 'ExchangeGuid')).execute();
  expect(mailbox).toMatchObject([{ organization: 'contoso-cloud', recipient: joe?.['Guid'] }]);
  expect(aliases(await cloud('Get-DistributionGroupMember staff'))).toEqual(['joe', 'mary', 'rob']);
  // The way back: mail that was written to the tenant's names can be answered.
  expect((await run('Get-Mailbox mary'))[0]?.['EmailAddresses']).toContain(`X500:${textOf(mary, 'LegacyExchangeDN')}`);
  expect((await run('Get-RemoteMailbox joe'))[0]?.['EmailAddresses']).toContain(`X500:${textOf(joe, 'LegacyExchangeDN')}`);
  const sid = async (name: string) => (await run('Get-User joe', name))[0]?.['Sid'];
  expect(await sid('contoso-cloud')).toBe(await sid('contoso'));
  expect(warned).toEqual([]);
});

test('a second cycle writes nothing', async () => {
  await cycle();
  const before = await contentOf(store);
  await cycle();
  expect(await contentOf(store)).toEqual(before);
});

test('the two sides of the default world are matched, nobody is made anew', async () => {
  await close();
  await use(contosoHybrid);
  const before = [aliases(await cloud('Get-Recipient')), (await cloud('Get-Mailbox joe'))[0]?.['ExchangeGuid']];
  await cycle();
  const after = [
    aliases(await cloud('Get-Recipient')).filter((alias) => alias !== 'all-staff'),
    (await cloud('Get-Mailbox joe'))[0]?.['ExchangeGuid'],
  ];
  expect(after).toEqual(before);
  expect(await cloud('Get-MsolDirSyncProvisioningError')).toEqual([]);
  const content = await contentOf(store);
  await cycle();
  expect(await contentOf(store)).toEqual(content);
});

test('changes go over, what the tenant sets itself stays', async () => {
  await cycle();
  await cloud('Set-Mailbox joe -ForwardingSmtpAddress out@example.test -MessageCopyForSentAsEnabled $true');
  await run(
    'Set-RemoteMailbox joe -DisplayName "Joe Jones" -HiddenFromAddressListsEnabled $true -GrantSendOnBehalfTo mary -CustomAttribute1 x',
  );
  await run('Set-Mailbox mary -EmailAddressPolicyEnabled $false -PrimarySmtpAddress mary.major@contoso.test');
  await run('Set-User rob -Title Engineer -Password N3wWord!');
  await run(
    'Set-DistributionGroup staff -ModerationEnabled $true -ModeratedBy mary -BypassModerationFromSendersOrMembers joe ' +
      '-BypassNestedModerationEnabled $true -SendModerationNotifications Internal',
  );
  await cycle();
  expect(await cloud('Get-DistributionGroup staff')).toMatchObject([
    {
      ...{ ModerationEnabled: true, ModeratedBy: ['mary'], BypassModerationFromSendersOrMembers: ['joe'] },
      ...{ BypassNestedModerationEnabled: true, SendModerationNotifications: 'Internal' },
    },
  ]);
  expect(await cloud('Get-Mailbox joe')).toMatchObject([
    {
      DisplayName: 'Joe Jones',
      HiddenFromAddressListsEnabled: true,
      GrantSendOnBehalfTo: ['mary'],
      CustomAttribute1: 'x',
      ForwardingSmtpAddress: 'smtp:out@example.test',
      MessageCopyForSentAsEnabled: true,
    },
  ]);
  expect(await cloud('Get-MailUser mary')).toMatchObject([
    { PrimarySmtpAddress: 'mary.major@contoso.test', ExternalEmailAddress: 'SMTP:mary.major@contoso.test' },
  ]);
  expect(await cloud('Get-User rob')).toMatchObject([{ Title: 'Engineer' }]);
  const [one, other] = await Promise.all([directory('contoso').byAlias('rob'), directory('contoso-cloud').byAlias('rob')]);
  expect(other?.ntHash).toBe(one?.ntHash);
});

test('what is mastered on-premises is not changed in the tenant', async () => {
  await cycle();
  const refused = (line: string) =>
    cloud(line).then(
      () => 'done',
      (error: { detail: string }) => error.detail,
    );
  expect(await refused('Set-Mailbox joe -HiddenFromAddressListsEnabled $true')).toBe(
    "The operation on mailbox \"joe\" failed because it's out of the current user's write scope. The action 'Set-Mailbox', 'HiddenFromAddressListsEnabled', can't be performed on the object 'joe' because the object is being synchronized from your on-premises organization. This action should be performed on the object in your on-premises organization.",
  );
  expect(await refused('Remove-Mailbox joe')).toContain('being synchronized');
  expect(await refused('Add-DistributionGroupMember staff -Member admin')).toContain('being synchronized');
  expect(await refused('Set-User rob -Title x')).toContain('being synchronized');
  expect(await refused('Set-Mailbox admin -MailTip x')).toBe('done');
});

test('an address moves from one to another, two change places', async () => {
  await cycle();
  await run('Set-Mailbox mary -EmailAddresses SMTP:mary@contoso.test');
  await run('Set-Mailbox rob -EmailAddresses SMTP:rob@contoso.test,smtp:m.major@contoso.test');
  await cycle();
  expect((await cloud('Get-MailUser m.major@contoso.test'))[0]?.['Alias']).toBe('rob');
  await run('Set-Mailbox mary -EmailAddressPolicyEnabled $false -EmailAddresses SMTP:swap@contoso.test');
  await run('Set-Mailbox rob -EmailAddressPolicyEnabled $false -EmailAddresses SMTP:mary@contoso.test');
  await run('Set-Mailbox mary -EmailAddresses SMTP:rob@contoso.test');
  await cycle();
  expect((await cloud('Get-MailUser mary@contoso.test'))[0]?.['Alias']).toBe('rob');
  expect((await cloud('Get-MailUser rob@contoso.test'))[0]?.['Alias']).toBe('mary');
  expect(await cloud('Get-MsolDirSyncProvisioningError')).toEqual([]);
});

test('an address that somebody of the tenant has is left out, and told until it is free', async () => {
  await cloud('New-MailContact Squatter -ExternalEmailAddress m.major@contoso.test');
  await cycle();
  expect(warned).toEqual([expect.stringContaining('1 values could not be synchronised')]);
  expect((await cloud('Get-MailUser mary'))[0]?.['EmailAddresses']).not.toContain('smtp:m.major@contoso.test');
  expect(await cloud('Get-MsolDirSyncProvisioningError -ErrorCategory PropertyConflict')).toMatchObject([
    {
      DisplayName: 'Mary Major',
      ObjectType: 'User',
      ProvisioningErrors: [
        { ErrorCategory: 'PropertyConflict', PropertyName: 'ProxyAddresses', PropertyValue: 'smtp:m.major@contoso.test' },
      ],
      ErrorDescription: expect.stringContaining('[ProxyAddresses smtp:m.major@contoso.test;]. Correct or remove the duplicate values'),
    },
  ]);
  await cloud('Remove-MailContact squatter');
  await cycle();
  expect((await cloud('Get-MailUser mary'))[0]?.['EmailAddresses']).toContain('smtp:m.major@contoso.test');
  expect(await cloud('Get-MsolDirSyncProvisioningError')).toEqual([]);
});

test('what leaves the scope goes, mailboxes stay in the store; many deletions stop the cycle', async () => {
  await cycle();
  await run('Set-Mailbox rob -CustomAttribute15 NoSync');
  await run('Remove-Mailbox info');
  await cycle();
  expect(aliases(await cloud('Get-Recipient'))).toEqual(['admin', 'joe', 'mary', 'staff']);
  expect(aliases(await cloud('Get-DistributionGroupMember staff'))).toEqual(['joe', 'mary']);
  await run('Set-Mailbox rob -CustomAttribute15 $null');
  await cycle();
  expect(aliases(await cloud('Get-Recipient'))).toEqual(['admin', 'joe', 'mary', 'rob', 'staff']);
  await run('Set-ADSyncGlobalSettings -ExportDeletionThresholdValue 1');
  await run('Remove-Mailbox rob');
  await run('Remove-Mailbox mary');
  await expect(cycle()).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringContaining('stopped-deletion-threshold-exceeded'),
  });
  expect(aliases(await cloud('Get-Recipient'))).toEqual(['admin', 'joe', 'mary', 'rob', 'staff']);
});

test('a group without mail is left out, and comes back with an address', async () => {
  await run('Start-ADSyncSyncCycle');
  await run('Disable-DistributionGroup staff');
  expect(await run('Get-Group staff')).toMatchObject([{ RecipientTypeDetails: 'UniversalDistributionGroup', WindowsEmailAddress: '' }]);
  await run('Start-ADSyncSyncCycle');
  expect(aliases(await cloud('Get-Recipient'))).not.toContain('staff');
  expect(await cloud('Get-Group')).toEqual([]);
  await run('Enable-DistributionGroup staff');
  await run('Start-ADSyncSyncCycle');
  expect(await cloud('Get-DistributionGroup staff')).toMatchObject([{ PrimarySmtpAddress: 'staff@contoso.test' }]);
  expect(aliases(await cloud('Get-DistributionGroupMember staff'))).toEqual(['joe', 'mary', 'rob']);
});

test('accounts without mail are accounts there too; one whose mail was taken away keeps its mailbox in the tenant', async () => {
  await run('Disable-Mailbox rob');
  await cycle();
  expect(await cloud('Get-User rob@contoso.test')).toMatchObject([{ RecipientTypeDetails: 'User' }]);
  await run('Enable-RemoteMailbox rob@contoso.test');
  await cycle();
  expect(await cloud('Get-Mailbox rob')).toMatchObject([{ RecipientTypeDetails: 'UserMailbox', PrimarySmtpAddress: 'rob@contoso.test' }]);
  await run('Disable-RemoteMailbox rob');
  await cycle();
  expect(await cloud('Get-Mailbox rob')).toMatchObject([{ RecipientTypeDetails: 'UserMailbox', PrimarySmtpAddress: 'rob@contoso.test' }]);
});

test('mail-enabled public folders go to the directory of the tenant when the option is on, and are no objects of Exchange', async () => {
  await run('Enable-MailPublicFolder \\Orders');
  const folders = () => store.read.selectFrom('config_object').selectAll().where('kind', '=', 'SynchronisedPublicFolder').execute();
  await cycle();
  expect(await folders()).toEqual([]);
  await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $true');
  expect(await run('Get-ADSyncGlobalSettings')).toContainEqual({
    Name: 'Microsoft.OptionalFeature.ExchangeMailPublicFolder',
    Value: 'True',
  });
  await cycle();
  expect(await folders()).toMatchObject([{ organization: 'contoso-cloud', value: expect.stringContaining('SMTP:Orders@contoso.test') }]);
  expect(await cloud('Get-MailPublicFolder')).toEqual([]);
  // What people made in the tenant before, to get round the edge, stands in the way (same article).
  await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $false');
  await cycle();
  await cloud('New-MailContact Orders -ExternalEmailAddress Orders@contoso.test');
  await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $true');
  await cycle();
  expect(await folders()).toEqual([]);
  expect(await cloud('Get-MsolDirSyncProvisioningError')).toMatchObject([{ ObjectType: 'PublicFolder', DisplayName: 'Orders' }]);
});

test('a world file may declare the one side alone', async () => {
  await close();
  await use(await worldOf(worldText.replace('  contoso-cloud:', '    cmdlets: [Start-ADSyncSyncCycle]\n  contoso-cloud:')));
  expect(aliases(await cloud('Get-Recipient'))).toEqual(['admin', 'info', 'joe', 'mary', 'rob', 'staff']);
});

test('an organisation without a tenant has no cycle', async () => {
  await close();
  await use(await worldOf('version: 1\npassword: x\norganizations:\n  contoso: { kind: on-premises, domains: [contoso.test] }\n'));
  await expect(cycle()).rejects.toMatchObject({ code: 'operation-failed' });
});

test('many recipients: a hundred in a transaction, and again for nothing', async () => {
  await close();
  const users = Array.from({ length: 250 }, (_, index) => `      - { mail: user${index}@contoso.test, title: Number ${index} }`);
  const rob = '      - { mail: rob@contoso.test }';
  await use(await worldOf(worldText.replace(rob, [rob, ...users].join('\n'))));
  const objects = async () =>
    (
      await store.read
        .selectFrom('recipient')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .execute()
    )[0]?.n;
  const growth: number[] = [];
  const original = store.transaction.bind(store);
  const counted: Store['transaction'] = async (...given) => {
    const before = Number(await objects());
    const answer = await original(...given);
    growth.push(Number(await objects()) - before);
    return answer;
  };
  Object.assign(store, { transaction: counted });
  await cycle();
  expect(growth.reduce((sum, one) => sum + one, 0)).toBe(255);
  expect(Math.max(...growth)).toBe(100);
  const content = await contentOf(store);
  await cycle();
  expect(await contentOf(store)).toEqual(content);
});
