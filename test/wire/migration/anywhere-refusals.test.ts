import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
const here = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso-cloud', line);
const csv = (text: string): string => `-CSVData "${Buffer.from(text).toString('base64')}"`;
beforeAll(async () => {
  lab = await openTestLab();
  await here('Add-MailboxPermission mary -User administrator -AccessRights FullAccess');
  const credentials = `-Credentials @{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
  const endpoint = `New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Classic -ExchangeServer EX-SE-01 -RPCProxyServer mail.contoso.test -EmailAddress mary@contoso.test ${credentials}`;
  for (const run of [here, cloud]) await run(endpoint);
});
afterAll(() => lab.close());

test('a staged batch needs directory synchronization, a cutover batch that there is none', async () => {
  const staged = `New-MigrationBatch -Name Stage -SourceEndpoint Classic ${csv('EmailAddress\nmary@contoso.test')}`;
  await expect(cloud(staged)).rejects.toThrow('A staged migration needs directory synchronization');
  await here('Start-ADSyncSyncCycle');
  await expect(cloud('New-MigrationBatch -Name All -SourceEndpoint Classic')).rejects.toThrow('directory synchronization keeps them here');
  await expect(cloud(staged)).rejects.toThrow("In Exchange 2010 and Exchange 2013, the TargetAddress property can't be modified.");
});

test.each<[string, string, string]>([
  ['on-premises', 'New-MigrationBatch -Name All -SourceEndpoint Classic', 'into Exchange Online alone'],
  ['an empty list', `New-MigrationBatch -Name Stage -SourceEndpoint Classic ${csv('EmailAddress')}`, "Upload file can't be empty"],
  [
    'a list without addresses',
    `New-MigrationBatch -Name Stage -SourceEndpoint Classic ${csv('Password\nx')}`,
    'is missing from the CSV file.',
  ],
  [
    'a list with another word for true',
    `New-MigrationBatch -Name Stage -SourceEndpoint Classic ${csv('EmailAddress,ForceChangePassword\nmary@contoso.test,yes')}`,
    'ForceChangePassword',
  ],
  [
    'a list of too many',
    `New-MigrationBatch -Name Stage -SourceEndpoint Classic ${csv(`EmailAddress\n${Array.from({ length: 2_001 }, (_, index) => `u${index}@contoso.test`).join('\n')}`)}`,
    'The CSV file contains more than 2,000 rows.',
  ],
  [
    'a parameter of remote moves',
    'New-MigrationBatch -Name All -SourceEndpoint Classic -TargetDeliveryDomain contoso.test',
    'has no meaning',
  ],
])('%s is refused', async (what, line, words) => {
  await expect((what === 'on-premises' ? here : cloud)(line)).rejects.toThrow(words);
  expect(await cloud('Get-MigrationBatch')).toEqual([]);
});
