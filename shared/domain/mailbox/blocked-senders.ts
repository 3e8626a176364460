import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import type { FolderRow } from './folder-columns.ts';
import { updateFolder } from './folder-writes.ts';
import { requireFolder } from './folders.ts';
import { folderProperty } from './property-reader.ts';

/** Addresses that a mailbox may block: that of Exchange ("Configure junk email settings on mailboxes"). */
export const mostBlockedSenders = 1024;

/** The addresses lie with the Inbox, as the junk e-mail rule does (MS-OXCSPAM 2.2.3), in a property set of our own. */
const list = namedProperty(namedGuid('coexist', 'folder settings'), 'BlockedSenders', 'StringArray');

/** The addresses whose mail goes to the Junk Email folder, as an Inbox that was read keeps them; in the store's folded form. */
function blockedSenders(inbox: FolderRow): readonly string[] {
  const kept = folderProperty(inbox, list);
  return Array.isArray(kept) ? (kept as readonly string[]) : [];
}

/** Whether a message comes from somebody whom a mailbox blocks. */
export function isBlocked(inbox: FolderRow, properties: PropertyBag): boolean {
  const blocked = blockedSenders(inbox);
  return blocked.length > 0 && blocked.includes(foldKey(senderOf(properties)));
}

/** The address that is blocked for a message: its author's, else that of whoever sent it; '' where it has neither. */
export function senderOf(properties: PropertyBag): string {
  return String(properties[tags.sentRepresentingSmtpAddress] ?? properties[tags.senderSmtpAddress] ?? '');
}

/** Blocks an address, or does no longer. False where the list is full. Refuses with `folder-not-found`. */
export async function blockSender(tx: Executor, mailbox: Guid, address: string, isBlocking: boolean, instant: Instant): Promise<boolean> {
  const inbox = await requireFolder(tx, mailbox, 'inbox');
  const before = blockedSenders(inbox);
  const folded = foldKey(address);
  if (address === '' || before.includes(folded) === isBlocking) return true;
  if (isBlocking && before.length >= mostBlockedSenders) return false;
  const after = isBlocking ? [...before, folded] : before.filter((one) => one !== folded);
  await updateFolder(tx, mailbox, inbox.counter, { set: { [list]: after } }, 'any', instant);
  return true;
}
