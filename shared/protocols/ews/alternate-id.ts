import type { Guid } from '../../kernel/ids.ts';
import { objectKinds } from './change-key.ts';
import {
  type FolderKey,
  folderEntryIdLength,
  type ItemKey,
  messageEntryIdLength,
  readEntryId,
  writeFolderEntryId,
  writeMessageEntryId,
} from './entry-id.ts';
import { decodeId, encodeFolderId, encodeItemId, encodeOccurrenceId } from './item-id.ts';
import { decodeLegacyId, encodeLegacyId } from './legacy-id.ts';
import { type OccurrenceKey, occurrenceLength, readOccurrence, writeOccurrence } from './occurrence-key.ts';

/** What an id in any notation names. */
export type AlternateKey = FolderKey | ItemKey | OccurrenceKey;

/** IdFormatType: the notations between which ConvertId translates. */
export const idFormats = ['EwsLegacyId', 'EwsId', 'EntryId', 'HexEntryId', 'StoreId', 'OwaId'] as const;
export type IdFormat = (typeof idFormats)[number];

/**
 * Writes a folder's or item's id in another notation. `address` is the mailbox's primary SMTP address, which
 * EwsLegacyId carries instead of the GUID. OwaId is the StoreId percent-encoded (MicrosoftDocs convertid-operation:
 * `RgAAAAAS2%2...`); a StoreId is the entry id with its length before and the object kind behind it. An occurrence has no entry
 * id: in its place stands that of the series, and of the formats EwsId, StoreId and OwaId tell which occurrence it is (inferred).
 */
export function formatAlternateId(key: AlternateKey, format: IdFormat, address: string): string {
  switch (format) {
    case 'EwsId':
      if ('day' in key) return encodeOccurrenceId(key);
      return 'item' in key ? encodeItemId(key) : encodeFolderId(key);
    case 'EwsLegacyId':
      return encodeLegacyId(address, entryIdOf(key));
    case 'EntryId':
      return entryIdOf(key).toString('base64');
    case 'HexEntryId':
      return entryIdOf(key).toString('hex').toUpperCase();
    case 'StoreId':
      return storeIdOf(key);
    case 'OwaId':
      return encodeURIComponent(storeIdOf(key));
  }
}

/**
 * Reads an id in any notation; only EwsId names its mailbox, for the others it must be known (`AlternateId@Mailbox`).
 * Undefined when the text is malformed (ErrorInvalidIdMalformed). Never throws.
 */
export function parseAlternateId(text: string, format: IdFormat, mailbox: Guid): AlternateKey | undefined {
  if (text.length === 0 || text.length > 1024) return undefined;
  switch (format) {
    case 'EwsId': {
      const decoded = decodeId(text);
      return decoded === undefined || decoded.is === 'attachment' ? undefined : decoded.key;
    }
    case 'EwsLegacyId': {
      const decoded = decodeLegacyId(text);
      return decoded === undefined ? undefined : readEntryId(mailbox, decoded.entryId);
    }
    case 'EntryId':
      return readEntryId(mailbox, Buffer.from(text, 'base64'));
    case 'HexEntryId':
      return /^(?:[0-9a-f]{2})+$/i.test(text) ? readEntryId(mailbox, Buffer.from(text, 'hex')) : undefined;
    case 'StoreId':
      return parseStoreId(text, mailbox);
    case 'OwaId':
      return parseStoreId(percentDecoded(text), mailbox);
  }
}

/** The PidTagEntryId of a folder or item. */
export function entryIdOf(key: FolderKey | ItemKey): Buffer {
  const entryId = Buffer.alloc('item' in key ? messageEntryIdLength : folderEntryIdLength);
  if ('item' in key) writeMessageEntryId(entryId, 0, key);
  else writeFolderEntryId(entryId, 0, key);
  return entryId;
}

function storeIdOf(key: AlternateKey): string {
  if ('day' in key) {
    const octets = Buffer.alloc(occurrenceLength);
    writeOccurrence(octets, 0, key);
    return octets.toString('base64');
  }
  const entryId = entryIdOf(key);
  const kind = 'item' in key ? objectKinds.Message : objectKinds.Folder;
  return Buffer.concat([Buffer.from([entryId.length]), entryId, Buffer.from([kind])]).toString('base64');
}

function parseStoreId(text: string, mailbox: Guid): AlternateKey | undefined {
  const octets = Buffer.from(text, 'base64');
  if (octets.length === occurrenceLength) return readOccurrence(mailbox, octets);
  return octets.length >= 2 && octets[0] === octets.length - 2 ? readEntryId(mailbox, octets.subarray(1, -1)) : undefined;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
