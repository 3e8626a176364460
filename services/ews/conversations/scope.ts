import { localArchive, localMailbox } from '../../../shared/domain/directory/recipient.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderByPath, pathOf } from '../../../shared/domain/mailbox/folder-path.ts';
import { descendantFolders, getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { findConversation } from '../../../shared/protocols/ews/operations/find-conversation.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenFolder, type OpenMailbox, openMailbox } from '../mailboxes.ts';

/** Mailbox, archive or both: https://learn.microsoft.com/exchange/client-developer/web-service-reference/mailboxscope */
export type MailboxScope = RequestOf<typeof findConversation>['MailboxScope'];

/**
 * The mailboxes that a request is about, one of which is open: without a scope that one alone. Whoever has no archive has nothing in
 * it to `All`; to `ArchiveOnly` it is ErrorArchiveMailboxNotEnabled (both inferred).
 */
export async function mailboxesIn(call: EwsCall, opened: OpenMailbox, scope: MailboxScope): Promise<readonly OpenMailbox[]> {
  if (scope === undefined || opened.kind === 'public') return [opened];
  const { owner } = opened;
  const archive = localArchive(owner);
  if (scope === 'ArchiveOnly' && archive === null) throw ewsRefusal('ErrorArchiveMailboxNotEnabled', { detail: owner.primaryAddress });
  const [first, second] = [scope === 'ArchiveOnly' ? null : localMailbox(owner), scope === 'PrimaryOnly' ? null : archive];
  const mailboxes: OpenMailbox[] = [];
  for (const guid of [first, second]) if (guid !== null) mailboxes.push(guid === opened.guid ? opened : await openMailbox(call, guid));
  return mailboxes;
}

/** Folders of a mailbox that is open, by their counters. */
export interface OpenPlace {
  readonly mailbox: OpenMailbox;
  readonly folders: readonly number[];
}

/**
 * Where conversations are looked for: in the folder that was opened and, in the other mailbox of a scope, in the one with its role or
 * with its path (inferred); `isDeep`: in all below, too.
 */
export async function placesIn(
  call: EwsCall,
  { mailbox: opened, folder }: OpenFolder,
  scope: MailboxScope,
  isDeep: boolean,
): Promise<readonly OpenPlace[]> {
  const { read } = call.context.store;
  const places: OpenPlace[] = [];
  for (const mailbox of await mailboxesIn(call, opened, scope)) {
    const top = mailbox.guid === opened.guid ? folder : await counterpart(read, opened, folder, mailbox);
    const below = top === undefined || !isDeep ? [] : await descendantFolders(read, mailbox.guid, top.counter);
    places.push({ mailbox, folders: top === undefined ? [] : [top, ...below].map(({ counter }) => counter) });
  }
  return places;
}

async function counterpart(read: Executor, from: OpenMailbox, folder: FolderRow, to: OpenMailbox): Promise<FolderRow | undefined> {
  const same = folder.role === null ? undefined : await getFolderByRole(read, to.guid, folder.role);
  if (same !== undefined) return same;
  const path = await pathOf(read, from.guid, folder);
  return (
    path &&
    folderByPath(
      read,
      to.guid,
      path.map((one) => one.display_name),
    )
  );
}
