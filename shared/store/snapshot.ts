import { closeSync, fsyncSync, openSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Store } from './database.ts';
import { migrations } from './migrations/index.ts';
import type { SnapshotHeader, SnapshotMisfit, SnapshotOutcome } from './snapshot-outcome.ts';
import { loadIntoPostgres, writeFromPostgres } from './snapshot-postgres.ts';
import { loadIntoSqlite, writeFromSqlite } from './snapshot-sqlite.ts';

const format = 1;

/**
 * Writes the content of a store to a file, except what belongs to the running processes (`process`) and the journal
 * (`exchange`). The file is a SQLite database whichever dialect the store has, readable by its owner only, and appears
 * whole or not at all.
 */
export async function writeSnapshot(store: Store, file: string, key = ''): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  await rm(partial, { force: true });
  closeSync(openSync(partial, 'wx', 0o600));
  try {
    const header = { format, migrations: schemaName, key };
    await (store.dialect === 'sqlite' ? writeFromSqlite(store, partial, header) : writeFromPostgres(store, partial, header));
    const descriptor = openSync(partial, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * Replaces the content of a store by that of a snapshot, in one transaction; journal and processes stay. With a key, only
 * a snapshot that was written under the same key is taken. Every listener of the change feed is woken: sequences, timers
 * and the clock's state are those of the snapshot then.
 */
export async function loadSnapshot(store: Store, file: string, key?: string): Promise<SnapshotOutcome> {
  const misfitOf = (header: SnapshotHeader): SnapshotMisfit | undefined => {
    if (header.format !== format || header.migrations !== schemaName) return 'other-schema';
    return key === undefined || header.key === key ? undefined : 'other';
  };
  return store.dialect === 'sqlite' ? loadIntoSqlite(store, file, misfitOf) : loadIntoPostgres(store, file, misfitOf);
}

const schemaName = migrations.map(({ name }) => name).join(' ');
