import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { texts } from '../ews/answers.ts';
import { publicRequestsOf } from '../ews/public-requests.ts';
import { letterFromOutside } from '../smtp/transport-lab.ts';

// "Office 365 Directory Based Edge Blocking support for on-premises Mail Enabled Public Folders", Exchange Team Blog.
const [mary, orders] = ['mary@contoso.test', 'orders@contoso.test'];
const blocked = `550 5.4.1 [${orders}]: Recipient address rejected: Access denied`;
let lab: TestLab;
beforeEach(async () => {
  lab = await openTestLab();
  await run('New-Mailbox PublicFolders -PublicFolder');
  await run('New-PublicFolder Orders');
  await run(`Enable-MailPublicFolder \\Orders -PrimarySmtpAddress ${orders}`);
});
afterEach(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso-cloud', line);
const synchronise = () => run('Start-ADSyncSyncCycle');

/** What the tenant's edge says of mail for the folder: the reply to its recipient, or to the whole message. */
const atEdge = (subject: string) => letterFromOutside(lab, 'contoso-cloud', orders, subject);

/** Subjects of what has come into the folder. */
async function posted(): Promise<readonly string[]> {
  const { findItem, idOf } = publicRequestsOf(() => lab);
  return texts(await findItem(mary, await idOf(mary, 'Orders')), 'Subject');
}

/** Nobody has a mailbox in the tenant: it filters mail, and that is all. */
async function onlyFilter(): Promise<void> {
  await run('Get-RemoteMailbox | Remove-RemoteMailbox -Confirm:$false');
  await cloud('Get-Mailbox | Remove-Mailbox -Confirm:$false');
}

describe('a tenant that filters mail alone', () => {
  test('knows public folders when the option of the synchronisation server is on, and passes their mail on', async () => {
    await onlyFilter();
    await synchronise();
    expect(await atEdge('before')).toBe(blocked);
    await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $true');
    expect(await atEdge('before the next cycle')).toBe(blocked);
    await synchronise();
    expect(await atEdge('known')).toMatch(/^250 2\.6\.0 /);
    expect(await posted()).toEqual(['known']);
    expect(await cloud('Get-MailPublicFolder')).toEqual([]);
    await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $false');
    await synchronise();
    expect(await atEdge('not any more')).toBe(blocked);
  });

  test('a leftover stand-in lets mail through, keeps the folder out, and is reported until it is gone', async () => {
    await onlyFilter();
    await cloud(`New-MailContact "Orders stand-in" -ExternalEmailAddress ${orders}`);
    expect(await atEdge('by the stand-in')).toMatch(/^250 2\.6\.0 /);
    await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $true');
    await synchronise();
    expect(await cloud('Get-MsolDirSyncProvisioningError -ErrorCategory PropertyConflict')).toMatchObject([
      {
        DisplayName: 'Orders',
        ObjectType: 'PublicFolder',
        ErrorDescription: expect.stringMatching(
          /^Unable to update this object because the following attributes associated with this object have values that may already be associated with another object in your local directory services: \[ProxyAddresses SMTP:orders@contoso\.test;\]\. Correct or remove the duplicate values/,
        ),
      },
    ]);
    await cloud('Remove-MailContact "Orders stand-in" -Confirm:$false');
    expect(await atEdge('without either')).toBe(blocked);
    await synchronise();
    expect(await cloud('Get-MsolDirSyncProvisioningError')).toEqual([]);
    expect(await atEdge('by itself')).toMatch(/^250 2\.6\.0 /);
    expect(await posted()).toEqual(expect.arrayContaining(['by the stand-in', 'by itself']));
  });
});

test('with Exchange Online the option is not enough: its own script has to make the folders known', async () => {
  await run('Set-ADSyncGlobalSettings -ExchangeMailPublicFolder $true');
  await synchronise();
  expect(await atEdge('synchronised')).toBe(blocked);
  const [folder] = await runCmdlet<{ readonly Alias: string; readonly Guid: string }>(lab, 'contoso', 'Get-MailPublicFolder');
  const line = `New-SyncMailPublicFolder -Name Orders -Alias ${folder?.Alias} -EmailAddresses SMTP:${orders} -ExternalEmailAddress ${orders} -OnPremisesObjectId ${folder?.Guid}`;
  expect(await cloud(line)).toMatchObject([{ PrimarySmtpAddress: orders, RecipientTypeDetails: 'PublicFolder' }]);
  expect(await atEdge('by the script')).toMatch(/^250 2\.6\.0 /);
  expect(await posted()).toEqual(['by the script']);
  // It is the same folder, so the next cycle has nothing to report.
  await synchronise();
  expect(await cloud('Get-MsolDirSyncProvisioningError')).toEqual([]);
  await cloud(`Remove-SyncMailPublicFolder ${orders} -Confirm:$false`);
  expect(await atEdge('gone again')).toBe(blocked);
});
