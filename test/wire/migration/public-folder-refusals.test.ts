import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloud, type MovingLab, onPremises } from './moving-lab.ts';
import { mapOf, message, openPublicLab, post, publicFolderIds, publicHoldings, synchroniseMail } from './public-lab.ts';

const day = 86_400_000;
const map = mapOf(['\\', 'Mailbox1'], ['\\Sales\\Orders', 'Mailbox2']);
let moving: MovingLab;
beforeAll(async () => {
  moving = await openPublicLab();
});
afterAll(() => moving.close());

const run = (line: string) => moving.run(line);
const here = (line: string) => moving.run(line, onPremises);
const make = (name: string, more = '') => run(`New-MigrationBatch -Name ${name} -SourceEndpoint folders -CSVData ${map} ${more}`);
const user = async () => (await run('Get-MigrationUser'))[0];

test('a source without public folders, or without its proxy, is told at once', async () => {
  await here('Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $false');
  await expect(make('none')).rejects.toThrow(/The connection to the server 'mail\.contoso\.test' could not be completed\. ---> .*403/);
  await here('Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true');
  await expect(
    run(
      "New-MigrationEndpoint -PublicFolder -Name wrong -RemoteServer mail.contoso.test -Credentials @{UserName='CONTOSO\\administrator'; Password='no'}",
    ),
  ).rejects.toThrow(/could not be completed\. ---> .*401/);
  await expect(run('New-MigrationEndpoint -PublicFolder -Name bare -RemoteServer mail.contoso.test')).rejects.toThrow(
    /endpoint of the type PublicFolder needs -Credentials/,
  );
  await expect(run('New-MigrationEndpoint -PublicFolder -IMAP -Name both -RemoteServer mail.contoso.test')).rejects.toThrow(
    /do not go together/,
  );
});

test('what exceeds the quota of a target fails with the published sentence, and goes on when there is room', {
  timeout: 60_000,
}, async () => {
  const { lab } = moving;
  const orders = (await publicFolderIds(lab, onPremises)).get('Orders')?.id ?? '';
  for (let number = 0; number < 5; number += 1) await post(lab, orders, message(`order ${number} ${'x'.repeat(200)}`));
  const quotas = (size: string) =>
    run(`Set-Mailbox Mailbox2 -PublicFolder -ProhibitSendReceiveQuota ${size} -ProhibitSendQuota ${size} -IssueWarningQuota ${size}`);
  await quotas('1KB');
  await make('sized', '-AutoStart');
  await lab.moved();
  expect((await user())?.['ErrorSummary']).toMatch(
    /Source public folder size <\d+> exceeds target Mailbox quota\. Permissible target Mailbox quota is 1228\. Original target Mailbox quota is 1024\./,
  );
  const [failed] = await run('Get-PublicFolderMailboxMigrationRequestStatistics Mailbox1');
  expect(failed).toMatchObject({ Status: 'Failed', FailureType: 'PublicFolderSizeExceedsTargetQuotaException' });
  await quotas('1GB');
  await run('Start-MigrationBatch sized');
  await lab.moved();
  expect((await user())?.['Status']).toBe('Synced');
});

test('a batch that is removed leaves held, empty mailboxes, and another one fills them once', { timeout: 60_000 }, async () => {
  const { lab } = moving;
  await run('Remove-MigrationBatch sized -Confirm:$false');
  await lab.moved();
  expect(await run('Get-MigrationBatch')).toEqual([]);
  expect(await run('Get-PublicFolderMailboxMigrationRequest')).toEqual([]);
  expect(await run('Get-Mailbox Mailbox1 -PublicFolder')).toMatchObject([{ IsHierarchyReady: false }]);
  await make('again', '-AutoStart');
  await lab.moved();
  expect((await user())?.['Status']).toBe('Synced');
});

test('who has not synced for a week is not completed; who has, and is locked by the older switch, is', { timeout: 60_000 }, async () => {
  const { lab } = moving;
  await synchroniseMail(moving);
  await here('Set-OrganizationConfig -PublicFoldersLockedForMigration $true');
  await here('Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $false');
  await lab.clock.advance(8 * day);
  await lab.moved();
  expect((await user())?.['Status']).toBe('IncrementalFailed');
  await expect(run('Complete-MigrationBatch again')).rejects.toThrow(
    /The migration batch can't be completed due to one or more users having a last sync date older than 7 days\./,
  );
  await here('Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true');
  await run('Start-MigrationBatch again');
  await lab.moved();
  expect((await user())?.['Status']).toBe('Synced');
  await run('Complete-MigrationBatch again');
  await lab.moved();
  expect(await run('Get-MigrationBatch')).toMatchObject([{ Status: 'Completed' }]);
  await here('Set-OrganizationConfig -PublicFoldersLockedForMigration $false');
  expect(await publicHoldings(lab, cloud)).toEqual(await publicHoldings(lab, onPremises));
  await run('Remove-MigrationBatch again -Confirm:$false');
  await expect(make('late')).rejects.toThrow(/'Mailbox1' is not held: public folders are migrated into a new one/);
});
