import { sql } from 'kysely';
import pg from 'pg';
import { storeRefusal } from '../errors.ts';
import type { Backend } from './backend.ts';
import { connectionConfig, postgresDialect } from './postgres.ts';
import { listen } from './postgres-listener.ts';

/** Attempts at a transaction that clashed; before the last of them it has had others wait. */
const attemptsAfterClash = 25;
/** A unique key that another transaction wrote first: seen at the second attempt, where `work` can refuse properly. */
const attemptsAfterDuplicate = 3;

/** SQLSTATE codes (PostgreSQL documentation, appendix A). */
const attemptsByCode: Readonly<Record<string, number>> = {
  /** serialization_failure */
  '40001': attemptsAfterClash,
  /** deadlock_detected */
  '40P01': attemptsAfterClash,
  /** unique_violation */
  '23505': attemptsAfterDuplicate,
};

/** PostgreSQL through a bounded pool, and one more connection that hears what other processes commit. */
export async function openPostgresBackend(
  url: string,
  maxConnections: number,
  wake: (scopes: readonly string[]) => void,
): Promise<Backend> {
  const config = connectionConfig(url, new pg.TypeOverrides());
  const pool = new pg.Pool({ ...config, max: maxConnections });
  // A connection that breaks while idle leaves the pool by itself; whoever needs one next hears why it cannot be had.
  pool.on('error', () => {});
  // One that breaks in somebody's hands tells him by the query that he asks; the pool hears of it no more, and an `error`
  // that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await checkServer(pool);
    const listener = await listen(() => new pg.Client(config), wake);
    return {
      name: 'postgres',
      dialect: postgresDialect(pool),
      // A number of a scope's sequence is taken by every write (change feed), so two writes to one mailbox always meet in
      // its counter's row; `repeatable read` makes the second of them start again. `serializable` would add clashes
      // between mailboxes, for it watches whole small tables.
      begin: (db, waits) => db.transaction().setIsolationLevel(waits ? 'read committed' : 'repeatable read'),
      // What a transaction sees is fixed by the first statement that looks at something: LOCK does not (PostgreSQL, "LOCK").
      holdOthers: async (tx) => void (await sql`lock table change_counter in share row exclusive mode`.execute(tx)),
      announce: (tx, scopes) => listener.announce(tx, scopes),
      attemptsAfter: (error) => (error instanceof Error && 'code' in error ? (attemptsByCode[String(error.code)] ?? 1) : 1),
      alone: (name, work) => underLock(pool, name, work),
      close: () => listener.close(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** A lock of the session's: it ends with the connection, whatever becomes of the process. */
async function underLock<T>(pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1), $2)', [name, lockSpace]);
    return await work();
  } finally {
    const isLost = await client.query('select pg_advisory_unlock(hashtext($1), $2)', [name, lockSpace]).then(
      () => false,
      () => true,
    );
    client.release(isLost);
  }
}

/** Tells locks of ours from others of the database; any number will do. */
const lockSpace = 20_260_102;

async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool
    .query<{ encoding: string }>(`select current_setting('server_encoding') as encoding`)
    .catch((error: unknown) => {
      throw storeRefusal('Unreachable', error instanceof Error ? error.message : String(error));
    });
  const encoding = rows[0]?.encoding;
  // Bytewise order is the same as SQLite's in UTF-8 only.
  if (encoding !== 'UTF8') throw storeRefusal('Unreachable', `the database is encoded in ${encoding}; UTF8 is needed`);
}
