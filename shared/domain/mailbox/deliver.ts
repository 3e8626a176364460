import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { isBlocked } from './blocked-senders.ts';
import type { ItemDraft } from './draft.ts';
import { requireFolder } from './folders.ts';
import { mfUnsent } from './item-columns.ts';
import { createItem, type ItemReference } from './item-writes.ts';
import { receiptFlags } from './read-receipts.ts';

/**
 * Puts a message into the Inbox, or where its sender is blocked into Junk Email, unread and received at `instant`. Blind
 * copies are the sender's to know.
 */
export async function deliver(tx: Executor, mailbox: Guid, draft: ItemDraft, instant: Instant): Promise<ItemReference> {
  const inbox = await requireFolder(tx, mailbox, 'inbox');
  const flags = draft.properties[tags.messageFlags];
  const properties = {
    ...draft.properties,
    [tags.messageFlags]: (typeof flags === 'number' ? flags & ~mfUnsent : 0) | receiptFlags(draft),
    [tags.read]: false,
    [tags.messageDeliveryTime]: instant,
  };
  const recipients = draft.recipients.filter((recipient) => recipient.kind !== 'bcc');
  const folder = isBlocked(inbox, properties) ? await requireFolder(tx, mailbox, 'junkemail') : inbox;
  return createItem(tx, mailbox, folder.counter, { ...draft, properties, recipients }, instant, { how: 'delivered' });
}
