import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import type { ItemFacts, MovedItem } from '../../domain/mailbox/put-moved-item.ts';
import { draftFromStream, partsOfStream } from '../message/transfer.ts';
import { type Beside, divided, united } from './faithful.ts';

/** What an item says of others in its mailbox, by their entry ids there. */
export interface References {
  /** The folder that it was last in use in: what lies among the deleted ones goes back there. */
  readonly lastActiveParent?: string | undefined;
  /** The folder that the mail of a conversation is moved to. */
  readonly moveTo?: string | undefined;
}

/** An item on its way, with what is to be put in place where it arrives. */
export interface RecordedItem extends MovedItem {
  readonly references: References;
}

/**
 * The record of an item: this mark, how many octets of JSON follow (32 bits, least significant octet first), the JSON of
 * what the mailbox keeps beside, and the stream that ExportItems gives of the item (MS-OXCFXICS). What that stream would
 * change or leave out lies in the JSON: nothing is lost.
 */
const mark = Buffer.from('CXR1', 'latin1');
const headLength = mark.length + 4;

interface Head extends ItemFacts {
  readonly beside: Beside;
  readonly references: References;
}

/** Octets that are no record of an item. */
export class CorruptRecord extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`not the record of an item: ${why}`, options);
    this.name = 'CorruptRecord';
  }
}

/** The octets of an item. */
export function recordOf({ draft, facts, references }: RecordedItem): Buffer {
  const { carried, beside } = divided(draft);
  const head: Head = { ...facts, beside, references };
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([mark, length, json, ...partsOfStream(carried)]);
}

/** The inverse. Throws {@link CorruptRecord}. */
export function itemOf(octets: Uint8Array): RecordedItem {
  const record = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  if (record.length < headLength || !record.subarray(0, mark.length).equals(mark)) throw new CorruptRecord('another mark');
  const end = headLength + record.readUInt32LE(mark.length);
  if (end > record.length) throw new CorruptRecord('cut off');
  try {
    const { beside, references, ...facts } = JSON.parse(record.toString('utf8', headLength, end)) as Head;
    const carried: ItemDraft = draftFromStream(record.subarray(end));
    return { draft: united(carried, beside), facts, references };
  } catch (error) {
    throw new CorruptRecord(error instanceof Error ? error.message : 'unreadable', { cause: error });
  }
}
