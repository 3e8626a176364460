import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [mary, joe] = ['mary@contoso.test', 'joe@contoso.test'];

let lab: TestLab;
let log: string;
beforeEach(async () => {
  lab = await openTestLab({ world: 'contoso-before-hybrid' });
  log = join(lab.dataDir, `wizard-${Math.random()}.log`);
});
afterEach(() => lab.close());

interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** `heard`: what is done when something is said. */
async function hcw(argv: readonly string[], heard?: (text: string) => Promise<void>): Promise<Ran> {
  let [out, err] = ['', ''];
  const listening: Promise<void>[] = [];
  const code = await runCli(['hcw', 'run', '--credential', 'CONTOSO\\administrator:Pa55word!', '--log', log, ...argv], {
    workingDir: lab.dataDir,
    terminal: false,
    environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl },
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
      if (heard !== undefined) listening.push(heard(text));
    },
    readInput: () => Promise.resolve(''),
    start: () => Promise.reject(new Error('not expected to start a lab')),
    mainModule: '',
  });
  await Promise.all(listening);
  return { code, out, err };
}
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

  const ran = await hcw(cloudCredential);
  expect(ran).toMatchObject({ code: 0, err: `log: ${log}\n` });
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
  expect(readFileSync(log, 'utf8').split('\n')).toContainEqual(
    expect.stringMatching(
      /^\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d\.\d{3} {9}\[Client=UX, Activity=Configure OAuth, Session=Tenant, Cmdlet=New-IntraOrganizationConnector\] START New-IntraOrganizationConnector -Name 'HybridIOC - /,
    ),
  );
  // Joe can be moved on-premises and mary to the cloud: she has the address that a move needs, on both sides.
  expect(await runCmdlet(lab, 'contoso-cloud', 'Get-MailUser mary')).toMatchObject([
    { EmailAddresses: expect.arrayContaining(['smtp:mary@contoso.mail.onmicrosoft.test']) },
  ]);
});

test('a device code: whoever has the second factor is let in', async () => {
  const approve = async (text: string): Promise<void> => {
    const code = /enter the code (\S+) to authenticate/.exec(text)?.[1];
    if (code === undefined) return;
    const answer = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/device-codes/${code}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'administrator@contoso.test', approve: true }),
    });
    expect(answer.status).toBe(200);
  };
  const ran = await hcw([], approve);
  expect(ran).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^To sign in, use a web browser to open the page https:\/\/localhost:/),
  });
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
  expect(await hcw(argv)).toMatchObject({ err: expect.stringMatching(said), out: '' });
  expect(existsSync(log)).toBe(false);
  expect(await runCmdlet(lab, 'contoso', 'Get-HybridConfiguration')).toEqual([]);
});

test('who is no administrator gets as far as the first cmdlet that his roles have not', async () => {
  const ran = await hcw(['--cloud-credential', 'zoe@contoso.test:Pa55word!']);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('zoe@contoso.test has no role with Get-OrganizationRelationship') });
  expect(readFileSync(log, 'utf8')).toMatch(/\*ERROR\* \[.*Cmdlet=Get-OrganizationRelationship\] FINISH Results=Subtask Configure/);
});
