import { type Guid, namedGuid, parseGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey } from '../../kernel/mapi.ts';
import type { FolderRow } from './folder-columns.ts';
import { folderProperty } from './property-reader.ts';

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
