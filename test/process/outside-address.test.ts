import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { basic } from '../support/soap.ts';

const mail = 'mail.contoso.test';

/** Bound to all addresses a lab that shares its store tells the first one that leads outside, as in a container: no loopback address. */
describe.skipIf((await findPostgres()) === undefined)('a lab under an address of a network', () => {
  let folder: string;
  let lab: LabProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-outside-'));
    const database = present(await (await startPostgres())?.createDatabase(), 'a database');
    const place = ['--persist', database, '--port', '0', '--data-dir', join(folder, 'data'), '--output', 'json'];
    lab = await startLabProcess(
      [...place, '--host', '0.0.0.0', '--only', 'frontend,ews,perimeter,proxy,admin', '--admin-host', '0.0.0.0'],
      { cwd: folder },
    );
  }, 120_000);
  afterAll(async () => {
    await end(lab);
    await rm(folder, { recursive: true, force: true });
  });

  test('whoever comes to its control port from the network is told names and addresses of the network, whatever is published', async () => {
    const { port } = new URL(lab.endpoints.adminUrl);
    const token = present(lab.endpoints.adminToken, 'a token');
    const told = async (host: string): Promise<EndpointsDocument> => {
      const answer = await fetch(`http://${host}:${port}/_coexist/endpoints`, { headers: { authorization: `Bearer ${token}` } });
      return (await answer.json()) as EndpointsDocument;
    };
    const { proxyUrl, hosts } = await told('127.0.0.1');
    const inside = new URL(present(proxyUrl, 'a proxy')).hostname;
    const named = { ews: 'https://mail.contoso.test:', adminUrl: `http://${inside}:${port}`, proxyUrl };
    const seen = ({ organizations, adminUrl, proxyUrl }: EndpointsDocument): object => {
      const ews = present(organizations['contoso']?.ews, 'an address of EWS');
      return { ews: ews.slice(0, ews.lastIndexOf(':') + 1), adminUrl, proxyUrl };
    };
    expect(seen(await told(inside))).toEqual(named);
    const published = { method: 'PUT', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } };
    await fetch(`http://127.0.0.1:${port}/_coexist/v1/endpoints`, { ...published, body: '{"contoso":{"https":14443}}' });
    expect(seen(await told(inside))).toEqual(named);
    expect((await told(inside)).hosts[mail]).toBe(hosts[mail]);
    const outside = await told('127.0.0.1');
    expect([outside.organizations['contoso']?.ews, outside.hosts[mail]]).toEqual([
      'https://localhost:14443/EWS/Exchange.asmx',
      '127.0.0.1:14443',
    ]);
  });

  test('a device in front of its servers reaches them', { timeout: 60_000 }, async () => {
    await runCmdlet(lab, 'contoso', 'Set-PerimeterDevice -Enabled $true');
    const client = wireClient(JSON.parse(await readFile(lab.endpointsFile, 'utf8')));
    const rob = present(
      lab.endpoints.users.find((user) => user.mail === 'rob@contoso.test'),
      'rob',
    );
    const headers = { authorization: basic(rob.userName, rob.password) };
    expect((await client.request(`https://${mail}/EWS/Exchange.asmx`, { headers })).status).toBeLessThan(500);
    client.close();
  });
});
