import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../../shared/domain/notification/events.ts';
import { endOfLog } from '../../../shared/domain/notification/subscriptions.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { findPostgres } from '../../support/postgres-server.ts';
import { mailbox, withMailbox } from '../mailbox/support.ts';

const writer = fileURLToPath(import.meta.resolve('../../support/mailbox-writer.ts'));
const hasPostgres = (await findPostgres()) !== undefined;
/** Changes in all. COEXIST_EVENTS=10000 makes it the long run. */
const changes = Number(process.env['COEXIST_EVENTS'] ?? 300);

describe.skipIf(!hasPostgres)('two processes that write to one mailbox, and followers in a third (PostgreSQL)', () => {
  let server: TestPostgres | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });

  test('whatever is committed is told once and in its order, though one writer is killed', async () => {
    const location = (await server?.createDatabase()) ?? '';
    const store = await openStore({ location });
    const inbox = await withMailbox(store);
    const start = await endOfLog(store.read, mailbox);
    const followers = [1, 7, 50].map((limit) => follow(store, start, limit));
    const half = Math.ceil(changes / 2);
    const killed = await write(location, inbox, half, Math.ceil(half / 3));
    const [first, second] = await Promise.all([write(location, inbox, half), write(location, inbox, half - killed.length)]);
    const committed = await store.read.selectFrom('item').select('counter').where('mailbox', '=', mailbox).orderBy('counter').execute();
    const all = committed.map(({ counter }) => counter);
    for (const counter of [...killed, ...first, ...second]) expect(all).toContain(counter);
    for (const follower of followers) expect(await follower.until(all.length)).toEqual(all);
    await store.close();
  }, 600_000);
});

test('a file is followed across kill -9: what was told is told no more, and nothing is missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-events-'));
  const location = join(folder, 'store.db');
  try {
    let store = await openStore({ location });
    const inbox = await withMailbox(store);
    let after = await endOfLog(store.read, mailbox);
    await store.close();
    const told: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const written = await write(location, inbox, 100_000, 20 + round * 17);
      store = await openStore({ location });
      const page = await readEvents(store.read, { mailbox, after, terms: { folders: 'all', events: ['NewMail'] }, limit: 100_000 });
      told.push(...page.events.map(({ object }) => object));
      after = page.position;
      for (const counter of written) expect(told).toContain(counter);
      await store.close();
    }
    expect(new Set(told).size).toBe(told.length);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

/** Follows the mailbox as a subscriber does: woken by the feed, page by page from where it stands. */
function follow(store: Store, start: number, limit: number): { until(count: number): Promise<readonly number[]> } {
  const told: number[] = [];
  let position = start;
  let wanted: { readonly count: number; readonly done: () => void } | undefined;
  let running = Promise.resolve();
  const look = async (): Promise<void> => {
    for (let more = true; more; ) {
      const page = await readEvents(store.read, { mailbox, after: position, terms: { folders: 'all', events: ['NewMail'] }, limit });
      told.push(...page.events.map(({ object }) => object));
      ({ position, more } = page);
    }
    if (wanted !== undefined && told.length >= wanted.count) wanted.done();
  };
  const wake = (): void => {
    running = running.then(look);
  };
  store.changes.watch(mailbox, wake);
  return {
    async until(count) {
      await new Promise<void>((done) => {
        wanted = { count, done };
        wake();
      });
      await running;
      return told;
    },
  };
}

/** Lets a process write, and kills it when it has acknowledged `enough`; answers what it acknowledged. */
async function write(location: string, folder: number, count: number, enough?: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [writer, location, mailbox, String(folder), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const acknowledged: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(Number(line));
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
}
