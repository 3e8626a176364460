import { sql } from 'kysely';
import type { Executor } from './database.ts';
import { dialectOf } from './dialects/adapters.ts';

/** A table that a snapshot holds, with its columns. */
export interface SnapshotTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What is not part of a world's state. */
const leftOut = new Set(['exchange', 'process', 'control', 'installation', 'migration']);

/** The tables as the database has them, so that a migration needs no second list. */
export async function snapshotTables(executor: Executor): Promise<SnapshotTable[]> {
  const query =
    dialectOf(executor) === 'sqlite'
      ? sql<Row>`select m.name as "table", c.name as "column" from main.sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table' order by m.name, c.cid`
      : sql<Row>`select table_name as "table", column_name as "column" from information_schema.columns where table_schema = current_schema() order by table_name, ordinal_position`;
  const tables = new Map<string, string[]>();
  for (const row of (await query.execute(executor)).rows) {
    if (!leftOut.has(row.table)) tables.set(row.table, [...(tables.get(row.table) ?? []), row.column]);
  }
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

interface Row {
  readonly table: string;
  readonly column: string;
}

/** Names as SQL identifiers. */
export function identifiers(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** Columns of the table `snapshot_header`; `rows` is the number of rows of all tables together. */
export const headerColumns = 'format, migrations, key, rows';
