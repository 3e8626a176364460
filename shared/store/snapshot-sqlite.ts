import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { sql, type Transaction } from 'kysely';
import { oneAtATime } from '../kernel/one-at-a-time.ts';
import { everyScope, touchScope } from './change-feed.ts';
import type { Store } from './database.ts';
import type { Schema } from './schema.ts';
import type { SnapshotHeader, SnapshotMisfit, SnapshotOutcome } from './snapshot-outcome.ts';
import { headerColumns, identifiers, type SnapshotTable, snapshotTables } from './snapshot-tables.ts';

/** Copying a large store takes longer than a transaction usually may. */
export const copyTimeoutMs = 10 * 60_000;

/** Writes into an empty file that is attached to the store's own connection: rows never pass through JavaScript. */
export async function writeFromSqlite(store: Store, file: string, header: SnapshotHeader): Promise<void> {
  await attached(store, file, 'rw', async () => {
    // The file is thrown away when anything fails, so it needs no journal on disk; `off` is ignored by a defensive connection.
    await sql`pragma snapshot.journal_mode = memory`.execute(store.read);
    await sql`pragma snapshot.synchronous = off`.execute(store.read);
    await store.transaction(
      async (tx) => {
        let rows = 0;
        for (const { name, columns } of await snapshotTables(tx)) {
          await run(tx, `create table snapshot."${name}" as select ${identifiers(columns)} from main."${name}"`);
          rows += await count(tx, name);
        }
        await run(tx, `create table snapshot.snapshot_header (${headerColumns})`);
        await sql`insert into snapshot.snapshot_header values (${header.format}, ${header.migrations}, ${header.key}, ${rows})`.execute(tx);
      },
      { timeoutMs: copyTimeoutMs },
    );
  });
}

/** The inverse of {@link writeFromSqlite}. */
export async function loadIntoSqlite(
  store: Store,
  file: string,
  misfitOf: (header: SnapshotHeader) => SnapshotMisfit | undefined,
): Promise<SnapshotOutcome> {
  if (!existsSync(file)) return 'absent';
  const loaded = attached(store, file, 'ro', async (): Promise<SnapshotOutcome> => {
    const headers = await sql<SnapshotHeader & { rows: number }>`select * from snapshot.snapshot_header`.execute(store.read);
    const header = headers.rows[0];
    if (header === undefined) return 'damaged';
    const misfit = misfitOf(header);
    if (misfit !== undefined) return misfit;
    await store.transaction(
      async (tx) => {
        await replaceAll(tx, await snapshotTables(tx), header.rows);
        touchScope(tx, everyScope);
      },
      { timeoutMs: copyTimeoutMs },
    );
    return 'loaded';
  });
  return loaded.catch(damagedOrThrow);
}

async function replaceAll(tx: Transaction<Schema>, tables: readonly SnapshotTable[], expected: number): Promise<void> {
  let rows = 0;
  for (const { name, columns } of tables) {
    await run(tx, `delete from main."${name}"`);
    rows += await run(tx, `insert into main."${name}" (${identifiers(columns)}) select ${identifiers(columns)} from snapshot."${name}"`);
  }
  if (rows !== expected) throw new SnapshotDamage(`${rows} of ${expected} rows`);
}

/** A snapshot that holds less than its header says. */
export class SnapshotDamage extends Error {}

/** SQLite's primary result codes ERROR (no such table), CORRUPT, CONSTRAINT, MISMATCH, NOTADB. */
const sqliteDamage = new Set([1, 11, 19, 20, 26]);
/** PostgreSQL's SQLSTATE classes "data exception" and "integrity constraint violation". */
const postgresDamage = /^2[23]/;

/** The outcome `damaged` for an error that says that the file is at fault; throws any other on. */
export function damagedOrThrow(error: unknown): SnapshotOutcome {
  if (error instanceof SnapshotDamage) return 'damaged';
  const { errcode, code } = error as { readonly errcode?: unknown; readonly code?: unknown };
  if (typeof errcode === 'number' && sqliteDamage.has(errcode & 0xff)) return 'damaged';
  if (typeof code === 'string' && postgresDamage.test(code)) return 'damaged';
  throw error;
}

const queues = new WeakMap<Store, ReturnType<typeof oneAtATime>>();

/** Runs `work` while the file is attached as `snapshot`; one file at a time. */
function attached<T>(store: Store, file: string, mode: 'ro' | 'rw', work: () => Promise<T>): Promise<T> {
  const queue = queues.get(store) ?? oneAtATime();
  queues.set(store, queue);
  return queue(async () => {
    await sql`attach database ${`${pathToFileURL(file).href}?mode=${mode}`} as snapshot`.execute(store.read);
    try {
      return await work();
    } finally {
      await sql`detach database snapshot`.execute(store.read);
    }
  });
}

async function run(tx: Transaction<Schema>, text: string): Promise<number> {
  return Number((await sql.raw(text).execute(tx)).numAffectedRows);
}

async function count(tx: Transaction<Schema>, table: string): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(`snapshot.${table}`)}`.execute(tx);
  return rows[0]?.rows ?? 0;
}
