import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { worldBeforeMigration } from '../../support/classic-worlds.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { poxRequest } from '../autodiscover/requests.ts';
import { holdings, send, write } from './moving-lab.ts';

let lab: TestLab;
const here = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet<Record<string, unknown>>(lab, 'contoso-cloud', line);
const csv = (text: string): string => `-CSVData "${Buffer.from(text).toString('base64')}"`;
const user = async (address: string) => (await cloud(`Get-MigrationUser ${address}`))[0];
type Told = { readonly Report: { readonly Entries: readonly { readonly Message: string }[] } };
const reportOf = async (address: string): Promise<string> => {
  const [told] = await runCmdlet<Told>(lab, 'contoso-cloud', `Get-MigrationUserStatistics ${address} -IncludeReport`);
  return told?.Report.Entries.map(({ Message }) => Message).join('\n') ?? '';
};
beforeAll(async () => {
  lab = await openTestLab({ world: worldBeforeMigration('exchange-2007') });
  await here('Start-ADSyncSyncCycle');
  const credentials = `-Credentials @{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
  await cloud(
    `New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Classic -ExchangeServer EX07-01 -RPCProxyServer mail.contoso.test -EmailAddress mary@contoso.test ${credentials}`,
  );
});
afterAll(() => lab.close());

/** Where Autodiscover of the old home sends somebody's mail program on to; '': nowhere. */
async function redirection(alias: string): Promise<string> {
  const { body } = await lab.https('https://autodiscover.contoso.test/autodiscover/autodiscover.xml', {
    method: 'POST',
    headers: { 'content-type': 'text/xml', authorization: basic(`CONTOSO\\${alias}`, lab.password) },
    body: poxRequest(`${alias}@contoso.test`),
  });
  return /<RedirectAddr>([^<]*)</.exec(body)?.[1] ?? '';
}

/** What somebody's new mailbox holds. */
const there = (address: string, password = lab.password) =>
  holdings({ ...lab, ews: (mail, body, more) => lab.ews(mail, body, { ...more, password }) }, address, 'contoso-cloud');

describe('a staged batch', () => {
  test('gives the mail users of its list mailboxes, which can be used while they are filled', { timeout: 120_000 }, async () => {
    expect(await cloud('Get-MailUser rob@contoso.test')).toHaveLength(1);
    const list =
      'EmailAddress,Password,ForceChangePassword\nrob@contoso.test,Fresh-Pa55word,False\ninfo@contoso.test,,\nadam@contoso.test,,';
    // Nothing is copied while the source's EWS is cut off: the mailbox is there, and empty.
    lab.faults.add({ seam: 'http.request', match: { svc: 'ews', org: 'contoso' }, effect: { kind: 'status', status: 503 } });
    await cloud(`New-MigrationBatch -Name First -SourceEndpoint Classic ${csv(list)} -AutoStart`);
    await lab.moved();
    expect(await there('rob@contoso.test', 'Fresh-Pa55word')).toEqual([]);
    expect(
      (
        await write(
          { ...lab, ews: (mail, body, more) => lab.ews(mail, body, { ...more, password: 'Fresh-Pa55word' }) },
          'rob@contoso.test',
          'contoso-cloud',
          'already here',
        )
      ).code,
    ).toBe('NoError');
    lab.faults.clear();
    await lab.clock.advance(31_000);
    await lab.moved();
    expect(await user('rob@contoso.test')).toMatchObject({ Status: 'Completed' });
    expect(await user('info@contoso.test')).toMatchObject({ Status: 'Completed' });
    const found = await there('rob@contoso.test', 'Fresh-Pa55word');
    expect(found.filter((line) => !line.includes('already here'))).toEqual(await holdings(lab, 'rob@contoso.test', 'contoso'));
    expect(found).toHaveLength((await holdings(lab, 'rob@contoso.test', 'contoso')).length + 1);
  });

  test('says in its report what is to be done', { timeout: 120_000 }, async () => {
    const report = await reportOf('rob@contoso.test');
    expect(report).toContain("'rob@contoso.onmicrosoft.test', besides being delivered there.");
    expect(report).toContain('Mail programs need a new profile');
    expect(report).toContain('has the password of the list until directory synchronization brings another one');
    expect(await reportOf('info@contoso.test')).toContain('The password stays the one that directory synchronization brings.');
  });

  test('fails those whose mailboxes are closed to its account, and goes on when they are open', { timeout: 120_000 }, async () => {
    expect(await user('adam@contoso.test')).toMatchObject({
      Status: 'Failed',
      ErrorSummary: expect.stringContaining("may not open the mailbox 'adam@contoso.test'"),
    });
    expect((await here('Get-Mailbox adam'))[0]).toBeDefined();
    await here('Add-MailboxPermission adam -User administrator -AccessRights FullAccess');
    await cloud('Start-MigrationBatch First');
    await lab.moved();
    expect(await user('adam@contoso.test')).toMatchObject({ Status: 'Completed' });
  });

  test('has mail for its people sent on to the new mailbox, and delivered to the old one too', { timeout: 120_000 }, async () => {
    await send(lab, 'mary@contoso.test', 'contoso', 'rob@contoso.test', 'to both');
    expect((await holdings(lab, 'rob@contoso.test', 'contoso')).filter((line) => line.includes('to both'))).toHaveLength(1);
    expect((await there('rob@contoso.test', 'Fresh-Pa55word')).filter((line) => line.includes('to both'))).toHaveLength(1);
    await send(lab, 'rob@contoso.test', 'contoso', 'mary@contoso.test', 'to one');
    expect((await holdings(lab, 'mary@contoso.test', 'contoso')).filter((line) => line.includes('to one'))).toHaveLength(1);
  });

  test('is not kept in step with what changes otherwise', { timeout: 120_000 }, async () => {
    const before = await there('rob@contoso.test', 'Fresh-Pa55word');
    await write(lab, 'rob@contoso.test', 'contoso', 'a draft of later');
    await lab.clock.advance(2 * 86_400_000);
    await lab.moved();
    expect(await there('rob@contoso.test', 'Fresh-Pa55word')).toEqual(before);
    await expect(cloud('Complete-MigrationBatch First')).rejects.toThrow('is Completed and cannot be completed now');
  });

  test('leaves a mailbox that synchronisation does not take away, and an old one that may be made a mail user', {
    timeout: 120_000,
  }, async () => {
    await here('Start-ADSyncSyncCycle');
    expect(await cloud('Get-Mailbox rob@contoso.test')).toHaveLength(1);
    expect(await cloud('Get-MailUser mary@contoso.test')).toHaveLength(1);
    const again = `New-MigrationBatch -Name Again -SourceEndpoint Classic ${csv('EmailAddress\nrob@contoso.test')} -AutoStart`;
    await expect(cloud(again)).rejects.toThrow('belongs to the migration batch');
    await cloud('Remove-MigrationBatch First');
    await cloud(again);
    expect(await user('rob@contoso.test')).toMatchObject({
      Status: 'Failed',
      ErrorSummary: "Target user 'Rob' already has a primary mailbox.",
    });
    await cloud('Remove-MigrationBatch Again');
    expect(await redirection('rob')).toBe('');
    await here('Disable-Mailbox rob -Confirm:$false');
    await here('Enable-MailUser rob -ExternalEmailAddress rob@contoso.onmicrosoft.test -PrimarySmtpAddress rob@contoso.test');
    expect(await redirection('rob')).toBe('rob@contoso.onmicrosoft.test');
    await send(lab, 'mary@contoso.test', 'contoso', 'rob@contoso.test', 'to the new one');
    await here('Start-ADSyncSyncCycle');
    expect((await there('rob@contoso.test')).filter((line) => line.includes('to the new one'))).toHaveLength(1);
  });

  test('fails where the source does not let mail be sent on', { timeout: 120_000 }, async () => {
    await here('Add-RoleGroupMember "Organization Management" -Member mary');
    await here('Remove-RoleGroupMember "Organization Management" -Member administrator -Confirm:$false');
    await cloud(`New-MigrationBatch -Name Second -SourceEndpoint Classic ${csv('EmailAddress\nmary@contoso.test')} -AutoStart`);
    await lab.moved();
    expect(await user('mary@contoso.test')).toMatchObject({
      Status: 'Failed',
      ErrorSummary: expect.stringContaining(
        "The on-premises mailbox 'mary@contoso.test' could not be given the target address 'mary@contoso.onmicrosoft.test': the account has no right to.",
      ),
    });
  });
});
