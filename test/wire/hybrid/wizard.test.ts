import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { coexistWith } from '../../support/coexist.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { runWizard, wizardLog } from '../../support/run-wizard.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];

let lab: TestLab;
beforeEach(async () => {
  lab = await openTestLab({ world: 'contoso-before-hybrid' });
});
afterEach(() => lab.close());

const cloudCredential = ['--cloud-credential', 'administrator@contoso.test:Pa55word!'];

test('after the wizard and a cycle of synchronisation mary sees joe and joe sees mary', async () => {
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z' }];
  await enterAppointments(lab, 'contoso', mary, day);
  await enterAppointments(lab, 'contoso-cloud', joe, day);
  const both = async () => [
    ...shownIn(await askAvailability(lab, mary, [joe])),
    ...shownIn(await askAvailability(lab, joe, [mary], { organization: 'contoso-cloud' })),
  ];
  expect((await both()).map(({ code }) => code)).toEqual(['ErrorAvailabilityConfigNotFound', 'ErrorAvailabilityConfigNotFound']);

  const ran = await runWizard(lab, cloudCredential);
  expect(ran).toMatchObject({ code: 0, err: `log: ${wizardLog(lab)}\n` });
  expect(ran.out.split('\n')).toEqual([
    'Configure Recipient Settings ...',
    'Configure Organization Relationship ...',
    'Configure Mail Flow ...',
    'Configure OAuth ...',
    'The wizard has finished: both sides are configured.',
    '',
  ]);
  await runCmdlet(lab, 'contoso', 'Start-ADSyncSyncCycle');

  const busy = { code: 'NoError', merged: '000000000200000000000000' };
  expect(await both()).toMatchObject([busy, busy]);
  expect(readFileSync(wizardLog(lab), 'utf8').split('\n')).toContainEqual(
    expect.stringMatching(
      /^\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d\.\d{3} {9}\[Client=UX, Activity=Configure OAuth, Session=Tenant, Cmdlet=New-IntraOrganizationConnector\] START New-IntraOrganizationConnector -Name 'HybridIOC - /,
    ),
  );
  // Joe can be moved on-premises and mary to the cloud: she has the address that a move needs, on both sides.
  expect(await runCmdlet(lab, 'contoso-cloud', 'Get-MailUser mary')).toMatchObject([
    { EmailAddresses: expect.arrayContaining(['smtp:mary@contoso.mail.onmicrosoft.test']) },
  ]);
});

test.each([
  [
    'another password on-premises',
    ['--credential', 'CONTOSO\\administrator:no', ...cloudCredential],
    /remote server mail\.contoso\.test failed .*Access is denied/,
  ],
  ['another password in the cloud', ['--cloud-credential', 'administrator@contoso.test:no'], /AADSTS50126/],
  ['an unknown organisation', ['--org', 'contoso-cloud', ...cloudCredential], /no on-premises organisation/],
])('%s: the wizard does not start', async (_what, argv, said) => {
  expect(await runWizard(lab, argv)).toMatchObject({ err: expect.stringMatching(said), out: '' });
  expect(existsSync(wizardLog(lab))).toBe(false);
  expect(await runCmdlet(lab, 'contoso', 'Get-HybridConfiguration')).toEqual([]);
});

test('Update-HybridConfiguration takes the credentials that the wizard takes', async () => {
  const update = (onPremises: string, cloud: string) =>
    runCmdlet(
      lab,
      'contoso',
      `Update-HybridConfiguration -OnPremisesCredentials @{UserName='CONTOSO\\administrator'; Password='${onPremises}'} ` +
        `-TenantCredentials @{UserName='administrator@contoso.test'; Password='${cloud}'}`,
    );
  await runCmdlet(lab, 'contoso', 'New-HybridConfiguration');
  await expect(update('no', lab.password)).rejects.toThrow('Access is denied');
  await expect(update(lab.password, 'no')).rejects.toThrow('AADSTS50126');
  expect(await runCmdlet(lab, 'contoso', 'Get-IntraOrganizationConnector')).toEqual([]);
  await update(lab.password, lab.password);
  expect(await runCmdlet(lab, 'contoso', 'Get-IntraOrganizationConnector')).toHaveLength(1);
});

test('who is no administrator gets as far as the first cmdlet that his roles have not', async () => {
  const ran = await runWizard(lab, ['--cloud-credential', 'zoe@contoso.test:Pa55word!']);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('zoe@contoso.test has no role with Get-OrganizationRelationship') });
  const refused = /\*ERROR\* \[.*Cmdlet=Get-OrganizationRelationship\] FINISH Results=Subtask Configure/;
  const written = readFileSync(wizardLog(lab), 'utf8');
  expect(written).toMatch(refused);
  // The journal has the same, and of that the lines that are asked for.
  const inJournal = ['logs', '--format', 'hcw', '--org', 'contoso', '-n', '1000'];
  expect((await coexistWith(lab)(inJournal)).out).toBe(written);
  expect((await coexistWith(lab)([...inJournal, '--grep', 'ERROR'])).out.split('\n')).toEqual([expect.stringMatching(refused), '']);
});

test('a user of whom a second factor is required: a password alone does not start it, a device code does', async () => {
  const file = join(lab.dataDir, 'second-factor.yaml');
  writeFileSync(
    file,
    'version: 1\nextends: contoso-before-hybrid\norganizations:\n  contoso-cloud:\n    mailUsers:\n' +
      '      - { mail: administrator@contoso.test, targetAddress: administrator@contoso.test, mfa: required }\n',
  );
  const strict = await openTestLab({ world: file });
  try {
    const ran = await runWizard(strict, cloudCredential);
    expect(ran.err).toContain(
      'AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use ' +
        'multi-factor authentication to access',
    );
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(await runCmdlet(strict, 'contoso', 'Get-HybridConfiguration')).toEqual([]);
    expect(await runWizard(strict, [], (text) => approve(strict, text))).toMatchObject({ code: 0 });
  } finally {
    await strict.close();
  }
});

/** Does on another device what the wizard says, second factor included. */
async function approve({ endpoints }: TestLab, said: string): Promise<void> {
  const code = /enter the code (\S+) to authenticate/.exec(said)?.[1];
  if (code === undefined) return;
  const answer = await fetch(`${endpoints.adminUrl}/_coexist/v1/device-codes/${code}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'administrator@contoso.test', approve: true }),
  });
  expect(answer.status).toBe(200);
}
