import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemDraft } from './draft.ts';
import type { FolderRow } from './folder-columns.ts';
import { getFolder, getFolderByRole, requireFolder } from './folders.ts';
import { mfUnsent } from './item-columns.ts';
import { createItem, type ItemReference } from './item-writes.ts';
import { isJunkIn } from './junk-email.ts';
import { receiptFlags } from './read-receipts.ts';
import { isSearchFolder } from './search-criteria.ts';

/** Where a message is put and what it has there beside what it came with. */
export interface Deposit {
  /** The counter or the role of a folder; the Inbox takes the place of one that has gone. */
  readonly place: number | string;
  readonly set?: PropertyBag;
}

/**
 * Puts a message into a mailbox, unread and received at `instant`; where nothing else is said into the Inbox, or into Junk
 * Email where the mailbox takes it for junk. Blind copies are the sender's to know, and so are his categories
 * (Set-TransportConfig, ClearCategories: on unless switched off). Rules are asked before:
 * `shared/bridges/message/plan-delivery.ts`.
 */
export async function deliver(tx: Executor, mailbox: Guid, draft: ItemDraft, instant: Instant, deposit?: Deposit): Promise<ItemReference> {
  const folder = (await placeOf(tx, mailbox, deposit?.place)) ?? (await usualFolder(tx, mailbox, draft));
  const flags = draft.properties[tags.messageFlags];
  const { [named.keywords]: _, ...sent } = draft.properties;
  const properties = {
    ...sent,
    [tags.messageFlags]: (typeof flags === 'number' ? flags & ~mfUnsent : 0) | receiptFlags(draft),
    [tags.read]: false,
    [tags.messageDeliveryTime]: instant,
    ...deposit?.set,
  };
  const recipients = draft.recipients.filter((recipient) => recipient.kind !== 'bcc');
  const item = { ...draft, properties, recipients };
  return createItem(tx, mailbox, folder, item, instant, { how: 'delivered' });
}

async function placeOf(tx: Executor, mailbox: Guid, place: number | string | undefined): Promise<FolderRow | undefined> {
  if (place === undefined) return undefined;
  const folder = await (typeof place === 'number' ? getFolder(tx, mailbox, place) : getFolderByRole(tx, mailbox, place));
  return folder === undefined || isSearchFolder(folder) ? undefined : folder;
}

async function usualFolder(tx: Executor, mailbox: Guid, draft: ItemDraft): Promise<FolderRow> {
  const inbox = await requireFolder(tx, mailbox, 'inbox');
  return isJunkIn(inbox, draft) ? requireFolder(tx, mailbox, 'junkemail') : inbox;
}
