import type { Caller } from '../../../shared/bridges/access/caller.ts';
import { folderAccessOf } from '../../../shared/bridges/access/folder-access.ts';
import { mailboxRight } from '../../../shared/bridges/access/mailbox-access.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { getFolder } from '../../../shared/domain/mailbox/folders.ts';
import { getMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { isSearchFolder } from '../../../shared/domain/mailbox/search-criteria.ts';
import type { Subscription } from '../../../shared/domain/notification/subscription.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { EwsCall, EwsContext } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { type FolderTarget, isOwned, openFolder, openMailboxOf } from '../mailboxes.ts';

/** What is to be followed: one mailbox, and folders of it. */
export interface Followed {
  readonly mailbox: Guid;
  readonly folders: readonly number[] | 'all';
}

/** The part of a request that says what is to be followed. */
export interface AskedFolders {
  readonly FolderIds?: readonly FolderTarget[] | undefined;
  readonly SubscribeToAllFolders?: boolean | undefined;
}

const foldersAtATime = 100;

/**
 * Opens what a request wants to follow: the caller's own mailbox as a whole, or folders of one mailbox that he may read.
 * Refuses with ErrorInvalidSubscriptionRequest and what opening a folder refuses.
 */
export async function openFollowed(call: EwsCall, { FolderIds, SubscribeToAllFolders }: AskedFolders): Promise<Followed> {
  if (SubscribeToAllFolders === true) {
    if (FolderIds !== undefined) throw ewsRefusal('ErrorInvalidSubscriptionRequest', { detail: 'folders besides all folders' });
    return { mailbox: (await openMailboxOf(call)).guid, folders: 'all' };
  }
  const folders = new Set<number>();
  let mailbox: Guid | undefined;
  for (const [index, target] of (FolderIds ?? []).entries()) {
    if (index % foldersAtATime === foldersAtATime - 1) await new Promise((resolve) => setImmediate(resolve));
    const opened = await openFolder(call, target, folderRights.readAny);
    mailbox ??= opened.mailbox.guid;
    if (mailbox !== opened.mailbox.guid) throw ewsRefusal('ErrorInvalidSubscriptionRequest', { detail: 'folders of several mailboxes' });
    if (isSearchFolder(opened.folder)) throw notSupported('Subscribing to a search folder');
    folders.add(opened.folder.counter);
  }
  if (mailbox === undefined) throw ewsRefusal('ErrorInvalidSubscriptionRequest', { detail: 'no folder' });
  return { mailbox, folders: [...folders] };
}

/** Whether a subscriber may still read what he follows; folders that are gone do not count. Not inside a transaction. */
export async function mayFollow(
  context: Pick<EwsContext, 'store' | 'directory'>,
  { mailbox, terms, organization, subscriber }: Pick<Subscription, 'mailbox' | 'terms' | 'organization' | 'subscriber'>,
): Promise<boolean> {
  const { read } = context.store;
  const kept = await getMailbox(read, mailbox);
  if (kept?.organization !== organization) return false;
  const directory = context.directory(organization);
  const owner = await directory.byGuid(kept.recipient);
  const person: Pick<Caller, 'organization' | 'recipient'> = { organization, recipient: subscriber };
  if (owner === undefined || !isOwned(owner, kept)) return false;
  if (mailboxRight(person, owner) !== undefined) return true;
  if (terms.folders === 'all') return false;
  for (const counter of terms.folders) {
    const folder = await getFolder(read, mailbox, counter);
    if (folder !== undefined && ((await folderAccessOf(directory, folder, person)).rights & folderRights.readAny) === 0) return false;
  }
  return true;
}
