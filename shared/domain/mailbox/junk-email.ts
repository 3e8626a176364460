import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import type { ItemDraft } from './draft.ts';
import type { FolderRow } from './folder-columns.ts';
import { updateFolder } from './folder-writes.ts';
import { requireFolder } from './folders.ts';
import { folderProperty } from './property-reader.ts';

/** What a mailbox takes for junk. Entries of the lists are addresses and domains, in the store's folded form. */
export interface JunkEmail {
  /** Mail is looked at at all. */
  readonly isEnabled: boolean;
  /** Only mail of trusted senders, or to trusted recipients, is no junk. */
  readonly trustedListsOnly: boolean;
  readonly contactsTrusted: boolean;
  readonly blocked: readonly string[];
  readonly trusted: readonly string[];
  readonly trustedRecipients: readonly string[];
}

/** Entries of one list: that of Exchange ("Configure junk email settings on mailboxes"). */
export const mostJunkEntries = 1024;

/** Of a mailbox in which nothing was set. */
const initial: JunkEmail = {
  isEnabled: true,
  trustedListsOnly: false,
  contactsTrusted: true,
  blocked: [],
  trusted: [],
  trustedRecipients: [],
};

/** The settings lie with the Inbox, as the junk e-mail rule does (MS-OXCSPAM 2.2.3), in a property set of our own. */
const settings = namedProperty(namedGuid('coexist', 'folder settings'), 'JunkEmail', 'String');

/** What a mailbox takes for junk, as its Inbox that was read keeps it. */
export function junkEmailOf(inbox: FolderRow): JunkEmail {
  const kept = folderProperty(inbox, settings);
  return typeof kept === 'string' ? (JSON.parse(kept) as JunkEmail) : initial;
}

/** Changes some of the settings; each entry is kept once, {@link mostJunkEntries} at most. Refuses with `folder-not-found`. */
export async function changeJunkEmail(tx: Executor, mailbox: Guid, change: Partial<JunkEmail>, instant: Instant): Promise<void> {
  const inbox = await requireFolder(tx, mailbox, 'inbox');
  const changed = { ...junkEmailOf(inbox), ...change };
  const kept: JunkEmail = {
    ...changed,
    blocked: listed(changed.blocked),
    trusted: listed(changed.trusted),
    trustedRecipients: listed(changed.trustedRecipients),
  };
  await updateFolder(tx, mailbox, inbox.counter, { set: { [settings]: JSON.stringify(kept) } }, 'any', instant);
}

/** Blocks an address, or does no longer. False where the list is full. Refuses with `folder-not-found`. */
export async function blockSender(tx: Executor, mailbox: Guid, address: string, isBlocking: boolean, instant: Instant): Promise<boolean> {
  const { blocked } = junkEmailOf(await requireFolder(tx, mailbox, 'inbox'));
  const folded = foldKey(address);
  if (address === '' || blocked.includes(folded) === isBlocking) return true;
  if (isBlocking && blocked.length >= mostJunkEntries) return false;
  const after = isBlocking ? [...blocked, folded] : blocked.filter((one) => one !== folded);
  await changeJunkEmail(tx, mailbox, { blocked: after }, instant);
  return true;
}

/** The address that is blocked for a message: its author's, else that of whoever sent it; '' where it has neither. */
export function senderOf(properties: PropertyBag): string {
  return String(properties[tags.sentRepresentingSmtpAddress] ?? properties[tags.senderSmtpAddress] ?? '');
}

/** Whether a mailbox takes a message for junk. `known`: other addresses of its sender. */
export function isJunkIn(inbox: FolderRow, draft: Pick<ItemDraft, 'properties' | 'recipients'>, known: readonly string[] = []): boolean {
  const from = [senderOf(draft.properties), ...known].map(foldKey);
  return isJunk(
    junkEmailOf(inbox),
    from,
    draft.recipients.map(({ address }) => foldKey(address)),
  );
}

/** Whether mail from somebody, by all his addresses, to these recipients is junk; all in folded form. */
export function isJunk(junk: JunkEmail, from: readonly string[], to: readonly string[]): boolean {
  const { isEnabled, trustedListsOnly, blocked, trusted, trustedRecipients } = junk;
  if (!isEnabled) return false;
  const names = (entries: readonly string[], addresses: readonly string[]): boolean =>
    entries.length > 0 && addresses.some((one) => entries.includes(one) || entries.includes(one.slice(one.lastIndexOf('@') + 1)));
  if (names(trusted, from) || names(trustedRecipients, to)) return false;
  return trustedListsOnly || names(blocked, from);
}

/** `@domain` is the domain. */
function listed(entries: readonly string[]): readonly string[] {
  return [...new Set(entries.map((one) => foldKey(one.trim()).replace(/^@/, '')))].filter((one) => one !== '').slice(0, mostJunkEntries);
}
