import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { worldBeforeMigration } from '../../support/classic-worlds.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { holdings, remove, write } from './moving-lab.ts';

let lab: TestLab;
const here = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso-cloud', line);
const statusOf = async (address: string) => (await cloud(`Get-MigrationUser ${address}`))[0]?.['Status'];
async function reportOf(address: string): Promise<readonly string[]> {
  type Told = { readonly Report: { readonly Entries: readonly { readonly Message: string }[] } };
  const [told] = await runCmdlet<Told>(lab, 'contoso-cloud', `Get-MigrationUserStatistics ${address} -IncludeReport`);
  return told?.Report.Entries.map(({ Message }) => Message) ?? [];
}

/** The password that the report tells. */
async function passwordOf(address: string): Promise<string> {
  const lines = await reportOf(address);
  return lines.flatMap((line) => /The password of the new account '.*' is (\S+)$/.exec(line)?.[1] ?? [])[0] ?? '';
}

/** What somebody's new mailbox holds, as he sees it. */
async function there(address: string): Promise<readonly string[]> {
  const password = await passwordOf(address);
  return holdings({ ...lab, ews: (mail, body, more) => lab.ews(mail, body, { ...more, password }) }, address, 'contoso-cloud');
}

beforeAll(async () => {
  lab = await openTestLab({ world: worldBeforeMigration('exchange-2010') });
  const credentials = `-Credentials @{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
  await cloud(
    `New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Classic -ExchangeServer EX10-01 -RPCProxyServer mail.contoso.test -EmailAddress mary@contoso.test ${credentials}`,
  );
});
afterAll(() => lab.close());

describe('a cutover batch', () => {
  test('finds everybody, makes them anew and copies their mailboxes', { timeout: 120_000 }, async () => {
    const [made] = await cloud('New-MigrationBatch -Name Everybody -SourceEndpoint Classic');
    expect(made).toMatchObject({ Type: 'ExchangeOutlookAnywhere', Status: 'Created', TotalCount: 8 });
    await expect(cloud('New-MigrationBatch -Name Second -SourceEndpoint Classic')).rejects.toThrow('one cutover batch at a time');
    await cloud('Start-MigrationBatch Everybody');
    await lab.moved();
    expect(await cloud('Get-Mailbox info@contoso.test')).toMatchObject([{ RecipientTypeDetails: 'SharedMailbox' }]);
    expect(await cloud('Get-Mailbox boardroom@contoso.test')).toMatchObject([{ RecipientTypeDetails: 'RoomMailbox' }]);
    expect(await cloud('Get-MailContact eva@fabrikam.test')).toMatchObject([{ ExternalEmailAddress: 'SMTP:eva@fabrikam.test' }]);
    expect(await cloud('Get-MailUser ed@contoso.test')).toMatchObject([{ ExternalEmailAddress: 'SMTP:ed@fabrikam.test' }]);
    const members = await cloud('Get-DistributionGroupMember all-staff@contoso.test');
    expect(members.map(({ PrimarySmtpAddress }) => String(PrimarySmtpAddress)).toSorted()).toEqual([
      'adam@contoso.test',
      'mary@contoso.test',
      'rob@contoso.test',
    ]);
    expect(await statusOf('mary@contoso.test')).toBe('Synced');
    expect(await reportOf('mary@contoso.test')).toContainEqual(
      expect.stringMatching(/^Send As and Full Access rights, folder permissions and rules .* are not migrated/),
    );
    expect((await cloud('Get-MigrationUser all-staff@contoso.test'))[0]).toMatchObject({ Status: 'Completed', RecipientType: 'Group' });
    // Nobody has opened Adam's mailbox to the account.
    expect((await cloud('Get-MigrationUser adam@contoso.test'))[0]).toMatchObject({
      Status: 'Failed',
      ErrorSummary: expect.stringContaining("may not open the mailbox 'adam@contoso.test'"),
    });
  });

  test('leaves nothing behind and doubles nothing', { timeout: 120_000 }, async () => {
    const password = await passwordOf('mary@contoso.test');
    for (const who of ['mary@contoso.test', 'rob@contoso.test']) expect((await there(who)).length).toBeGreaterThan(10);
    expect(await there('mary@contoso.test')).toEqual(await holdings(lab, 'mary@contoso.test', 'contoso'));
    expect(password).toMatch(/^Mv-/);
  });

  test('carries over what has changed since, every day', { timeout: 120_000 }, async () => {
    const written = await write(lab, 'mary@contoso.test', 'contoso', 'a later letter');
    await lab.clock.advance(86_400_000);
    await lab.moved();
    const found = await there('mary@contoso.test');
    expect(found.some((line) => line.includes('a later letter'))).toBe(true);
    expect(await remove(lab, 'mary@contoso.test', 'contoso', written.id ?? '')).toBe('NoError');
    await here('Add-MailboxPermission adam -User administrator -AccessRights FullAccess');
    await cloud('Start-MigrationBatch Everybody');
    await lab.clock.advance(86_400_000);
    await lab.moved();
    expect(await there('mary@contoso.test')).toEqual(await holdings(lab, 'mary@contoso.test', 'contoso'));
    expect(await statusOf('adam@contoso.test')).toBe('Synced');
  });

  test('goes on where its connection was cut, and neither loses nor doubles anything', { timeout: 120_000 }, async () => {
    for (let number = 0; number < 30; number += 1) await write(lab, 'rob@contoso.test', 'contoso', `letter ${number}`);
    // Before a call leaves, and after it has been answered and before the answer is there.
    lab.faults.add({ seam: 'dial', match: { svc: 'migration' }, effect: { kind: 'reset' }, probability: 0.1, seed: 'early' });
    lab.faults.add({
      seam: 'http.response',
      match: { svc: 'ews' },
      effect: { kind: 'status', status: 503 },
      probability: 0.1,
      seed: 'late',
    });
    await lab.clock.advance(86_400_000);
    for (let round = 0; round < 8; round += 1) {
      await lab.moved();
      await lab.clock.advance(31_000);
    }
    expect(lab.faults.list().reduce((sum, one) => sum + Number(one['acted']), 0)).toBeGreaterThan(2);
    lab.faults.clear();
    await lab.clock.advance(31_000);
    await lab.moved();
    expect(await statusOf('rob@contoso.test')).toBe('Synced');
    expect(await there('rob@contoso.test')).toEqual(await holdings(lab, 'rob@contoso.test', 'contoso'));
  });

  test('follows folders that are renamed, moved and removed', { timeout: 120_000 }, async () => {
    const folder = async (body: string): Promise<string> => {
      const answer = await lab.ews('rob@contoso.test', body, { organization: 'contoso' });
      return /FolderId Id="([^"]+)"/.exec(answer.body)?.[1] ?? '';
    };
    const make = (name: string, parent: string) =>
      folder(
        `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
      );
    const names = async (): Promise<readonly string[]> => {
      const find =
        '<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>';
      const password = await passwordOf('rob@contoso.test');
      const { body } = await lab.ews('rob@contoso.test', find, { organization: 'contoso-cloud', password });
      return [...body.matchAll(/<t:DisplayName>([^<]*)</g)]
        .map(([, name = '']) => name)
        .filter((name) => /^(?:Old|New|Gone|Inner)/.test(name));
    };
    const daily = async (): Promise<void> => {
      await lab.clock.advance(86_400_000);
      await lab.moved();
    };
    const top = '<t:DistinguishedFolderId Id="msgfolderroot"/>';
    const [old, leaving] = [await make('Old', top), await make('Gone', top)];
    const inner = await make('Inner', `<t:FolderId Id="${leaving}"/>`);
    await daily();
    expect((await names()).toSorted()).toEqual(['Gone', 'Inner', 'Old']);
    const rename = `<t:SetFolderField><t:FieldURI FieldURI="folder:DisplayName"/><t:Folder><t:DisplayName>New</t:DisplayName></t:Folder></t:SetFolderField>`;
    await folder(
      `<m:UpdateFolder><m:FolderChanges><t:FolderChange><t:FolderId Id="${old}"/><t:Updates>${rename}</t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
    );
    await folder(
      `<m:MoveFolder><m:ToFolderId><t:FolderId Id="${old}"/></m:ToFolderId><m:FolderIds><t:FolderId Id="${inner}"/></m:FolderIds></m:MoveFolder>`,
    );
    await folder(`<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds><t:FolderId Id="${leaving}"/></m:FolderIds></m:DeleteFolder>`);
    await daily();
    expect((await names()).toSorted()).toEqual(['Inner', 'New']);
  });

  test('is completed', { timeout: 120_000 }, async () => {
    await cloud('Complete-MigrationBatch Everybody');
    await lab.moved();
    const [batch] = await cloud('Get-MigrationBatch Everybody');
    expect(batch).toMatchObject({ Status: 'Completed', FailedCount: 0 });
    await cloud('Remove-MigrationBatch Everybody');
    expect(await cloud('Get-Mailbox mary@contoso.test')).toHaveLength(1);
  });
});
