import { moveFolderEid } from '../../domain/mailbox/conversation-actions.ts';
import { parentStamp, readParent } from '../../domain/mailbox/deletion-stamp.ts';
import type { Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { type Guid, guidToBytes } from '../../kernel/ids.ts';
import { type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { folderEntryIdLength, readEntryId, writeFolderEntryId } from '../../protocols/ews/entry-id.ts';
import type { References } from './message-record.ts';

// Objects of a mailbox name others of it by counters, which become others when it moves. On the way they are entry ids.

/** Hexadecimal digits of an entry id: the GUID of its mailbox and a counter of 48 bits, as a long-term id has them (MS-OXCDATA 2.2.1.3). */
const entryIdPattern = /^[0-9A-F]{44}$/;

/** The entry id of a folder or item of a mailbox. */
export function entryIdOf(mailbox: Guid, counter: number): string {
  const octets = Buffer.alloc(22);
  guidToBytes(mailbox).copy(octets);
  octets.writeUIntBE(counter, 16, 6);
  return octets.toString('hex').toUpperCase();
}

/** The counter in an entry id of that mailbox; undefined for any other text. */
export function counterIn(mailbox: Guid, entryId: string): number | undefined {
  if (!entryIdPattern.test(entryId)) return undefined;
  const octets = Buffer.from(entryId, 'hex');
  return octets.subarray(0, 16).equals(guidToBytes(mailbox)) ? octets.readUIntBE(16, 6) : undefined;
}

/** An item's properties without those that name others of its mailbox, and what they name. */
export function withoutReferences(
  properties: PropertyBag,
  { guid, databaseGuid }: Mailbox,
): { readonly properties: PropertyBag; readonly references: References } {
  const rest: Record<PropertyKey, PropertyValue> = { ...properties };
  const parent = readParent(rest[tags.lastActiveParentEntryId]);
  const isOwn = parent !== undefined && parent.database === databaseGuid;
  if (isOwn) delete rest[tags.lastActiveParentEntryId];
  const target = rest[moveFolderEid];
  const named = typeof target === 'string' ? readEntryId(guid, Buffer.from(target, 'base64')) : undefined;
  const isFolder = named !== undefined && named.database === databaseGuid && !('item' in named);
  if (isFolder) delete rest[moveFolderEid];
  return {
    properties: rest,
    references: {
      ...(isOwn ? { lastActiveParent: entryIdOf(guid, parent.folder) } : {}),
      ...(isFolder ? { moveTo: entryIdOf(guid, named.folder) } : {}),
    },
  };
}

/** The inverse in the mailbox that is written; what has not come there is named no more. */
export function withReferences(
  properties: PropertyBag,
  { lastActiveParent, moveTo }: References,
  { guid, databaseGuid }: Mailbox,
  counters: ReadonlyMap<string, number>,
): PropertyBag {
  const parent = lastActiveParent === undefined ? undefined : counters.get(lastActiveParent);
  const target = moveTo === undefined ? undefined : counters.get(moveTo);
  return {
    ...properties,
    ...(parent === undefined ? {} : { [tags.lastActiveParentEntryId]: parentStamp(databaseGuid, parent) }),
    ...(target === undefined ? {} : { [moveFolderEid]: folderEntryId(guid, databaseGuid, target) }),
  };
}

/** The entry ids of folders that such references have. */
export function referencedFolders({ lastActiveParent, moveTo }: References): readonly string[] {
  return [lastActiveParent, moveTo].filter((one) => one !== undefined);
}

function folderEntryId(mailbox: Guid, database: Guid, folder: number): string {
  const octets = Buffer.alloc(folderEntryIdLength);
  writeFolderEntryId(octets, 0, { mailbox, database, folder });
  return octets.toString('base64');
}
