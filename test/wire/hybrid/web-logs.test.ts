import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, shownIn } from '../ews/ask-availability.ts';

const [mary, pat] = ['mary@contoso.test', 'pat@fabrikam.test'];

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 31 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 32 });
  await enterAppointments(lab, 'fabrikam', pat, [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review' }]);
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails -TargetApplicationUri FYDIBOHF25SPDLT';
  await runCmdlet(lab, 'fabrikam', `New-OrganizationRelationship Contoso -DomainNames contoso.test ${shares}.contoso.test`, pat);
  const target = '-TargetAutodiscoverEpr https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';
  await runCmdlet(lab, 'contoso', `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test ${shares}.fabrikam.test ${target}`);
});
afterAll(() => lab.close());
afterEach(() => lab.faults.clear());

async function coexist(
  ...argv: readonly string[]
): Promise<{ readonly code: number | undefined; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(argv, {
    workingDir: lab.dataDir,
    terminal: false,
    environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl },
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    readInput: () => Promise.resolve(''),
    start: () => Promise.reject(new Error('not expected to start a lab')),
    mainModule: '',
  });
  return { code, out, err };
}

/** The lines of an organisation's log that match; an exchange closes a moment after its answer has arrived. */
async function logged(organization: string, grep: string, least = 1, format = 'iis'): Promise<readonly string[]> {
  return vi.waitFor(async () => {
    const { out } = await coexist('logs', '--format', format, '--org', organization, '--grep', grep, '-n', '10000');
    const lines = out.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.length).toBeGreaterThanOrEqual(least);
    return lines;
  });
}

test('free/busy by a delegation token: both lines are in the log of the asked organisation, mine in that of the asking one', async () => {
  expect(shownIn(await askAvailability(lab, mary, [pat]))).toMatchObject([{ class: 'Success' }]);
  const theirs = await logged('fabrikam', 'WSSecurity', 2);
  expect(theirs).toEqual([
    expect.stringMatching(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ POST \/autodiscover\/autodiscover\.svc\/WSSecurity &CorrelationID=<empty>;&cafeReqId=[0-9a-f-]{36}; \d+ - \S+ ASAutoDiscover\/CrossForest\/EmailDomain\/\/\S+ - 200 0 0 \d+$/,
    ),
    expect.stringMatching(/ POST \/EWS\/Exchange\.asmx\/WSSecurity \S+ \d+ - \S+ ASProxy\/CrossForest\/EmailDomain\/\/\S+ - 200 0 0 \d+$/),
  ]);
  const mine = await logged('contoso', '/EWS/Exchange.asmx');
  expect(mine.at(-1)).toMatch(/ POST \/EWS\/Exchange\.asmx \S+ \d+ CONTOSO\\mary \S+ \S+ - 200 0 0 \d+$/);
  expect((await coexist('logs', '--format', 'iis', '--org', 'contoso', '--grep', 'CrossForest')).code).toBe(5);
  const [proxied] = await logged('fabrikam', 'ASProxy', 1, 'httpproxy');
  expect(proxied).toContain(',Ews,mail.fabrikam.test,/EWS/Exchange.asmx/WSSecurity,,WSSecurity,true,,');
});

test('what is turned away before the server has no line; what the server refuses has one', async () => {
  const before = (await logged('fabrikam', 'ASProxy')).length;
  lab.faults.add({ match: { svc: 'ews', org: 'fabrikam' }, effect: { kind: 'status', status: 401 } });
  expect(shownIn(await askAvailability(lab, mary, [pat]))).toMatchObject([{ class: 'Error' }]);
  lab.faults.clear();
  await runCmdlet(lab, 'fabrikam', 'Set-WebServicesVirtualDirectory EWS* -WSSecurityAuthentication $false', pat);
  expect(shownIn(await askAvailability(lab, mary, [pat]))).toMatchObject([{ class: 'Error' }]);
  const after = await logged('fabrikam', 'ASProxy', before + 1);
  expect(after).toHaveLength(before + 1);
  expect(after.at(-1)).not.toMatch(/ 200 0 0 \d+$/);
});

test('no credentials is 401.2, a wrong password 401.1', async () => {
  await lab.https('https://mail.contoso.test/EWS/Exchange.asmx', { headers: { 'user-agent': 'probe one' } });
  await lab.ews(mary, '<m:GetFolder/>', { password: 'guess' });
  expect(await logged('contoso', 'probe\\+one')).toEqual([expect.stringMatching(/ \d+ - \S+ probe\+one - 401 2 5 \d+$/)]);
  expect(await logged('contoso', ' 401 1 1326 ')).toEqual([expect.stringContaining(' CONTOSO\\mary ')]);
});

test('by the clock of the organisation', async () => {
  const { now } = lab.clock.state();
  await lab.clock.skew('contoso', 3_600_000);
  await lab.https('https://mail.contoso.test/EWS/healthcheck.htm', { headers: { 'user-agent': 'skewed' } });
  await lab.clock.skew('contoso', 0);
  const [line = ''] = await logged('contoso', ' skewed ');
  const written = new Date(`${line.slice(0, 19).replace(' ', 'T')}Z`);
  // Logs tell whole seconds.
  expect(written.getTime()).toBeGreaterThan(now + 3_600_000 - 1_000);
});

test.each([
  [['--format', 'iis'], /name it with --org/],
  [['--format', 'iis', '--org', 'contoso-cloud'], /shows nobody the logs of its servers/],
  [['--format', 'iis', '--org', 'northwind'], /the world has no organization northwind/],
  [['--format', 'iis', '--org', 'contoso', '--json'], /do not go together/],
  [['--format', 'apache', '--org', 'contoso'], /Allowed choices are iis, httpproxy/],
])('logs %j is bad usage', async (argv, message) => {
  expect(await coexist('logs', ...argv)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
});
