import { type Guid, parseGuid } from '../../kernel/ids.ts';
import { conversationIdOf } from './conversation-id.ts';
import {
  type FolderKey,
  folderEntryIdLength,
  type ItemKey,
  messageEntryIdLength,
  readEntryId,
  type StoreKey,
  writeCounter,
  writeFolderEntryId,
  writeMessageEntryId,
} from './entry-id.ts';
import { entryIdAt, guidTextLength, headed, type IdParts, idPayload, mailboxGuidBased, splitPayload } from './id-layout.ts';
import { type OccurrenceKey, occurrenceLength, readOccurrence, writeOccurrence } from './occurrence-key.ts';

export type { FolderKey, ItemKey, StoreKey } from './entry-id.ts';

/** An attachment's id: its item and its number in it. */
export interface AttachmentKey extends ItemKey {
  readonly attachment: number;
  /** For an attachment of an item attachment: the numbers that lead to that one, from the item inwards. */
  readonly within?: readonly number[];
  /** For an attachment of one occurrence of a series: the day of the pattern, since 1970-01-01. */
  readonly day?: number;
}

/** What any EWS id says. */
export type DecodedId =
  | { readonly is: 'folder'; readonly key: FolderKey }
  | { readonly is: 'item'; readonly key: ItemKey }
  | { readonly is: 'occurrence'; readonly key: OccurrenceKey }
  | { readonly is: 'attachment'; readonly key: AttachmentKey };

/** Makes the ids of one store; quicker than the single functions when many are made. */
export interface IdWriter {
  folderId(folder: number): string;
  itemId(folder: number, item: number): string;
  /** @param day of the pattern, since 1970-01-01 */
  occurrenceId(folder: number, item: number, day: number): string;
  attachmentId(folder: number, item: number, attachment: number, within?: readonly number[], day?: number): string;
  /** @param conversation 16 octets */
  conversationId(conversation: Buffer): string;
}

const folderIdLength = entryIdAt + folderEntryIdLength + 1;
const itemIdLength = entryIdAt + messageEntryIdLength + 1;
/** A counted attachment id that holds 16 counted octets; ours keep the number in the last four. */
const attachmentPartLength = 2 + 2 + 16;
const occurrenceOfEntryId = 1;

/** The id of a folder: 120 characters beginning `AAMk`. */
export function encodeFolderId(key: FolderKey): string {
  return folderTemplate(key).toString('base64');
}

/** The id of an item: 152 characters beginning `AAMk`. */
export function encodeItemId(key: ItemKey): string {
  return itemTemplate(key, 0).toString('base64');
}

/** The id of an occurrence: 168 characters beginning `AAMk`. */
export function encodeOccurrenceId(key: OccurrenceKey): string {
  return occurrenceOctets(key).toString('base64');
}

function occurrenceOctets(key: OccurrenceKey): Buffer {
  const octets = headed(entryIdAt + occurrenceLength, key.mailbox, occurrenceLength);
  octets[entryIdAt - 3] = occurrenceOfEntryId;
  writeOccurrence(octets, entryIdAt, key);
  return octets;
}

/**
 * The id of an attachment: its item's id with the attachment's number behind it, after those of the attachments it lies in; of an
 * occurrence that one's id, with them behind it as behind an item's (inferred).
 */
export function encodeAttachmentId(key: AttachmentKey): string {
  return attachmentOctets(key).toString('base64');
}

function attachmentOctets({ day, ...key }: AttachmentKey): Buffer {
  const path = [...(key.within ?? []), key.attachment];
  const octets = day === undefined ? itemTemplate(key, 0) : Buffer.concat([occurrenceOctets({ ...key, day }), Buffer.alloc(1)]);
  octets[octets.length - 1] = path.length;
  const parts = Buffer.alloc(attachmentPartLength * path.length);
  for (const [depth, number] of path.entries()) writeAttachment(parts, depth * attachmentPartLength, number);
  return Buffer.concat([octets, parts]);
}

/** Makes many ids of one store. */
export function idWriter(store: StoreKey): IdWriter {
  const folderOctets = folderTemplate({ ...store, folder: 0 });
  const itemOctets = itemTemplate({ ...store, folder: 0, item: 0 }, 0);
  const attachmentIdOctets = itemTemplate({ ...store, folder: 0, item: 0 }, attachmentPartLength);
  attachmentIdOctets[itemIdLength - 1] = 1;
  const aim = (octets: Buffer, folder: number, item: number): Buffer => {
    writeCounter(octets, entryIdAt + 38, folder);
    writeCounter(octets, entryIdAt + 62, item);
    return octets;
  };
  return {
    folderId: (folder) => {
      writeCounter(folderOctets, entryIdAt + 38, folder);
      return folderOctets.toString('base64');
    },
    itemId: (folder, item) => aim(itemOctets, folder, item).toString('base64'),
    occurrenceId: (folder, item, day) => encodeOccurrenceId({ ...store, folder, item, day }),
    attachmentId: (folder, item, attachment, within = [], day) => {
      const key = { ...store, folder, item, attachment, within };
      if (within.length > 0 || day !== undefined) return encodeAttachmentId(day === undefined ? key : { ...key, day });
      writeAttachment(aim(attachmentIdOctets, folder, item), itemIdLength, attachment);
      return attachmentIdOctets.toString('base64');
    },
    conversationId: (conversation) => conversationIdOf(store.mailbox, conversation),
  };
}

