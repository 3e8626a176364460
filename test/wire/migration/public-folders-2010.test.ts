import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { mapOf } from './public-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: 'hybrid-2010' });
});
afterAll(() => lab.close());

const run = (line: string, organization = 'contoso-cloud') => runCmdlet(lab, organization, line);

test('a proxy of Exchange 2010 has no public folders to give, and its RPC proxy is refused by name', async () => {
  await run('Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true', 'contoso');
  await run('New-Mailbox Mailbox1 -PublicFolder -HoldForMigration');
  const credential = `-Credentials @{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
  await run(`New-MigrationEndpoint -PublicFolder -Name folders -RemoteServer mail.contoso.test ${credential}`);
  await expect(run(`New-MigrationBatch -Name public -SourceEndpoint folders -CSVData ${mapOf(['\\', 'Mailbox1'])}`)).rejects.toThrow(
    /does not offer 'GetPublicFolderMailboxesExchangeGuids', for want of 'PublicFolderMailboxesMigrationSupport'/,
  );
  const legacy = '-SourceMailboxLegacyDN /o=Contoso/cn=x -PublicFolderDatabaseServerLegacyDN /o=Contoso/cn=y';
  await expect(
    run(`New-MigrationEndpoint -PublicFolder -Name legacy -RPCProxyServer mail.contoso.test ${legacy} ${credential}`),
  ).rejects.toThrow(/public folders of Exchange 2010, which are reached by RPC over HTTP, are not migrated by this simulation/);
});
