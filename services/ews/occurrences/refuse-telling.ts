import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getRecipients } from '../../../shared/domain/mailbox/items.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { notSupported } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** Refuses to tell the attendees of a meeting of one occurrence; where there are none, nobody is to be told. */
export async function refuseTelling(executor: Executor, mailbox: OpenMailbox, { counter }: ItemRow, choice: string): Promise<void> {
  if (choice === 'SendToNone') return;
  const recipients = await getRecipients(executor, mailbox.guid, [counter]);
  if ((recipients.get(counter) ?? []).length > 0) throw notSupported(`${choice} for one occurrence of a meeting`);
}
