import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { clientEnvironment } from '../../../services/client-environment.ts';
import { readConfig } from '../../../services/config.ts';
import { type RunningLab, start } from '../../../services/main.ts';
import { authenticationNames } from '../../../shared/domain/organization/host-map.ts';
import { callRaw } from '../../support/raw-http.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const nowhere = '/nothing/is/here';

test('a lab tells where its authority is, and every name of it leads there', async () => {
  const { organizations, hosts } = lab.endpoints;
  const { tenantId, authority } = organizations['contoso-cloud'] ?? {};
  const port = /^https:\/\/localhost:(\d+)\//.exec(authority ?? '')?.[1];
  expect(authority).toBe(`https://localhost:${port}/${tenantId}`);
  for (const name of authenticationNames) expect(hosts[name]).toBe(`127.0.0.1:${port}`);
  for (const host of ['login.microsoftonline.com', 'accounts.accesscontrol.test']) {
    const answer = await lab.https(`https://${host}${nowhere}`);
    expect(await lab.exchangeOf(answer)).toMatchObject({ service: 'azure-auth', organization: null, host });
  }
  const answer = await callRaw({ port: Number(port), host: `localhost:${port}`, path: nowhere, ca: lab.names.ca });
  expect(await lab.exchangeOf(answer)).toMatchObject({ service: 'azure-auth', host: 'localhost' });
});

test('clients are told of the tenant and the first of its applications', () => {
  const { tenantId, authority, clients = [] } = lab.endpoints.organizations['contoso-cloud'] ?? {};
  expect(clients.map(({ name }) => name)).toEqual(['daemon', 'web', 'public']);
  expect(clients.at(-1)).not.toHaveProperty('clientSecret');
  expect(clientEnvironment(lab.endpoints, { caFile: '/ca', proxy: false })).toMatchObject({
    COEXIST_AUTHORITY: authority,
    COEXIST_TENANT_ID: tenantId,
    COEXIST_CLIENT_ID: clients[0]?.clientId,
    COEXIST_CLIENT_SECRET: clients[0]?.clientSecret,
  });
});

test('servers of the world reach it by its name, in one trace', async () => {
  const line = 'New-AuthServer "Asked" -AuthMetadataUrl https://accounts.accesscontrol.windows.net/asked/metadata/json/1';
  const body = JSON.stringify({ line, organization: 'contoso' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/cmdlets`, { method: 'POST', headers, body });
  // The incoming exchange closes a moment after its answer has arrived.
  await vi.waitFor(async () => {
    const asked = (await lab.exchanges({})).filter(({ target }) => target.startsWith('GET /asked/metadata/'));
    const outgoing = asked.find(({ direction }) => direction === 'outgoing');
    const incoming = asked.find(({ direction }) => direction === 'incoming');
    expect(outgoing).toMatchObject({ organization: 'contoso', host: 'accounts.accesscontrol.windows.net' });
    expect(incoming).toMatchObject({ service: 'azure-auth', traceId: outgoing?.traceId, parentSpan: outgoing?.spanId });
  });
});

test('the port under which it is reached from outside can be told', async () => {
  const tell = async (https: number) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ 'azure-auth': { https } });
    const answer = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/endpoints`, { method: 'PUT', headers, body });
    return (await answer.json()) as typeof lab.endpoints;
  };
  const own = new URL(lab.endpoints.organizations['contoso-cloud']?.authority ?? '').port;
  const { organizations, hosts } = await tell(32_768);
  expect(organizations['contoso-cloud']?.authority).toContain('https://localhost:32768/');
  expect(hosts['login.microsoftonline.test']).toBe('127.0.0.1:32768');
  await tell(Number(own));
});

test('its clock can have a skew of its own', async () => {
  await lab.clock.skew('azure-auth', 3_600_000);
  const ahead = (await lab.exchangeOf(await lab.https(`https://login.microsoftonline.test${nowhere}`))).at;
  const others = (await lab.exchangeOf(await lab.https('https://outlook.office365.test/'))).at;
  await lab.clock.skew('azure-auth', 0);
  expect(ahead - others).toBeGreaterThan(3_500_000);
});

test('it runs alone, or is left out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-authority-'));
  const started: RunningLab[] = [];
  const only = async (services: string) => {
    const argv = ['--port', '0', '--only', services, '--data-dir', folder];
    const running = await start(readConfig(argv, {}, { workingDir: folder, terminal: false }), () => undefined);
    started.push(running);
    return running.endpoints;
  };
  const alone = await only('azure-auth');
  expect(Object.keys(alone.hosts).toSorted()).toEqual(authenticationNames.toSorted());
  expect(alone.organizations['contoso-cloud']).toMatchObject({ authority: expect.stringContaining('https://localhost:'), ews: null });
  const without = await only('frontend,ews');
  expect(without.hosts).not.toHaveProperty(['login.microsoftonline.test']);
  expect(without.organizations['contoso-cloud']).toMatchObject({ authority: null, clients: [] });
  for (const running of started) await running.close();
  await rm(folder, { recursive: true });
});
