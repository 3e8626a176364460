import type { Migration } from './migrate.ts';
import { createIndex } from './table.ts';

/** What a recipient has beside name and address (how an attendee answered), and the copies of one meeting found by it. */
export const meetings: Migration = {
  name: '0003-meetings',
  statements: (dialect) => [
    `alter table "recipient_row" add column "bag" ${dialect === 'postgres' ? 'jsonb' : 'text'}`,
    `alter table "item" add column "meeting" text${dialect === 'postgres' ? ' collate "C"' : ''}`,
    createIndex('index item_meeting on item (mailbox, meeting, folder, counter) where meeting is not null', dialect),
  ],
};
