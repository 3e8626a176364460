import { type Guid, namedGuid, parseGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { folderSize } from './folder-size.ts';
import { allFolders } from './folders.ts';
import { folderProperty } from './property-reader.ts';
import { nextTurn } from './turns.ts';

// An organisation's public folders lie in one mailbox of the store, whose tree is the hierarchy. Which of its public folder mailboxes
// the contents of a folder count to stands at the folder: Exchange keeps them there (PidTagReplicaList names it).

/** The ExchangeGuid of that mailbox, a text; absent: the one with the hierarchy. */
export const contentMailboxKey: PropertyKey = namedProperty(namedGuid('coexist', 'folder settings'), 'ContentMailbox', 'String');

/** The mailbox that a folder's contents count to; undefined: the one with the hierarchy. */
export function contentMailboxOf(folder: FolderRow): Guid | undefined {
  return parseGuid(String(folderProperty(folder, contentMailboxKey) ?? ''));
}

/** @param mailbox undefined: the one with the hierarchy */
export function contentMailboxProperties(mailbox: Guid | undefined): PropertyBag {
  return mailbox === undefined ? {} : { [contentMailboxKey]: mailbox };
}

/** How much counts to each public folder mailbox beside the first; folders and octets. Not inside a transaction. */
export async function contentsByMailbox(
  executor: Executor,
  hierarchy: Guid,
): Promise<ReadonlyMap<Guid, { readonly folders: number; readonly bytes: number }>> {
  const found = new Map<Guid, { folders: number; bytes: number }>();
  for (const folder of await allFolders(executor, hierarchy)) {
    const mailbox = contentMailboxOf(folder);
    if (mailbox === undefined) continue;
    const { folders, bytes } = found.get(mailbox) ?? { folders: 0, bytes: 0 };
    found.set(mailbox, { folders: folders + 1, bytes: bytes + (await folderSize(executor, hierarchy, folder.counter)) });
    await nextTurn();
  }
  return found;
}
