import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { passingMs } from '../../shared/service/http-stream.ts';
import type { ProcessFacts } from '../../shared/store/process-table.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { attributes } from '../wire/ews/answers.ts';
import { type EventStream, openEventStream } from '../wire/ews/event-stream.ts';
import { createMessage, subscribe } from '../wire/ews/subscriptions.ts';

const mary = 'mary@contoso.test';
const wish = { folders: ['drafts'], events: ['Created'] };
const created = (document: string): readonly string[] => attributes(document, 'ItemId', 'Id').map(String);

describe.skipIf((await findPostgres()) === undefined)('of two front ends before one process of services', () => {
  let folder: string;
  let database: string;
  let services: LabProcess;
  let one: LabProcess;
  let other: LabProcess;
  const start = (name: string, only: string): Promise<LabProcess> => {
    const flags = ['--persist', database, '--port', '0', '--data-dir', join(folder, name), '--output', 'json', '--only', only];
    return startLabProcess(flags, { cwd: folder });
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-front-ends-'));
    database = present(await (await startPostgres())?.createDatabase(), 'a database');
    services = await start('services', 'azure-auth,ews,autodiscover');
    [one, other] = await Promise.all([start('one', 'frontend'), start('other', 'frontend')]);
  }, 180_000);
  afterAll(async () => {
    await Promise.all([one, other, services].map(end));
    await rm(folder, { recursive: true, force: true });
  });

  /** The names of a front end alone: each tells of all that there are. */
  const doorOf = async ({ endpoints, child }: LabProcess): Promise<LabProcess['endpoints']> => {
    const sql = new pg.Client(database);
    await sql.connect();
    const { rows } = await sql.query<{ id: string; facts: ProcessFacts }>('select id, facts::json as facts from process');
    await sql.end();
    const own = rows.find(({ id }) => id.split(' ').includes(String(child.pid)));
    const listener = own?.facts.listeners.find(({ kind, owner }) => kind === 'https' && owner === 'contoso');
    const { address, port } = present(listener, `a listener of process ${child.pid} among ${rows.map(({ id }) => id).join()}`);
    return { ...endpoints, hosts: { ...endpoints.hosts, 'mail.contoso.test': `${address}:${port}` } };
  };

  /** Tries so often to be quicker than what is given to a front end for passing on. */
  const mostAttempts = 5;

  test('one is killed with an event in its hands: the other brings it', { timeout: 120_000 }, async () => {
    const client = wireClient(await doorOf(other));
    const streamBy = async (lab: LabProcess, id: string): Promise<EventStream> => {
      const endpoints = await doorOf(lab);
      const ca = await readFile(endpoints.caFile, 'utf8');
      return openEventStream({ endpoints, names: { hosts: endpoints.hosts, httpPort: 0, ca } }, mary, [id]);
    };
    const { id } = await subscribe(client, mary, 'Streaming', wish);
    /** The id of an event that came to a front end which is killed, and after how many milliseconds at most. */
    const lose = async (): Promise<{ readonly lost: string; readonly withinMs: number }> => {
      const stream = await streamBy(one, id);
      const first = await createMessage(client, mary, 'passed on');
      await stream.until((document) => created(document).includes(first));
      await passed(passingMs);
      // What it is handed from now on it passes on no more.
      one.child.kill('SIGSTOP');
      const begun = performance.now();
      const lost = await createMessage(client, mary, 'handed over');
      one.child.kill('SIGKILL');
      await one.ended;
      return { lost, withinMs: performance.now() - begun };
    };
    let attempt = await lose();
    for (let count = 1; attempt.withinMs >= passingMs && count < mostAttempts; count += 1) {
      one = await start('one', 'frontend');
      attempt = await lose();
    }
    expect(attempt.withinMs).toBeLessThan(passingMs);
    const again = await streamBy(other, id);
    const heard = await again.until((document) => created(document).includes(attempt.lost));
    expect(heard.flatMap(created)).toContain(attempt.lost);
    again.destroy();
    client.close();
  });
});
