import { sql, type Transaction } from 'kysely';
import type { Client } from 'pg';
import { everyScope } from '../change-feed.ts';
import type { Schema } from '../schema.ts';

/** The NOTIFY channel. */
const channel = 'coexist';

const firstPauseMs = 50;
const longestPauseMs = 5000;

/** Carries the word of a commit from process to process. */
export interface PostgresListener {
  /** Puts the word into the transaction; PostgreSQL delivers it when that is committed. */
  announce(tx: Transaction<Schema>, scopes: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens on a connection of its own. When that breaks it is made anew, for as long as it takes, and then all scopes are
 * woken, because nobody knows what was missed.
 */
export async function listen(connect: () => Client, wake: (scopes: readonly string[]) => void): Promise<PostgresListener> {
  let isClosed = false;
  let pause: NodeJS.Timeout | undefined;
  let client = connect();
  /** The server process behind the connection: tells this process's own words, which it has already acted on. */
  let self = '';

  const open = async (): Promise<void> => {
    client.on('notification', ({ payload = '' }) => {
      const [sender, ...scopes] = payload.split('\n');
      if (sender !== self) wake(scopes);
    });
    // `end` follows and does what is to be done.
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    self = String(rows[0]?.pid);
    await client.query(`listen ${channel}`);
    client.once('end', () => void reopen(firstPauseMs));
  };
  const reopen = async (pauseMs: number): Promise<void> => {
    if (isClosed) return;
    self = '';
    client = connect();
    try {
      await open();
      wake([everyScope]);
    } catch {
      await client.end().catch(() => {});
      const longer = Math.min(longestPauseMs, pauseMs * 2);
      if (!isClosed) pause = setTimeout(() => void reopen(longer), pauseMs);
    }
  };

  await open();
  return {
    async announce(tx, scopes) {
      for (const payload of payloads(self, scopes)) await sql`select pg_notify(${channel}, ${payload})`.execute(tx);
    },
    async close() {
      isClosed = true;
      clearTimeout(pause);
      await client.end();
    },
  };
}

/** A payload must be shorter than 8,000 octets (PostgreSQL documentation, NOTIFY). */
const payloadLength = 7000;

function payloads(self: string, scopes: ReadonlySet<string>): string[] {
  const made: string[] = [];
  for (const scope of scopes) {
    const last = made.at(-1);
    const longer = `${last ?? self}\n${scope}`;
    if (last !== undefined && Buffer.byteLength(longer) <= payloadLength) made[made.length - 1] = longer;
    else made.push(`${self}\n${scope}`);
  }
  return made;
}
