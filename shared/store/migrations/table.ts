import { keyLength } from '../fold.ts';
import type { DialectName } from './migrate.ts';

/** `key` is text that lies in an index and may come from outside: PostgreSQL's indexes take at most about 2,700 octets. */
type ColumnType = 'text' | 'key' | 'integer' | 'json' | 'bytes';
/** A trailing `?` allows null. */
type Column = ColumnType | `${ColumnType}?`;

/** A table as a migration makes it. */
export interface Table {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
  /** Short rows that are found by their key alone lie in the key's own tree (SQLite; PostgreSQL has no such choice). */
  readonly inKey?: true;
}

/** Text is compared bytewise on both: `COLLATE "C"` on PostgreSQL, SQLite's own `BINARY`. */
const types: Readonly<Record<DialectName, Readonly<Record<ColumnType, string>>>> = {
  sqlite: { text: 'text', key: 'text', integer: 'integer', json: 'text', bytes: 'blob' },
  postgres: { text: 'text collate "C"', key: 'text collate "C"', integer: 'bigint', json: 'jsonb', bytes: 'bytea' },
};

/** The statement that makes a table. */
export function createTable(name: string, { key, columns, inKey }: Table, dialect: DialectName): string {
  const lines = Object.entries(columns).map(([column, type]) => {
    const bare = type.replace('?', '') as ColumnType;
    const bound = bare === 'key' ? ` check (length("${column}") <= ${keyLength})` : '';
    return `"${column}" ${types[dialect][bare]}${type === bare ? ' not null' : ''}${bound}`;
  });
  // STRICT refuses a value of another type, as PostgreSQL does.
  const options = dialect === 'postgres' ? '' : inKey ? ' strict, without rowid' : ' strict';
  return `create table "${name}" (${lines.join(', ')}, primary key (${key.join(', ')}))${options}`;
}

/**
 * SQLite takes null for the smallest value and PostgreSQL for the largest; the indexes, and the queries that sort by a
 * column which may be null, follow SQLite: `desc nulls last`, `asc nulls first`.
 */
export function createIndex(text: string, dialect: DialectName): string {
  const nulls = dialect === 'postgres' ? (which: string) => ` nulls ${which}` : () => '';
  return `create ${text.replaceAll('{last}', nulls('last')).replaceAll('{first}', nulls('first'))}`;
}
