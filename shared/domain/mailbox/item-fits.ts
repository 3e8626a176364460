import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { getAttachments, getRecipients } from './items.ts';
import { itemProperty } from './property-reader.ts';
import { readQueryString } from './query-string/read.ts';
import { matcher } from './restriction.ts';
import { isExact } from './scan-items.ts';

/** Whether an item that has been read whole fits a query string; '' fits everything. */
export async function itemFits(executor: Executor, item: ItemTable, query: string, now: Instant): Promise<boolean> {
  const { restriction } = readQueryString(query, now);
  if (restriction === undefined) return true;
  const mailbox = item.mailbox as Guid;
  const recipients = (await getRecipients(executor, mailbox, [item.counter])).get(item.counter) ?? [];
  const attachments = (await getAttachments(executor, mailbox, [item.counter])).get(item.counter) ?? [];
  return matcher<ItemTable>(restriction, itemProperty, isExact, () => ({ recipients, attachments }))(item);
}
