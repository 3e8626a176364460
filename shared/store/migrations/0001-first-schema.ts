import { keyLength } from '../fold.ts';
import type { DialectName, Migration } from './migrate.ts';

/** The first tables and the indexes for what is searched or sorted. */
export const firstSchema: Migration = {
  name: '0001-first-schema',
  statements: (dialect) => [
    ...Object.entries(tables).map(([name, table]) => createTable(name, table, dialect)),
    ...indexes.map((text) => createIndex(text, dialect)),
  ],
};

/** `key` is text that lies in an index and may come from outside: PostgreSQL's indexes take at most about 2,700 octets. */
type ColumnType = 'text' | 'key' | 'integer' | 'json' | 'bytes';
/** A trailing `?` allows null. */
type Column = ColumnType | `${ColumnType}?`;

interface Table {
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

function createTable(name: string, { key, columns, inKey }: Table, dialect: DialectName): string {
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
function createIndex(text: string, dialect: DialectName): string {
  const nulls = dialect === 'postgres' ? (which: string) => ` nulls ${which}` : () => '';
  return `create ${text.replaceAll('{last}', nulls('last')).replaceAll('{first}', nulls('first'))}`;
}

const tables: Readonly<Record<string, Table>> = {
  config_object: {
    key: ['organization', 'kind', 'identity'],
    columns: { organization: 'text', kind: 'text', identity: 'key', name: 'text', value: 'json', version: 'integer' },
  },
  recipient: {
    key: ['guid'],
    columns: {
      guid: 'text',
      organization: 'text',
      type: 'text',
      alias: 'key',
      display_name: 'text',
      display_name_fold: 'key',
      primary_address: 'text',
      target_address: 'text?',
      user_principal_name: 'key?',
      sam_account_name: 'key?',
      nt_hash: 'text?',
      legacy_dn: 'key',
      exchange_guid: 'text?',
      archive_guid: 'text?',
      sid: 'text?',
      master_account_sid: 'text?',
      attributes: 'json',
    },
  },
  proxy_address: {
    key: ['organization', 'address_fold'],
    columns: { organization: 'text', address_fold: 'key', recipient: 'text', address: 'text' },
    inKey: true,
  },
  mailbox: {
    key: ['guid'],
    columns: {
      guid: 'text',
      organization: 'text',
      recipient: 'text',
      kind: 'text',
      database_guid: 'text',
      replica_guid: 'text',
      created: 'integer',
    },
  },
  folder: {
    key: ['mailbox', 'counter'],
    columns: {
      mailbox: 'text',
      counter: 'integer',
      parent: 'integer?',
      role: 'text?',
      display_name: 'text',
      display_name_fold: 'key',
      class: 'text',
      change_number: 'integer',
      item_count: 'integer',
      unread_count: 'integer',
      associated_count: 'integer',
      child_count: 'integer',
      last_article: 'integer',
      created: 'integer',
      modified: 'integer',
      bag: 'json',
    },
  },
  item: {
    key: ['mailbox', 'counter'],
    // The bag comes last: SQLite reads the pages that a long row spills into only when a column on them is asked for.
    columns: {
      mailbox: 'text',
      counter: 'integer',
      folder: 'integer',
      associated: 'integer',
      class: 'text',
      subject: 'text?',
      subject_fold: 'key?',
      sender_name: 'text?',
      sender_address: 'text?',
      from_name: 'text?',
      from_address: 'text?',
      from_fold: 'key?',
      display_to: 'text?',
      display_cc: 'text?',
      received: 'integer?',
      sent: 'integer?',
      starts: 'integer?',
      ends: 'integer?',
      recurring: 'integer?',
      clip_end: 'integer?',
      created: 'integer',
      modified: 'integer',
      size: 'integer',
      importance: 'integer',
      sensitivity: 'integer',
      is_read: 'integer',
      flags: 'integer',
      has_attachments: 'integer',
      article_number: 'integer',
      conversation: 'text?',
      internet_message_id: 'key?',
      change_number: 'integer',
      mime: 'text?',
      bag: 'json',
    },
  },
  recipient_row: {
    key: ['mailbox', 'item', 'position'],
    columns: { mailbox: 'text', item: 'integer', position: 'integer', kind: 'text', name: 'text', address: 'text', routing_type: 'text' },
    inKey: true,
  },
  attachment: {
    key: ['mailbox', 'item', 'number'],
    columns: {
      mailbox: 'text',
      item: 'integer',
      number: 'integer',
      kind: 'text',
      name: 'text',
      content_type: 'text?',
      content_id: 'text?',
      content_location: 'text?',
      is_inline: 'integer',
      size: 'integer',
      modified: 'integer',
      blob: 'text?',
      bag: 'json',
    },
  },
  blob: { key: ['hash', 'chunk'], columns: { hash: 'text', chunk: 'integer', bytes: 'bytes' } },
  change: {
    key: ['scope', 'sequence'],
    columns: {
      scope: 'text',
      sequence: 'integer',
      kind: 'text',
      object: 'integer',
      identity: 'key',
      operation: 'text',
      folder: 'integer?',
      at: 'integer',
    },
    inKey: true,
  },
  change_counter: { key: ['scope'], columns: { scope: 'text', last: 'integer' }, inKey: true },
  timer: {
    key: ['id'],
    columns: { id: 'text', due: 'integer', kind: 'text', position: 'integer', payload: 'json', owner: 'text?', lease: 'integer?' },
  },
  process: {
    key: ['id'],
    columns: { id: 'text', role: 'text', heartbeat: 'integer', applied: 'json', journal_flushed: 'integer' },
  },
  exchange: {
    key: ['trace_id', 'span_id'],
    columns: {
      trace_id: 'text',
      span_id: 'text',
      parent_span: 'text?',
      sequence: 'integer',
      at: 'integer',
      closed: 'integer?',
      duration_us: 'integer?',
      direction: 'text',
      protocol: 'text',
      service: 'text',
      organization: 'text?',
      operation: 'text?',
      host: 'text',
      target: 'text',
      peer: 'text?',
      caller: 'text?',
      status: 'integer?',
      code: 'text?',
      outcome: 'text?',
      facts: 'json',
      octets: 'text?',
    },
  },
};

const indexes: readonly string[] = [
  'index recipient_name on recipient (organization, display_name_fold)',
  'index recipient_alias on recipient (organization, alias)',
  'index recipient_principal on recipient (organization, user_principal_name)',
  'index recipient_account on recipient (organization, sam_account_name)',
  'index recipient_legacy_dn on recipient (legacy_dn)',
  'index recipient_exchange_guid on recipient (exchange_guid)',
  'index proxy_address_recipient on proxy_address (recipient)',
  'index mailbox_recipient on mailbox (recipient)',
  'unique index folder_role on folder (mailbox, role) where role is not null',
  'unique index folder_name on folder (mailbox, parent, display_name_fold)',
  'index folder_change on folder (mailbox, change_number)',
  // With the change number, by which readers know what they remember.
  'index item_received on item (mailbox, folder, associated, received desc{last}, counter desc, change_number)',
  'index item_article on item (mailbox, folder, associated, article_number)',
  'index item_starts on item (mailbox, folder, associated, starts{first}, counter)',
  // The series of a calendar are few; when they begin and end is told by the index alone.
  'index item_series on item (mailbox, folder, associated, counter, starts, ends, clip_end) where recurring = 1',
  'index item_subject on item (mailbox, folder, associated, subject_fold{first}, counter)',
  'index item_from on item (mailbox, folder, associated, from_fold{first}, counter)',
  'index item_change on item (mailbox, folder, change_number)',
  'index item_counter on item (mailbox, folder, counter)',
  'index item_conversation on item (mailbox, conversation) where conversation is not null',
  'index item_message_id on item (mailbox, internet_message_id) where internet_message_id is not null',
  'index attachment_blob on attachment (blob) where blob is not null',
  'index change_folder on change (scope, folder, sequence)',
  'index timer_due on timer (due, position)',
  'index timer_position on timer (position)',
  'index exchange_sequence on exchange (sequence)',
  'index exchange_at on exchange (at)',
];
