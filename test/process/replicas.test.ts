import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { ask } from '../wire/admin/ask.ts';
import { cloud, deliveryDomain, holdings, onPremises } from '../wire/migration/moving-lab.ts';

const mary = 'mary@contoso.test';
/** A process is taken for dead after ten seconds; then the other one goes on. */
const patience = { timeout: 120_000, interval: 500 };

describe.skipIf((await findPostgres()) === undefined)('of two processes that do the same work', () => {
  let folder: string;
  let database: string;
  let servers: LabProcess;
  let client: WireClient;
  let sql: pg.Client;
  const workers: LabProcess[] = [];
  const start = (name: string, services: string): Promise<LabProcess> =>
    startLabProcess(['--persist', database, '--port', '0', '--data-dir', join(folder, name), '--output', 'json', '--only', services], {
      cwd: folder,
    });
  let started = 0;
  const startWorker = async (): Promise<void> => {
    started += 1;
    workers.push(await start(`worker-${started}`, 'smtp,migration'));
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-replicas-'));
    database = present(await (await startPostgres())?.createDatabase(), 'a database');
    const starting = start('servers', 'frontend,azure-auth,ews,autodiscover,mrsproxy');
    await Promise.all([starting, startWorker(), startWorker()]);
    servers = await starting;
    client = wireClient((await ask(servers.endpoints.adminUrl, 'GET', '/_coexist/endpoints')).body as EndpointsDocument);
    sql = new pg.Client(database);
    await sql.connect();
    await runCmdlet(servers, onPremises, 'Start-ADSyncSyncCycle');
  }, 180_000);
  afterAll(async () => {
    client.close();
    await sql.end();
    await Promise.all([servers, ...workers].map(end));
    await rm(folder, { recursive: true, force: true });
  });

  /** Kills whoever has something in hand, once somebody has. */
  const killHolder = async (query: string): Promise<void> => {
    const holder = async (): Promise<string | undefined> => (await sql.query<{ holder: string }>(query)).rows[0]?.holder;
    await expect.poll(holder, { ...patience, interval: 5 }).toBeDefined();
    const name = present(await holder(), 'a holder');
    const worker = present(
      workers.find(({ child }) => name.split(' ').includes(String(child.pid))),
      name,
    );
    worker.child.kill('SIGKILL');
    expect((await worker.ended).signal).toBe('SIGKILL');
  };

  test('one goes on with a mailbox that the other has moved half of when it is killed', { timeout: 240_000 }, async () => {
    const before = await holdings(client, mary, onPremises);
    const credential = `@{UserName='CONTOSO\\administrator'; Password='${servers.endpoints.users[0]?.password}'}`;
    const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${deliveryDomain}`;
    await runCmdlet(servers, cloud, `New-MoveRequest ${mary} ${remote}`);
    await killHolder(`select owner as holder from move_request where owner is not null and sync_state is not null`);
    const status = async () => (await runCmdlet<{ Status: string }>(servers, cloud, `Get-MoveRequest ${mary}`))[0]?.Status;
    await expect.poll(status, patience).toBe('Completed');
    expect(await holdings(client, mary, cloud)).toEqual(before);
  });

  test('one sends what the other has in its hands when it is killed, and nothing twice', { timeout: 240_000 }, async () => {
    await startWorker();
    const subjects = Array.from({ length: 20 }, (_, number) => `letter ${number}`);
    const sending = subjects.map((subject) => {
      const to = '<t:ToRecipients><t:Mailbox><t:EmailAddress>joe@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>';
      const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body>${to}</t:Message>`;
      return client.ews(
        'rob@contoso.test',
        `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`,
      );
    });
    await killHolder('select holder from transport_queue where holder is not null');
    for (const { status } of await Promise.all(sending)) expect(status).toBe(200);
    // By four sessions a queue is emptied: what was answered and not noted is brought once more, and known again.
    const come = async (): Promise<readonly string[]> =>
      (await holdings(client, 'joe@contoso.test', cloud)).flatMap((line) => /"(letter \d+)"/.exec(line)?.[1] ?? []);
    await expect.poll(async () => new Set(await come()).size, patience).toBe(subjects.length);
    expect(await come()).toHaveLength(subjects.length);
  });
});
