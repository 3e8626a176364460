import type { Migration } from './migrate.ts';
import { createIndex, createTable, type Table } from './table.ts';

/** Who is told of the changes of which mailbox. */
export const subscriptions: Migration = {
  name: '0002-subscriptions',
  statements: (dialect) => [createTable('subscription', subscription, dialect), ...indexes.map((text) => createIndex(text, dialect))],
};

const subscription: Table = {
  key: ['mailbox', 'ticks'],
  columns: {
    mailbox: 'text',
    ticks: 'text',
    kind: 'text',
    organization: 'text',
    subscriber: 'text',
    position: 'integer',
    expires: 'integer?',
    holder: 'text?',
    lease: 'integer?',
    terms: 'json',
  },
};

const indexes: readonly string[] = [
  'index subscription_subscriber on subscription (organization, subscriber)',
  'index subscription_expires on subscription (expires) where expires is not null',
  'index subscription_kind on subscription (kind)',
];
