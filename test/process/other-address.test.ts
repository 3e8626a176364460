import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get, request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, startLabProcess } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { ask } from '../wire/admin/ask.ts';
import { guardedWorld } from '../wire/perimeter/perimeter-lab.ts';

/** Bound to all addresses, a lab that shares its store tells the first one that leads outside, as in a container. */
const interfaces = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
const address = interfaces.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';

describe.skipIf(address === '' || (await findPostgres()) === undefined)('a lab whose servers are at another address', () => {
  let folder: string;
  let front: LabProcess | undefined;
  let own: LabProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-address-'));
    const database = present(await (await startPostgres())?.createDatabase(), 'a database');
    const world = guardedWorld({ allowedPaths: ['/EWS/*'] });
    const start = (name: string, ...flags: string[]): Promise<LabProcess> => {
      const shared = ['--persist', database, '--port', '0', '--data-dir', join(folder, name), '--output', 'json', '--config', world];
      return startLabProcess([...shared, ...flags], { cwd: folder });
    };
    [front, own] = await Promise.all([
      start('front', '--only', 'frontend,ews,autodiscover,perimeter', '--host', '0.0.0.0'),
      start('own', '--only', 'admin,proxy'),
    ]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([front, own].map(end));
    await rm(folder, { recursive: true, force: true });
  });
  const adminUrl = (): string => present(own, 'a process').endpoints.adminUrl;
  const told = async (): Promise<EndpointsDocument> => (await ask(adminUrl(), 'GET', '/_coexist/endpoints')).body as EndpointsDocument;

  test('its endpoints lead there, until ports of this machine are told', async () => {
    await expect.poll(async () => (await told()).organizations['contoso']?.ews).toMatch(/^https:\/\/mail\.contoso\.test:\d+\/EWS/);
    expect((await told()).hosts['outlook.office365.test']).toMatch(`${address}:`);
    await ask(adminUrl(), 'PUT', '/_coexist/v1/endpoints', { 'contoso-cloud': { https: 14_444 } });
    expect((await told()).organizations['contoso-cloud']?.ews).toBe('https://localhost:14444/EWS/Exchange.asmx');
    expect((await told()).hosts['outlook.office365.test']).toBe('127.0.0.1:14444');
  });

  test('the forward proxy leads there, and the device in front to the servers', async () => {
    const { caFile, proxyUrl } = await told();
    const { hostname, port } = new URL(present(proxyUrl, 'a proxy'));
    const ca = await readFile(caFile, 'utf8');
    const answer = await new Promise<string>((resolve, reject) => {
      request({ host: hostname, port, method: 'CONNECT', path: 'mail.contoso.test:443' })
        .once('connect', (_response, socket) => {
          const secure = connectTls({ socket, servername: 'mail.contoso.test', ca });
          let text = '';
          secure.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          secure.once('error', reject).once('close', () => resolve(text));
          secure.write('GET /EWS/Exchange.asmx HTTP/1.1\r\nHost: mail.contoso.test\r\nConnection: close\r\n\r\n');
        })
        .once('error', reject)
        .end();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/x-feserver/i);
    const plain = await new Promise<number | undefined>((resolve, reject) => {
      get({ host: hostname, port, path: 'http://mail.contoso.test/', headers: { host: 'mail.contoso.test' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(plain).toBeLessThan(500);
  });
});