/** The key in a folder id; undefined when the text is no folder id (ErrorInvalidIdMalformed). Never throws. */
export function decodeFolderId(id: string): FolderKey | undefined {
  const decoded = decodeId(id);
  return decoded?.is === 'folder' ? decoded.key : undefined;
}

/** The key in an item id; undefined when the text is no item id (ErrorInvalidIdMalformed). Never throws. */
export function decodeItemId(id: string): ItemKey | undefined {
  const decoded = decodeId(id);
  return decoded?.is === 'item' ? decoded.key : undefined;
}

/** The item, and of an occurrence the day of its pattern, that the id of an event names; undefined when the text is neither's id. Never throws. */
export function decodeEventId(id: string): (ItemKey & { readonly day?: number }) | undefined {
  const decoded = decodeId(id);
  return decoded?.is === 'item' || decoded?.is === 'occurrence' ? decoded.key : undefined;
}

/** The key in an attachment id; undefined when the text is none. Never throws. */
export function decodeAttachmentId(id: string): AttachmentKey | undefined {
  const decoded = decodeId(id);
  return decoded?.is === 'attachment' ? decoded.key : undefined;
}

/** Reads any id with a mailbox GUID in it, plain (`AAMk`) or run-length (`AQMk`). Undefined when malformed; never throws. */
export function decodeId(id: string): DecodedId | undefined {
  const payload = idPayload(id);
  if (payload === undefined || payload[0] !== mailboxGuidBased) return undefined;
  if (payload[entryIdAt - 4] === occurrenceOfEntryId) return decodeOccurrence(payload);
  const parts = splitPayload(payload);
  const mailbox = parts === undefined ? undefined : parseGuid(parts.moniker);
  // Ids are compared letter by letter: a GUID in other letters makes another id, and none of ours.
  if (parts === undefined || mailbox === undefined || mailbox !== parts.moniker) return undefined;
  return resolve(mailbox, parts);
}

function decodeOccurrence(payload: Buffer): DecodedId | undefined {
  const mailbox = parseGuid(payload.subarray(3, 3 + guidTextLength).toString('latin1'));
  const partsAt = entryIdAt - 1 + occurrenceLength;
  const key = mailbox === undefined ? undefined : readOccurrence(mailbox, payload.subarray(entryIdAt - 1, partsAt));
  if (key === undefined) return undefined;
  const path = payload.length > partsAt ? attachmentPath(payload, partsAt) : [];
  const attachment = path?.at(-1);
  const within = path?.slice(0, -1) ?? [];
  const decoded: DecodedId =
    attachment === undefined
      ? { is: 'occurrence', key }
      : { is: 'attachment', key: { ...key, attachment, ...(within.length === 0 ? {} : { within }) } };
  // As everywhere: what does not come out the same is none of ours.
  const same = decoded.is === 'attachment' ? attachmentOctets(decoded.key) : occurrenceOctets(key);
  return path !== undefined && same.subarray(1).equals(payload) ? decoded : undefined;
}

/** The counted numbers of attachments behind the id of an occurrence; undefined where they are none of ours. */
function attachmentPath(payload: Buffer, at: number): readonly number[] | undefined {
  const count = payload[at] ?? 0;
  if (payload.length !== at + 1 + count * attachmentPartLength) return undefined;
  const parts = Array.from({ length: count }, (_, index) => {
    const part = at + 1 + index * attachmentPartLength;
    return attachmentNumber(payload.subarray(part + 2, part + attachmentPartLength));
  });
  return parts.every((number) => number !== undefined) ? parts : undefined;
}

function folderTemplate(key: FolderKey): Buffer {
  const octets = headed(folderIdLength, key.mailbox, folderEntryIdLength);
  writeFolderEntryId(octets, entryIdAt, key);
  return octets;
}

function itemTemplate(key: ItemKey, extra: number): Buffer {
  const octets = headed(itemIdLength + extra, key.mailbox, messageEntryIdLength);
  writeMessageEntryId(octets, entryIdAt, key);
  return octets;
}

function writeAttachment(octets: Buffer, at: number, attachment: number): void {
  octets.writeUInt16LE(attachmentPartLength - 2, at);
  octets.writeUInt16LE(attachmentPartLength - 4, at + 2);
  octets.writeUInt32BE(attachment, at + attachmentPartLength - 4);
}

function resolve(mailbox: Guid, { entryId, attachments }: IdParts): DecodedId | undefined {
  const key = readEntryId(mailbox, entryId);
  if (key === undefined) return undefined;
  if (!('item' in key)) return attachments.length === 0 ? { is: 'folder', key } : undefined;
  if (attachments.length === 0) return { is: 'item', key };
  const path = attachments.map(attachmentNumber);
  if (!path.every((number) => number !== undefined)) return undefined;
  const within = path.slice(0, -1);
  const attachment = path.at(-1) ?? 0;
  return { is: 'attachment', key: { ...key, attachment, ...(within.length === 0 ? {} : { within }) } };
}

/** The number in a part of ours; undefined for anything else. */
function attachmentNumber(part: Buffer): number | undefined {
  const isOurs = part.length === 18 && part.readUInt16LE(0) === 16 && part.subarray(2, 14).every((octet) => octet === 0);
  return isOurs ? part.readUInt32BE(14) : undefined;
}
