import type { Guid } from '../../kernel/ids.ts';
import { type ItemKey, messageEntryIdLength, readEntryId, writeMessageEntryId } from './entry-id.ts';

/** What the id of an occurrence says: the item that the series is, and the day of its pattern, in days since 1970-01-01. */
export interface OccurrenceKey extends ItemKey {
  readonly day: number;
}

// The part of such an id that stands in the place of an entry id, read from published ids: the counted day as .NET's ticks,
// the counted entry id of the series, and the kind of object. MS-OXCEXT 2.2.6.1.1 calls it RecurrenceItemData.

/** .NET's ticks of 100 ns from the year 1 to 1970, and in a day. */
const epochTicks = 621_355_968_000_000_000n;
const dayTicks = 864_000_000_000n;
const ticksLength = 8;
/** A calendar item's occurrence. */
const objectKind = 16;
const entryIdAt = 1 + ticksLength + 1;
/** Its octets. */
export const occurrenceLength = entryIdAt + messageEntryIdLength + 1;

/** Writes it into `target` at `offset`; the room must be zero. Days are those of the years 1 to 9999. */
export function writeOccurrence(target: Buffer, offset: number, { day, ...key }: OccurrenceKey): void {
  target[offset] = ticksLength;
  target.writeBigUInt64BE(epochTicks + BigInt(day) * dayTicks, offset + 1);
  target[offset + entryIdAt - 1] = messageEntryIdLength;
  writeMessageEntryId(target, offset + entryIdAt, key);
  target[offset + occurrenceLength - 1] = objectKind;
}

/** Reads it; undefined when it is of another length or holds no entry id of a message. A time of the day is passed over. */
export function readOccurrence(mailbox: Guid, octets: Buffer): OccurrenceKey | undefined {
  if (octets.length !== occurrenceLength) return undefined;
  const key = readEntryId(mailbox, octets.subarray(entryIdAt, -1));
  if (key === undefined || !('item' in key)) return undefined;
  return { ...(key as ItemKey), day: Number((octets.readBigUInt64BE(1) - epochTicks) / dayTicks) };
}
