import type { Guid } from '../../kernel/ids.ts';
import { expandRuns } from './run-length.ts';

/**
 * Layout (read from real ids; MS-OXCEXT 2.2.6): compression, storage type, then the mailbox GUID as
 * counted text, a processing instruction, the counted entry id and the counted list of attachment ids.
 */
const uncompressed = 0;
const runLength = 1;
export const smtpAddressBased = 0;
export const mailboxGuidBased = 3;
export const guidTextLength = 36;
export const entryIdAt = 1 + 1 + 2 + guidTextLength + 1 + 2;
const plainEntryId = 0;
const longestText = 1024;
const longestOctets = 768;

/** What lies in an id: whose it is, the entry id, and the ids of attachments. */
export interface IdParts {
  readonly moniker: string;
  readonly entryId: Buffer;
  readonly attachments: readonly Buffer[];
}

/** The octets of an id up to its entry id, by the GUID of the mailbox; the rest is zero. */
export function headed(length: number, mailbox: Guid, entryIdLength: number): Buffer {
  const octets = Buffer.alloc(length);
  octets[0] = uncompressed;
  octets[1] = mailboxGuidBased;
  octets.writeUInt16LE(guidTextLength, 2);
  octets.write(mailbox, 4, 'latin1');
  octets.writeUInt16LE(entryIdLength, entryIdAt - 2);
  return octets;
}

/** The octets of an id without the first one; undefined when the text is none. Never throws. */
export function idPayload(id: string): Buffer | undefined {
  if (id.length === 0 || id.length > longestText || id.length % 4 !== 0) return undefined;
  const octets = Buffer.from(id, 'base64');
  // Node skips what is not base64; an id is compared by its very text elsewhere, so only the canonical one is taken.
  if (octets.toString('base64') !== id) return undefined;
  if (octets[0] === uncompressed) return octets.subarray(1);
  return octets[0] === runLength ? expandRuns(octets.subarray(1), longestOctets) : undefined;
}

/** The parts of the octets of an id; undefined where they are not laid out like that, or name an occurrence. */
export function splitPayload(payload: Buffer): IdParts | undefined {
  let at = 1;
  const counted = (): Buffer | undefined => {
    if (at + 2 > payload.length) return undefined;
    const length = payload.readUInt16LE(at);
    const part = payload.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    return part.length === length ? part : undefined;
  };
  const moniker = counted();
  // The processing instruction: 0 normal, 1 an occurrence of a recurring item, 2 a series; only 0 carries a plain entry id.
  if (moniker === undefined || payload[at] !== plainEntryId) return undefined;
  at += 1;
  const entryId = counted();
  if (entryId === undefined) return undefined;
  const count = payload[at] ?? -1;
  at += 1;
  const attachments: Buffer[] = [];
  while (attachments.length < count) {
    const part = counted();
    if (part === undefined) return undefined;
    attachments.push(part);
  }
  return count >= 0 && at === payload.length ? { moniker: moniker.toString('utf8'), entryId, attachments } : undefined;
}
