import { type Guid, guidFromBytes, guidToBytes } from '../../kernel/ids.ts';

/**
 * A store of one mailbox as ids name it: `mailbox` is the Exchange GUID, `database` the provider UID of its entry
 * ids, `replica` qualifies the counters (as it does in change keys) and is the database GUID when absent.
 */
export interface StoreKey {
  readonly mailbox: Guid;
  readonly database: Guid;
  readonly replica?: Guid;
}

/** What a folder id says. `folder` is the 48-bit object counter. */
export interface FolderKey extends StoreKey {
  readonly folder: number;
}

/** What an item id says. `itemReplica` is present when the item's counter belongs to another replica than its folder's. */
export interface ItemKey extends FolderKey {
  readonly item: number;
  readonly itemReplica?: Guid;
}

/** Octets of a folder entry id (MS-OXCDATA 2.2.4.1). */
export const folderEntryIdLength = 0x2e;
/** Octets of a message entry id (MS-OXCDATA 2.2.4.2). */
export const messageEntryIdLength = 0x46;

const privateFolder = 1;
const privateMessage = 7;
const largestCounter = 2 ** 48 - 1;

/** Writes the entry id of a folder into `target` at `offset`; the room must be zero. */
export function writeFolderEntryId(target: Buffer, offset: number, key: FolderKey): void {
  guidToBytes(key.database).copy(target, offset + 4);
  target.writeUInt16LE(privateFolder, offset + 20);
  guidToBytes(key.replica ?? key.database).copy(target, offset + 22);
  writeCounter(target, offset + 38, key.folder);
}

/** Writes the entry id of a message into `target` at `offset`; the room must be zero. */
export function writeMessageEntryId(target: Buffer, offset: number, key: ItemKey): void {
  writeFolderEntryId(target, offset, key);
  target.writeUInt16LE(privateMessage, offset + 20);
  guidToBytes(key.itemReplica ?? key.replica ?? key.database).copy(target, offset + 46);
  writeCounter(target, offset + 62, key.item);
}

/** Writes a 48-bit object counter, most significant octet first. */
export function writeCounter(target: Buffer, offset: number, counter: number): void {
  if (!Number.isInteger(counter) || counter < 0 || counter > largestCounter) throw new Error(`defect: ${counter} is no object counter`);
  target.writeUIntBE(counter, offset, 6);
}

/** Reads an entry id of that mailbox; undefined when it is not exactly one of a private folder or message. */
export function readEntryId(mailbox: Guid, entryId: Buffer): FolderKey | ItemKey | undefined {
  if (entryId.length !== folderEntryIdLength && entryId.length !== messageEntryIdLength) return undefined;
  const isMessage = entryId.length === messageEntryIdLength;
  if (entryId.readUInt32LE(0) !== 0) return undefined;
  if (entryId.readUInt16LE(20) !== (isMessage ? privateMessage : privateFolder)) return undefined;
  if (entryId.readUInt16LE(44) !== 0) return undefined;
  const database = guidFromBytes(entryId.subarray(4, 20));
  const replica = guidFromBytes(entryId.subarray(22, 38));
  const folder: FolderKey = {
    mailbox,
    database,
    ...(replica === database ? {} : { replica }),
    folder: entryId.readUIntBE(38, 6),
  };
  if (!isMessage) return folder;
  if (entryId.readUInt16LE(68) !== 0) return undefined;
  const itemReplica = guidFromBytes(entryId.subarray(46, 62));
  return { ...folder, item: entryId.readUIntBE(62, 6), ...(itemReplica === replica ? {} : { itemReplica }) };
}
