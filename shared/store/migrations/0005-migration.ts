import type { Migration } from './migrate.ts';
import { createIndex, createTable, type Table } from './table.ts';

/** Mailboxes that move: requests, what is reported of them, and who is in which batch. */
export const mailboxMigration: Migration = {
  name: '0005-migration',
  statements: (dialect) => [
    ...Object.entries(tables).map(([name, table]) => createTable(name, table, dialect)),
    ...indexes.map((text) => createIndex(text, dialect)),
  ],
};

const tables: Readonly<Record<string, Table>> = {
  move_request: {
    key: ['organization', 'guid'],
    columns: {
      organization: 'text',
      guid: 'text',
      recipient: 'text',
      status: 'text',
      batch_fold: 'key',
      endpoint_fold: 'key',
      priority: 'integer',
      created: 'integer',
      due: 'integer?',
      version: 'integer',
      owner: 'text?',
      lease: 'integer?',
      origin: 'json',
      terms: 'json',
      progress: 'json',
      sync_state: 'text?',
    },
  },
  move_report: {
    key: ['organization', 'request', 'number'],
    columns: {
      organization: 'text',
      request: 'text',
      number: 'integer',
      what: 'text',
      at: 'integer',
      server: 'text',
      fact: 'json',
    },
  },
  migration_user: {
    key: ['organization', 'address_fold'],
    columns: {
      organization: 'text',
      address_fold: 'key',
      batch_fold: 'key',
      position: 'integer',
      request: 'text?',
      value: 'json',
    },
  },
};

const indexes: readonly string[] = [
  'unique index move_request_recipient on move_request (organization, recipient)',
  'index move_request_due on move_request (organization, due)',
  'index move_request_batch on move_request (organization, batch_fold)',
  'index move_report_what on move_report (organization, request, what, number)',
  'index migration_user_batch on migration_user (organization, batch_fold, position)',
  'index migration_user_request on migration_user (organization, request)',
];
