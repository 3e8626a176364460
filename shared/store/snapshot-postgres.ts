import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { sql, type Transaction } from 'kysely';
import { everyScope, touchScope } from './change-feed.ts';
import type { Store } from './database.ts';
import type { Schema } from './schema.ts';
import type { SnapshotHeader, SnapshotMisfit, SnapshotOutcome } from './snapshot-outcome.ts';
import { copyTimeoutMs, damagedOrThrow, SnapshotDamage } from './snapshot-sqlite.ts';
import { headerColumns, identifiers, type SnapshotTable, snapshotTables } from './snapshot-tables.ts';

/** Rows held at once while reading. */
const fetchRows = 1000;
/** Bounds of one INSERT: PostgreSQL takes 65,535 parameters, and memory should stay small. */
const insertParameters = 20_000;
const insertOctets = 4 * 1024 * 1024;

type Value = string | number | Uint8Array | null;

/** Writes a SQLite file from what PostgreSQL holds, all of it as of one moment. */
export async function writeFromPostgres(store: Store, file: string, header: SnapshotHeader): Promise<void> {
  const database = new DatabaseSync(file);
  try {
    await store.transaction(
      async (tx) => {
        database.exec('pragma journal_mode = memory; pragma synchronous = off; begin');
        let rows = 0;
        for (const table of await snapshotTables(tx)) rows += await writeTable(tx, table, database);
        database.exec(`create table snapshot_header (${headerColumns})`);
        database.prepare('insert into snapshot_header values (?, ?, ?, ?)').run(header.format, header.migrations, header.key, rows);
        database.exec('commit');
      },
      { timeoutMs: copyTimeoutMs },
    );
  } finally {
    database.close();
  }
}

async function writeTable(tx: Transaction<Schema>, { name, columns }: SnapshotTable, database: DatabaseSync): Promise<number> {
  database.exec(`create table "${name}" (${identifiers(columns)})`);
  const insert = database.prepare(`insert into "${name}" values (${columns.map(() => '?').join(', ')})`);
  await sql.raw(`declare snapshot_rows no scroll cursor for select ${identifiers(columns)} from "${name}"`).execute(tx);
  for (let total = 0; ; ) {
    const { rows } = await sql<Record<string, Value>>`fetch ${sql.lit(fetchRows)} from snapshot_rows`.execute(tx);
    for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null));
    total += rows.length;
    if (rows.length < fetchRows) {
      await sql`close snapshot_rows`.execute(tx);
      return total;
    }
  }
}

/** The inverse of {@link writeFromPostgres}. */
export async function loadIntoPostgres(
  store: Store,
  file: string,
  misfitOf: (header: SnapshotHeader) => SnapshotMisfit | undefined,
): Promise<SnapshotOutcome> {
  if (!existsSync(file)) return 'absent';
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const header = database.prepare('select * from snapshot_header').get() as (SnapshotHeader & { rows: number }) | undefined;
    if (header === undefined) return 'damaged';
    const misfit = misfitOf(header);
    if (misfit !== undefined) return misfit;
    await store.transaction(
      async (tx) => {
        let rows = 0;
        for (const table of await snapshotTables(tx)) rows += await loadTable(tx, table, database);
        if (rows !== header.rows) throw new SnapshotDamage(`${rows} of ${header.rows} rows`);
        touchScope(tx, everyScope);
      },
      { timeoutMs: copyTimeoutMs },
    );
    return 'loaded';
  } catch (error) {
    return damagedOrThrow(error);
  } finally {
    database.close();
  }
}

async function loadTable(tx: Transaction<Schema>, { name, columns }: SnapshotTable, database: DatabaseSync): Promise<number> {
  await sql.raw(`delete from "${name}"`).execute(tx);
  const select = database.prepare(`select ${identifiers(columns)} from "${name}"`);
  select.setReturnArrays(true);
  let total = 0;
  for (const batch of batches(select, Math.floor(insertParameters / columns.length))) {
    const rows = sql.join(batch.map((row) => sql`(${sql.join(row)})`));
    await sql`insert into ${sql.table(name)} (${sql.raw(identifiers(columns))}) values ${rows}`.execute(tx);
    total += batch.length;
  }
  return total;
}

function* batches(select: StatementSync, most: number): Generator<Value[][]> {
  let batch: Value[][] = [];
  let octets = 0;
  for (const row of select.iterate() as unknown as Iterable<Value[]>) {
    batch.push(row);
    for (const value of row) octets += typeof value === 'number' || value === null ? 8 : value.length;
    if (batch.length >= most || octets >= insertOctets) {
      yield batch;
      batch = [];
      octets = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
