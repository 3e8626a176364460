import type { Instant } from '../../kernel/clock.ts';
import { type Guid, guidFromBytes, guidToBytes } from '../../kernel/ids.ts';
import { type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import type { FolderRow } from './folder-columns.ts';
import type { Keeping } from './keeping.ts';

/** Whether a folder is one of the recoverable items. */
export function isRecoverable({ role }: Pick<FolderRow, 'role'>): boolean {
  return role?.startsWith('recoverableitems') === true;
}

/** Whether what is in a folder counts as deleted. */
export function isForDeleted(folder: Pick<FolderRow, 'role'>): boolean {
  return folder.role === 'deleteditems' || isRecoverable(folder);
}

/**
 * The bag of an item that moves from one folder to another: it tells which one it was last in use in, and since when it is
 * recoverable. An item that comes back into use has neither.
 */
export function stampedBag(bag: PropertyBag, from: FolderRow, to: FolderRow, keeping: Keeping, instant: Instant): PropertyBag {
  const stamped: Record<PropertyKey, PropertyValue> = { ...bag };
  if (!isForDeleted(to)) delete stamped[tags.lastActiveParentEntryId];
  else if (!isForDeleted(from) && keeping.stampGuid !== undefined)
    stamped[tags.lastActiveParentEntryId] = parentStamp(keeping.stampGuid, from.counter);
  if (!isRecoverable(to)) delete stamped[tags.deletedOn];
  else if (!isRecoverable(from)) stamped[tags.deletedOn] = instant;
  return stamped;
}

/** The bag without what deletion left in it: of an item that goes to another mailbox. */
export function unstampedBag(bag: PropertyBag): PropertyBag {
  const { [tags.lastActiveParentEntryId]: _parent, [tags.deletedOn]: _since, ...rest } = bag;
  return rest;
}

/** Octets of the stamp: a GUID and a counter of 48 bits, most significant octet first, as in the entry id of a folder. */
const stampLength = 22;

/** The stamp that names a folder: a property value. */
export function parentStamp(database: Guid, folder: number): string {
  return writeParent(database, folder).toString('base64');
}

function writeParent(database: Guid, folder: number): Buffer {
  const octets = Buffer.alloc(stampLength);
  guidToBytes(database).copy(octets);
  octets.writeUIntBE(folder, 16, 6);
  return octets;
}

/** The folder that a stamp names, and the octets in hexadecimal; undefined for what is no stamp. */
export function readParent(
  stamp: PropertyValue | undefined,
): { readonly database: Guid; readonly folder: number; readonly text: string } | undefined {
  if (typeof stamp !== 'string') return undefined;
  const octets = Buffer.from(stamp, 'base64');
  if (octets.length !== stampLength) return undefined;
  return { database: guidFromBytes(octets.subarray(0, 16)), folder: octets.readUIntBE(16, 6), text: octets.toString('hex').toUpperCase() };
}
