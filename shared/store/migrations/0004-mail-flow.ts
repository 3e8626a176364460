import type { Migration } from './migrate.ts';
import { createIndex, createTable, type Table } from './table.ts';

/** Mail on its way: queues, what is in them, and what became of every message. */
export const mailFlow: Migration = {
  name: '0004-mail-flow',
  statements: (dialect) => [
    ...Object.entries(tables).map(([name, table]) => createTable(name, table, dialect)),
    ...indexes.map((text) => createIndex(text, dialect)),
  ],
};

const tables: Readonly<Record<string, Table>> = {
  transport_queue: {
    key: ['organization', 'number'],
    columns: {
      organization: 'text',
      number: 'integer',
      delivery: 'text',
      connector: 'text',
      next_hop: 'text',
      status: 'text',
      attempts: 'integer',
      retry: 'integer?',
      last_attempt: 'integer?',
      last_error: 'text?',
      holder: 'text?',
      lease: 'integer?',
    },
  },
  transport_message: {
    key: ['organization', 'number'],
    columns: {
      organization: 'text',
      number: 'integer',
      sender: 'text',
      internet_message_id: 'text',
      subject: 'text',
      size: 'integer',
      received: 'integer',
      expires: 'integer',
      mime: 'text',
      facts: 'json',
    },
  },
  transport_recipient: {
    key: ['organization', 'message', 'position'],
    columns: {
      organization: 'text',
      message: 'integer',
      position: 'integer',
      address: 'text',
      queue: 'integer',
      status: 'text',
      attempts: 'integer',
      retry: 'integer?',
      last_error: 'text?',
      notified: 'integer?',
      terms: 'json',
    },
  },
  tracking_event: {
    key: ['organization', 'number'],
    columns: {
      organization: 'text',
      number: 'integer',
      at: 'integer',
      event: 'text',
      source: 'text',
      internet_message_id: 'key',
      sender: 'key',
      facts: 'json',
    },
  },
};

const indexes: readonly string[] = [
  'unique index transport_queue_hop on transport_queue (organization, delivery, connector, next_hop)',
  'index transport_recipient_queue on transport_recipient (organization, queue, status, message, position)',
  'index tracking_event_message on tracking_event (organization, internet_message_id, number)',
  'index tracking_event_at on tracking_event (organization, at, number)',
];
