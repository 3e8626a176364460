import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { isRecoverable } from './deletion-stamp.ts';
import { addSize } from './mailbox-size.ts';
import { tellInTime } from './quota-timer.ts';

/** By how much the counters of a folder change. */
export interface CountChange {
  readonly items: number;
  readonly unread: number;
  readonly associated: number;
  /** Article numbers given out. */
  readonly articles: number;
  /** Octets. */
  readonly size: number;
}

const adjust = prepared((db, p: CountChange & { mailbox: string; folder: number; instant: number }) =>
  db
    .updateTable('folder')
    .set((row) => ({
      item_count: row('item_count', '+', p.items),
      unread_count: row('unread_count', '+', p.unread),
      associated_count: row('associated_count', '+', p.associated),
      last_article: row('last_article', '+', p.articles),
      modified: p.instant,
    }))
    .where('mailbox', '=', p.mailbox)
    .where('counter', '=', p.folder)
    .returning('role'),
);

/** Keeps the counters of a folder and its mailbox true, in the transaction that changes their contents, and marks the folder as changed then. */
export async function adjustCounts(tx: Executor, mailbox: Guid, folder: number, by: CountChange, instant: Instant): Promise<void> {
  const { items, unread, associated, articles, size } = by;
  const adjusted = await adjust.first(tx, { mailbox, folder, instant, items, unread, associated, articles, size });
  if (adjusted === undefined) return;
  const inUse = await addSize(tx, mailbox, adjusted, size);
  if (size > 0 && !isRecoverable(adjusted)) await tellInTime(tx, mailbox, instant, inUse);
}

/** What one item counts for. */
export function countsOf(row: Pick<ItemTable, 'associated' | 'is_read' | 'size'>, sign: 1 | -1): CountChange {
  const ordinary = row.associated === 0;
  return {
    items: ordinary ? sign : 0,
    unread: ordinary && row.is_read === 0 ? sign : 0,
    associated: ordinary ? 0 : sign,
    articles: sign > 0 ? 1 : 0,
    size: sign * row.size,
  };
}
