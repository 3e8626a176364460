import type { Migration } from './migrate.ts';
import { createIndex, createTable, type Table } from './table.ts';

/** Several processes that share a lab: who they are, what they tell each other, what they have in common. */
export const processes: Migration = {
  name: '0007-processes',
  statements: (dialect) => [
    // Nothing has ever been written to it.
    'drop table "process"',
    ...Object.entries(tables).map(([name, table]) => createTable(name, table, dialect)),
    createIndex('index handle_expires on handle (kind, expires)', dialect),
  ],
};

const tables: Readonly<Record<string, Table>> = {
  process: {
    key: ['id'],
    columns: { id: 'text', facts: 'json', started: 'integer', heartbeat: 'integer', applied: 'integer' },
  },
  control: { key: ['sequence'], columns: { sequence: 'integer', kind: 'text', sender: 'text', payload: 'json' } },
  installation: { key: ['name'], columns: { name: 'key', value: 'text' } },
  handle: { key: ['kind', 'handle'], columns: { kind: 'text', handle: 'key', value: 'json', expires: 'integer' } },
};
