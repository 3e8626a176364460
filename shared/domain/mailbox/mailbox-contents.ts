import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { isRecoverable } from './deletion-stamp.ts';

/** How many items a mailbox has; folder associated information and what is recoverable are counted apart. */
export interface MailboxContents {
  readonly items: number;
  readonly associated: number;
  readonly recoverable: number;
}

const byRole = prepared((db, p: { mailbox: string }) =>
  db
    .selectFrom('folder')
    .select(({ fn }) => ['role', fn.sum('item_count').as('items'), fn.sum('associated_count').as('associated')])
    .where('mailbox', '=', p.mailbox)
    .groupBy('role'),
);

/** Counts the items of a mailbox by what its folders say of themselves. */
export async function contentsOfMailbox(executor: Executor, mailbox: Guid): Promise<MailboxContents> {
  const contents = { items: 0, associated: 0, recoverable: 0 };
  for (const { role, items, associated } of await byRole.all(executor, { mailbox })) {
    contents[isRecoverable({ role }) ? 'recoverable' : 'items'] += Number(items);
    contents.associated += Number(associated);
  }
  return contents;
}
