import { type InsertQueryBuilder, type InsertResult, sql } from 'kysely';
import type { Executor } from './database.ts';
import { prepared } from './prepared.ts';
import type { ExchangeTable, Schema } from './schema.ts';
import { storableJson } from './storable.ts';

/** The columns of the table, each with PostgreSQL's type of it. */
const types = {
  trace_id: 'text',
  span_id: 'text',
  parent_span: 'text',
  sequence: 'bigint',
  at: 'bigint',
  closed: 'bigint',
  duration_us: 'bigint',
  direction: 'text',
  protocol: 'text',
  service: 'text',
  organization: 'text',
  operation: 'text',
  host: 'text',
  target: 'text',
  peer: 'text',
  caller: 'text',
  status: 'bigint',
  code: 'text',
  outcome: 'text',
  facts: 'jsonb',
  octets: 'text',
} as const satisfies Readonly<Record<keyof ExchangeTable, string>>;
const columns = Object.keys(types) as (keyof ExchangeTable)[];
const changed = columns.filter((column) => column !== 'trace_id' && column !== 'span_id');

/** Characters of heads and bodies in one statement: whoever asks for something meanwhile waits while it is put together. */
const mostCharacters = 1024 * 1024;

/**
 * Writes rows of the journal. SQLite takes them one by one, which costs it nothing; to PostgreSQL they go together, for on the way to it
 * each statement costs more than the row, and a journal that is stored slower than exchanges close forgets some.
 */
export async function insertExchanges(tx: Executor, dialect: 'sqlite' | 'postgres', rows: readonly ExchangeTable[]): Promise<void> {
  if (dialect === 'sqlite') for (const row of rows) await insertOne.run(tx, row);
  else for (const some of portions(rows)) await insertMany.run(tx, { rows: storableJson(some) });
}

function* portions(rows: readonly ExchangeTable[]): Generator<readonly ExchangeTable[]> {
  let [first, characters] = [0, 0];
  for (const [index, { octets, facts }] of rows.entries()) {
    const own = (octets?.length ?? 0) + facts.length;
    if (index > first && characters + own > mostCharacters) {
      yield rows.slice(first, index);
      [first, characters] = [index, 0];
    }
    characters += own;
  }
  if (first < rows.length) yield rows.slice(first);
}

const insertOne = prepared((db, row: ExchangeTable) =>
  orReplace(
    db.insertInto('exchange').values(Object.fromEntries(columns.map((column) => [column, row[column]])) as unknown as ExchangeTable),
  ),
);

/** `rows`: their JSON. */
const insertMany = prepared((db, p: { rows: string }) => {
  const members = columns.map((column) => sql`${sql.ref(column)} ${sql.raw(types[column] === 'jsonb' ? 'text' : types[column])}`);
  const values = columns.map((column) => sql`cast(${sql.ref(column)} as ${sql.raw(types[column])})`);
  const all = sql`(select ${sql.join(values)} from json_to_recordset(cast(${p.rows} as json)) as given(${sql.join(members)}))`;
  return orReplace(db.insertInto('exchange').columns(columns).expression(all));
});

/** A chance that starts from the same seed makes the same ids in a later run of a persistent store: the later run stands. */
function orReplace(insert: InsertQueryBuilder<Schema, 'exchange', InsertResult>) {
  return insert.onConflict((conflict) =>
    conflict
      .columns(['trace_id', 'span_id'])
      .doUpdateSet((excluded) => Object.fromEntries(changed.map((column) => [column, excluded.ref(`excluded.${column}`)]))),
  );
}
