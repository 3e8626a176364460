import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';
import { guardedWorld } from './perimeter-lab.ts';

// Who gets through which pre-authentication: what other servers ask of Contoso, each in its own way.

const [mary, joe, pat] = ['mary@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: guardedWorld() });
  await enterAppointments(lab, 'contoso', mary, [
    { start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' },
  ]);
  // Channel bindings are those of the device: where they are looked at, nobody comes through by NTLM.
  await bindings('None');
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  await fabrikam(
    'New-OrganizationRelationship Contoso -DomainNames contoso.test -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails ' +
      '-TargetApplicationUri FYDIBOHF25SPDLT.contoso.test -TargetAutodiscoverEpr https://autodiscover.contoso.test/autodiscover/autodiscover.svc/WSSecurity',
  );
  await runCmdlet(
    lab,
    'contoso',
    'New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails ' +
      '-TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test -TargetAutodiscoverEpr https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity',
  );
  const account = `@{UserName='CONTOSO\\rob'; Password='${lab.password}'}`;
  await fabrikam(`Add-AvailabilityAddressSpace -ForestName contoso.test -AccessMethod OrgWideFBBasic -Credentials ${account}`);
});
afterAll(() => lab.close());

const device = (setting: string): Promise<unknown> => runCmdlet(lab, 'contoso', `Set-PerimeterDevice ${setting}`);
const fabrikam = (line: string): Promise<unknown> => runCmdlet(lab, 'fabrikam', line, pat);
const bindings = (token: string): Promise<unknown> =>
  runCmdlet(lab, 'contoso', `Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -ExtendedProtectionTokenChecking ${token}`);

async function sees(who: string, organization?: string): Promise<boolean> {
  const answer = await askAvailability(lab, who, [mary], organization === undefined ? {} : { organization });
  return shownIn(answer)[0]?.class === 'Success';
}

/** Callers, and whether they get what they want. */
const callers: Readonly<Record<string, () => Promise<boolean>>> = {
  'OAuth, from the tenant': () => sees(joe, 'contoso-cloud'),
  'a delegation token, from Fabrikam': () => sees(pat),
  async 'an address space with Basic, from Fabrikam'() {
    await fabrikam('Set-OrganizationRelationship Contoso -Enabled $false');
    try {
      return await sees(pat);
    } finally {
      await fabrikam('Set-OrganizationRelationship Contoso -Enabled $true');
    }
  },
  async 'MRSProxy by NTLM, from the tenant'() {
    const account = `@{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
    const asked = `Test-MigrationServerAvailability -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${account}`;
    return (await runCmdlet<{ Result: string }>(lab, 'contoso-cloud', asked))[0]?.Result === 'Success';
  },
};

describe.each([
  ['None', [true, true, true, true]],
  ['Basic', [false, false, true, false]],
  ['Ntlm', [false, false, false, true]],
  ['Forms', [false, false, false, false]],
] as const)('pre-authentication %s', (way, expected) => {
  beforeAll(() => device(`-PreAuthentication ${way} -PassThroughPaths @()`));

  test.each(Object.entries(callers).map(([name, call], index) => [name, expected[index], call] as const))(
    '%s: %s',
    async (_name, passes, call) => {
      expect(await call()).toBe(passes);
    },
  );

  test('what is published without it passes', { timeout: 60_000 }, async () => {
    await device('-PassThroughPaths /EWS/*,/Autodiscover/*');
    for (const [name, call] of Object.entries(callers)) expect([name, await call()]).toEqual([name, true]);
  });
});

test('the journal says what stopped a caller, and the trace leads through the device', async () => {
  await device('-PreAuthentication Basic -PassThroughPaths @()');
  const refused = await askAvailability(lab, joe, [mary], { organization: 'contoso-cloud' });
  const hops = (await lab.exchanges({ traceId: String(refused.headers['x-coexist-trace']) })).filter(
    ({ service }) => service === 'perimeter',
  );
  expect(hops.length).toBeGreaterThan(0);
  expect(hops.at(-1)?.verdict?.checks).toContainEqual(
    expect.objectContaining({ check: 'perimeter.pre-authentication', outcome: 'failed', expected: 'Basic', actual: 'Bearer' }),
  );
  await device('-PreAuthentication None');
  const passed = await askAvailability(lab, joe, [mary], { organization: 'contoso-cloud' });
  const trace = await lab.exchanges({ traceId: String(passed.headers['x-coexist-trace']) });
  const behind = trace.findLast(
    ({ organization, service, direction }) => organization === 'contoso' && service === 'ews' && direction === 'incoming',
  );
  const before = trace.find(({ spanId }) => spanId === behind?.parentSpan);
  expect(before).toMatchObject({ service: 'perimeter', organization: 'contoso', status: 200 });
});

test('another Host is another audience', async () => {
  await device('-RewriteHost ex-se-01.contoso.test');
  expect(await sees(joe, 'contoso-cloud')).toBe(false);
  const judged = (await lab.exchanges({ outcome: 'refused' })).flatMap(({ organization, verdict }) =>
    organization === 'contoso' ? (verdict?.checks ?? []) : [],
  );
  expect(judged).toContainEqual(expect.objectContaining({ check: 'token.audience-host', outcome: 'failed' }));
  // Passwords know no audience.
  expect(await callers['an address space with Basic, from Fabrikam']?.()).toBe(true);
  await device('-RewriteHost ""');
  expect(await sees(joe, 'contoso-cloud')).toBe(true);
});

test('channel bindings are those of the device: who must prove them never gets in', async () => {
  const moves = callers['MRSProxy by NTLM, from the tenant'];
  await device('-PreAuthentication None -RewriteHost ""');
  for (const [token, passes] of [
    ['Require', false],
    ['Allow', false],
    ['None', true],
  ] as const) {
    await bindings(token);
    expect([token, await moves?.()]).toEqual([token, passes]);
  }
});
