import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { end, type LabProcess, type OwnProcess, startLabProcess, startMain, wireClient } from '../support/lab-process.ts';
import { responses } from '../wire/ews/answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'coexist-life-'));
/** Holds the CA and the seeded world, so that they are made once. */
const dataDir = join(folder, 'data');
const started: OwnProcess[] = [];
afterEach(async () => {
  for (const own of started.splice(0)) await end(own);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

async function lab(...flags: readonly string[]): Promise<LabProcess> {
  const own = await startLabProcess(['--port', '0', '--data-dir', dataDir, ...flags], { cwd: folder });
  started.push(own);
  return own;
}

function run(flags: readonly string[], environment: Readonly<Record<string, string>> = {}): OwnProcess {
  const own = startMain(flags, { cwd: folder, environment });
  started.push(own);
  return own;
}

describe('a lab that is ready', () => {
  test('says so in one line of JSON, answers, and ends by SIGTERM with code 0', async () => {
    const own = await lab();
    const { adminUrl } = own.endpoints;
    expect(own.ready).toEqual({
      event: 'ready',
      ms: expect.any(Number),
      admin: adminUrl,
      version: own.endpoints.version,
      pid: own.child.pid,
      endpoints: join(dataDir, 'endpoints.json'),
    });
    expect((await fetch(`${adminUrl}/livez`)).status).toBe(200);
    expect((await fetch(`${adminUrl}/readyz`)).status).toBe(200);
    const client = wireClient(own.endpoints);
    expect(responses((await client.ews('mary@contoso.test', getFolder)).body)).toMatchObject([{ code: 'NoError' }]);
    client.close();
    own.child.kill('SIGTERM');
    const { code, signal, out, err } = await own.ended;
    expect([code, signal, err]).toEqual([0, null, '']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ event }) => event === 'ready')).toHaveLength(1);
    expect(out).not.toContain('Pa55word');
    expect(existsSync(own.endpointsFile)).toBe(false);
    await expect(fetch(`${adminUrl}/livez`)).rejects.toThrow('fetch failed');
  });

  test('publishes everything that a harness needs', async () => {
    const { endpoints, endpointsFile, child } = await lab();
    expect(statSync(endpointsFile).mode & 0o077).toBe(0);
    expect(Object.keys(endpoints)).toEqual([
      'version',
      'pid',
      'startedAt',
      'adminUrl',
      'adminToken',
      'caFile',
      'proxyUrl',
      'http',
      'dns',
      'organizations',
      'hosts',
      'users',
    ]);
    expect(endpoints).toMatchObject({ pid: child.pid, adminToken: null, caFile: join(dataDir, 'certificates', 'ca.pem') });
    expect(Math.abs(Date.parse(endpoints.startedAt) - Date.now())).toBeLessThan(60_000);
    for (const url of [endpoints.adminUrl, endpoints.proxyUrl]) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { contoso, 'contoso-cloud': cloud, fabrikam } = endpoints.organizations;
    for (const organization of [contoso, cloud, fabrikam]) {
      expect(organization?.ews).toMatch(/^https:\/\/localhost:\d+\/EWS\/Exchange\.asmx$/);
      expect(organization?.autodiscover).toMatch(/^https:\/\/localhost:\d+\/autodiscover\/autodiscover\.xml$/);
      expect(organization).toMatchObject({
        mrsProxy: organization?.kind === 'cloud' ? null : organization?.ews?.replace('Exchange.asmx', 'mrsproxy.svc'),
        smtp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        submission: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      });
    }
    expect(contoso).toMatchObject({ kind: 'on-premises', domains: ['contoso.test', 'contoso.mail.onmicrosoft.test'] });
    expect(cloud).toMatchObject({
      kind: 'cloud',
      tenantId: '11111111-1111-4111-8111-111111111111',
      authority: expect.stringMatching(/^https:\/\/localhost:\d+\/[0-9a-f-]{36}$/),
      clients: expect.arrayContaining([expect.objectContaining({ name: 'daemon', clientSecret: expect.any(String) })]),
    });
    const port = (url: string | null | undefined): string => new URL(url ?? '').port;
    expect(endpoints.hosts).toMatchObject({
      'mail.contoso.test': `127.0.0.1:${port(contoso?.ews)}`,
      'autodiscover.contoso.test': `127.0.0.1:${port(contoso?.ews)}`,
      'outlook.office365.test': `127.0.0.1:${port(cloud?.ews)}`,
      'mail.fabrikam.test': `127.0.0.1:${port(fabrikam?.ews)}`,
    });
    expect(endpoints.hosts['contoso.test']).toBeUndefined();
    expect(endpoints.users).toContainEqual({
      mail: 'mary@contoso.test',
      userName: 'CONTOSO\\mary',
      password: 'Pa55word!',
      organization: 'contoso',
    });
    expect(endpoints.users).toContainEqual({
      mail: 'joe@contoso.test',
      userName: 'joe@contoso.test',
      password: 'Pa55word!',
      organization: 'contoso-cloud',
    });
    expect(statSync(join(dataDir, 'certificates')).mode & 0o077).toBe(0);
    expect(readFileSync(endpoints.caFile, 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  test('lets a request under way finish before it ends', async () => {
    const own = await lab();
    const rule = { match: { svc: 'ews' }, effect: { kind: 'latency', delayMs: 400 } };
    const added = await fetch(`${own.endpoints.adminUrl}/_coexist/v1/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rule),
    });
    const { id } = (await added.json()) as { id: string };
    const client = wireClient(own.endpoints);
    const answer = client.ews('mary@contoso.test', getFolder);
    const acted = async (): Promise<number> =>
      ((await (await fetch(`${own.endpoints.adminUrl}/_coexist/v1/faults/${id}`)).json()) as { acted: number }).acted;
    while ((await acted()) === 0);
    own.child.kill('SIGTERM');
    expect(responses((await answer).body)).toMatchObject([{ code: 'NoError' }]);
    client.close();
    expect(await own.ended).toMatchObject({ code: 0, signal: null });
  });

  test('with some services only: the others are not there', async () => {
    const own = await lab('--only', 'frontend,ews');
    const { endpoints } = own;
    expect([endpoints.organizations['contoso']?.autodiscover, endpoints.proxyUrl]).toEqual([null, null]);
    const client = wireClient(endpoints);
    expect((await client.ews('mary@contoso.test', getFolder)).status).toBe(200);
    const { status } = await client.request('https://autodiscover.contoso.test/autodiscover/autodiscover.xml');
    expect(status).toBe(503);
    client.close();
  });

  test('prints for people where it is told to', async () => {
    const own = run(['--port', '0', '--data-dir', dataDir, '--output', 'text']);
    expect(await own.line((line) => line.includes('coexist ready'))).toMatch(
      /^coexist ready in \d+ ms {2}admin http:\/\/127\.0\.0\.1:\d+$/,
    );
    own.child.kill('SIGINT');
    const { code, out } = await own.ended;
    expect([code, out.match(/coexist ready/g)?.length]).toEqual([0, 1]);
  });
});

test('a second lab on the same ports ends with 3, names the port, and leaves the first alone', async () => {
  const random = seededRandom(inject('seed'));
  let first: LabProcess | undefined;
  let base = 0;
  // A block that happens to be free, below the ports that the system hands out.
  for (let attempt = 0; first === undefined; attempt += 1) {
    base = 10_000 + 100 * random.integer(200);
    const own = run(['--port-base', String(base), '--data-dir', dataDir]);
    const line = await own
      .line((one) => one.includes('"event":"ready"'))
      .catch((error: unknown) => {
        if (attempt < 5) return undefined;
        throw error;
      });
    if (line === undefined) continue;
    const { endpoints } = JSON.parse(line) as { endpoints: string };
    first = { ...own, ready: {}, endpointsFile: endpoints, endpoints: JSON.parse(readFileSync(endpoints, 'utf8')) };
  }
  expect(first.endpoints.adminUrl).toBe(`http://127.0.0.1:${base + 60}`);
  expect(first.endpoints.organizations['contoso']?.ews).toBe(`https://localhost:${base + 43}/EWS/Exchange.asmx`);
  for (const other of [dataDir, join(folder, 'other')]) {
    const { code, err, out } = await run(['--port-base', String(base), '--data-dir', other]).ended;
    expect([code, out.includes('"event":"ready"')]).toEqual([3, false]);
    expect(err).toMatch(
      new RegExp(`^coexist: port ${base + 60} of 127\\.0\\.0\\.1, wanted for the control port, is in use; .*--port-base`),
    );
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  }
  expect(JSON.parse(readFileSync(first.endpointsFile, 'utf8'))).toMatchObject({ pid: first.child.pid });
  expect((await fetch(`${first.endpoints.adminUrl}/readyz`)).status).toBe(200);
});

describe('what it cannot start from ends it with 2', () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['an unknown flag', ['--prot', '0'], {}, /^coexist: unknown flag --prot.*--port/],
    ['a value that is none', ['--port-base', 'many'], {}, /^coexist: .*--port-base/],
    ['an unknown service', ['--only', 'frontend,esw'], {}, /^coexist: --only.*esw.*ews/],
    ['an unknown variable', [], { COEXIST_PROT: '0' }, /COEXIST_PROT/],
    ['an unknown world', ['--world', 'atlantis'], {}, /atlantis/],
    ['a world file that is not there', ['--world', './nowhere.yaml'], {}, /nowhere\.yaml/],
  ])('%s', async (_, flags, environment, message) => {
    const { code, out, err } = await run(
      [...(flags[0] === '--port-base' ? [] : ['--port', '0']), '--data-dir', dataDir, ...flags],
      environment,
    ).ended;
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['a key that nobody knows', 'version: 1\norganizations:\n  contoso:\n    kynd: on-premises\n', /world\.yaml:4:5 .*kynd.*kind/],
    ['YAML that is none', 'version: 1\norganizations: [\n', /world\.yaml:3:1 \S/],
    ['a value outside its list', 'version: 1\norganizations:\n  contoso:\n    kind: cloudy\n', /world\.yaml:4:11 .*cloudy.*cloud/],
  ])('a world file with %s, told with file, line and column', async (_, text, message) => {
    const world = join(folder, 'world.yaml');
    writeFileSync(world, text);
    const { code, out, err } = await run(['--port', '0', '--data-dir', dataDir, '--world', world]).ended;
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
