import type { Migration } from './migrate.ts';
import { createTable } from './table.ts';

/** A mailbox that moves: who moves it, what has become of what was in it, and that nobody else writes to it at the end. */
export const movingMailboxes: Migration = {
  name: '0006-moving-mailboxes',
  statements: (dialect) => {
    const text = `text${dialect === 'postgres' ? ' collate "C"' : ''}`;
    const integer = dialect === 'postgres' ? 'bigint' : 'integer';
    return [
      ...['stands_for', 'transit', 'transit_holder'].map((column) => `alter table "mailbox" add column "${column}" ${text}`),
      ...['transit_until', 'deleted'].map((column) => `alter table "mailbox" add column "${column}" ${integer}`),
      `alter table "change_counter" add column "held" ${integer}`,
      createTable(
        'moved_entry',
        { key: ['mailbox', 'source'], columns: { mailbox: 'text', source: 'key', counter: 'integer' }, inKey: true },
        dialect,
      ),
      createTable('move_state', { key: ['mailbox'], columns: { mailbox: 'text', state: 'text' } }, dialect),
    ];
  },
};
