import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { findPostgres, startPostgres } from '../support/postgres.ts';
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
    lab = await startLabProcess([...place, '--host', '0.0.0.0', '--only', 'frontend,ews,perimeter,proxy,admin'], { cwd: folder });
  }, 120_000);
  afterAll(async () => {
    await end(lab);
    await rm(folder, { recursive: true, force: true });
  });

  test('its forward proxy leads to its own listeners', { timeout: 60_000 }, async () => {
    const proxy = new URL(present(lab.endpoints.proxyUrl, 'a proxy'));
    const socket = await new Promise<Socket>((resolve, reject) => {
      const asked = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${mail}:443` });
      asked.on('connect', (answer, tunnel) => (answer.statusCode === 200 ? resolve(tunnel) : reject(new Error(`${answer.statusCode}`))));
      asked.on('error', reject).end();
    });
    const secured = tls.connect({ socket, servername: mail, ca: await readFile(lab.endpoints.caFile, 'utf8') });
    const said = await new Promise<string>((resolve, reject) => {
      secured.once('data', (octets) => resolve(octets.toString())).once('error', reject);
      secured.write(`GET /EWS/Exchange.asmx HTTP/1.1\r\nHost: ${mail}\r\n\r\n`);
    });
    secured.destroy();
    expect(said).toMatch(/^HTTP\/1\.1 401 /);
    const plain = await new Promise<number | undefined>((resolve, reject) => {
      http
        .get({ host: proxy.hostname, port: proxy.port, path: `http://${mail}/`, headers: { host: mail } }, ({ statusCode }) =>
          resolve(statusCode),
        )
        .on('error', reject);
    });
    expect(plain).toBeLessThan(500);
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
