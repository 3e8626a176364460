import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { DoctorCheck } from '../../services/cli/doctor-checks.ts';
import { coexist, type Ended, end, startLabProcess } from '../support/lab-process.ts';
import { requireTool } from '../support/tools.ts';
import { absentPid } from '../wire/admin/lab.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cli = (flags: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  coexist(['doctor', ...flags], { cwd: folder, environment });

/** The checks by name, and the exit code. */
async function examined(flags: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await cli(['--json', ...flags], environment);
  expect(err).toBe('');
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: readonly DoctorCheck[] };
  expect(code).toBe(ok ? 0 : 3);
  for (const { state, advice } of checks) expect(advice === null).toBe(state === 'ok' || state === 'skipped');
  return { code, stateOf: (name: string) => checks.find(({ check }) => check === name)?.state, checks };
}

function copyCa(): string {
  const file = join(folder, '.coexist', 'certificates', 'ca.pem');
  mkdirSync(join(folder, '.coexist', 'certificates'), { recursive: true });
  cpSync(join(inject('installation'), 'certificates', 'ca.pem'), file);
  return file;
}

test('a new folder on a sound machine has nothing in the way, and nothing is left in it', async () => {
  const { code, out } = await cli(['--port', '0']);
  expect(code).toBe(0);
  expect(out).toMatch(/^ok {3}Node: 2\d\./m);
  expect(out).toMatch(/^- {4}CA: .* is made by the first start$/m);
  expect(out).toMatch(/^ok {3}ports: the system chooses free ones$/m);
  expect(readdirSync(folder)).toEqual([]);
  expect((await cli(['--port', '1'])).code).toBe(2);
});

test('a port in use would stop a lab: exit code 3, the port and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { code, out } = await cli(['--port-base', String(port - 60)]);
    expect(code).toBe(3);
    expect(out).toMatch(new RegExp(`^FAIL ports: .*\\b${port} is in use.*\n {7}.*--port-base`, 'm'));
  } finally {
    server.close();
  }
});

test('so would a data folder that is none', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { code, stateOf } = await examined(['--port', '0', '--data-dir', 'file/data']);
  expect([code, stateOf('data folder')]).toEqual([3, 'failed']);
});

test.skipIf(!requireTool('openssl', 'openssl'))(
  'who trusts the CA is asked of Node and of OpenSSL; dates are held against both clocks',
  { timeout: 60_000 },
  async () => {
    const ca = copyCa();
    const before = await examined(['--port', '0']);
    expect([before.code, before.stateOf('CA'), before.stateOf('trust of Node'), before.stateOf('trust of OpenSSL and curl')]).toEqual([
      0,
      'ok',
      'warning',
      'warning',
    ]);
    const told = await examined(['--port', '0'], { NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca });
    expect([told.stateOf('trust of Node'), told.stateOf('trust of OpenSSL and curl')]).toEqual(['ok', 'ok']);
    const late = await examined(['--port', '0', '--clock', 'frozen@2090-01-01T00:00Z']);
    expect(late.checks).toContainEqual(
      expect.objectContaining({ check: 'CA', state: 'warning', says: expect.stringContaining("by the world's clock it is 2090-01-01") }),
    );
    writeFileSync(ca, 'no certificate');
    const { code, out } = await cli(['--port', '0']);
    expect([code, out]).toEqual([3, expect.stringMatching(/^FAIL CA: .* is no certificate$/m)]);
  },
);

test('proxy variables that take localhost away are a warning', async () => {
  const proxy = { HTTPS_PROXY: 'http://proxy.example:3128' };
  expect((await examined(['--port', '0'], proxy)).stateOf('proxy variables')).toBe('warning');
  expect((await examined(['--port', '0'], { ...proxy, NO_PROXY: 'localhost, 127.0.0.1' })).stateOf('proxy variables')).toBe('ok');
});

test('a lab that has ended without saying so is told apart from one that runs', { timeout: 60_000 }, async () => {
  const lab = await startLabProcess(['--port', '0', '--json'], { cwd: folder });
  try {
    const running = await examined(['--port', '0'], { HTTPS_PROXY: lab.endpoints.proxyUrl ?? '' });
    expect([running.code, running.stateOf('running lab'), running.stateOf('proxy variables')]).toEqual([0, 'ok', 'ok']);
    expect(running.checks.find(({ check }) => check === 'running lab')?.says).toContain(
      `process ${lab.endpoints.pid} is ready at ${lab.endpoints.adminUrl}`,
    );
  } finally {
    await end(lab);
  }
  writeFileSync(join(folder, '.coexist', 'endpoints.json'), JSON.stringify({ pid: absentPid, adminUrl: 'http://127.0.0.1:1' }));
  const left = await examined(['--port', '0']);
  expect([left.code, left.stateOf('running lab')]).toEqual([0, 'warning']);
});
