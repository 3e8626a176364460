import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { texts } from '../ews/answers.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [ann, kim] = ['ann@contoso.test', 'kim@contoso.test'];
const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>' +
  '<m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: 'contoso-before-hybrid' });
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso', line);
const cloud = (line: string) => runCmdlet<Readonly<Record<string, unknown>>>(lab, 'contoso-cloud', line);
const kimsInbox = () => lab.ews(kim, inbox, { organization: 'contoso-cloud' });

test('who is made on-premises is known in the tenant after a cycle, and has the mailbox that is there', async () => {
  await run(`New-Mailbox "Ann Able" -UserPrincipalName ${ann} -Password ${lab.password}`);
  await run(`New-RemoteMailbox "Kim Kent" -UserPrincipalName ${kim} -Password ${lab.password}`);
  expect((await kimsInbox()).status).toBe(401);

  expect(await run('Start-ADSyncSyncCycle -PolicyType Delta')).toEqual([{ Result: 'Success' }]);

  const answer = await kimsInbox();
  expect(answer.status).toBe(200);
  expect(texts(answer.body, 'DisplayName')).toEqual(['Inbox']);
  const [known] = await cloud(`Get-MailUser ${ann}`);
  expect(known).toMatchObject({ ExternalEmailAddress: `SMTP:${ann}`, IsDirSynced: true });
  expect((await run(`Get-Mailbox ${ann}`))[0]).toMatchObject({
    ExchangeGuid: known?.['ExchangeGuid'],
    EmailAddresses: expect.arrayContaining([`X500:${String(known?.['LegacyExchangeDN'])}`]),
  });
});

test('after the wizard the new ones see each other', async () => {
  await run('New-HybridConfiguration -Domains contoso.test');
  await run('Update-HybridConfiguration');
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }];
  await enterAppointments(lab, 'contoso', ann, day);
  await enterAppointments(lab, 'contoso-cloud', kim, day);
  const busy = { code: 'NoError', merged: '000000000200000000000000' };
  expect(shownIn(await askAvailability(lab, ann, [kim], { organization: 'contoso' }))).toMatchObject([busy]);
  expect(shownIn(await askAvailability(lab, kim, [ann], { organization: 'contoso-cloud' }))).toMatchObject([busy]);
});

test('who goes on-premises is gone in the tenant after a cycle', async () => {
  await run(`Remove-RemoteMailbox ${kim}`);
  await run('Start-ADSyncSyncCycle');
  expect((await kimsInbox()).status).toBe(401);
  await expect(cloud(`Get-Mailbox ${kim}`)).rejects.toThrow('object-not-found');
});
