import type { Selectable, SelectQueryBuilder } from 'kysely';
import type { Executor } from './database.ts';
import { dialectOf } from './dialects/adapters.ts';
import type { Schema } from './schema.ts';

/** The first row of a query that no other transaction has locked, locked by this one. SQLite runs one transaction at a time: there it is free. */
export function lockingRow<Table extends keyof Schema, Row>(
  query: SelectQueryBuilder<Schema, Table, Row>,
  tx: Executor,
): Promise<Selectable<Row> | undefined> {
  return (dialectOf(tx) === 'postgres' ? query.forUpdate().skipLocked() : query).executeTakeFirst() as Promise<Selectable<Row> | undefined>;
}
