import type { Instant } from '../../kernel/clock.ts';
import type { Day } from './recurrence/pattern.ts';

/** The first octets of every global object id, MS-OXOCAL 2.2.1.27. */
const head = Buffer.from('040000008200E00074C5B7101A82E008', 'hex');
/** 100-nanosecond units since 1601. */
const ticksAt = (instant: Instant): bigint => (BigInt(instant) + 11_644_473_600_000n) * 10_000n;

/** A global object id that nobody has yet, for a meeting and all its occurrences; base64. */
export function newGlobalObjectId(instant: Instant, guid: string): string {
  const created = Buffer.alloc(8);
  created.writeBigUInt64LE(ticksAt(instant));
  const data = Buffer.from(guid.replaceAll('-', ''), 'hex');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([head, Buffer.alloc(4), created, Buffer.alloc(8), size, data]).toString('base64');
}

const dateAt = 16;
const dayMs = 86_400_000;

/** The global object id of the occurrence of a series on a day of its pattern; without one, of the series. What is too short for one stays. */
export function onDay(globalObjectId: Buffer, day: Day | undefined): Buffer {
  const octets = Buffer.from(globalObjectId);
  if (octets.length < dateAt + 4) return octets;
  const date = day === undefined ? undefined : new Date(day * dayMs);
  octets.writeUInt16BE(date?.getUTCFullYear() ?? 0, dateAt);
  octets.writeUInt8(date === undefined ? 0 : date.getUTCMonth() + 1, dateAt + 2);
  octets.writeUInt8(date?.getUTCDate() ?? 0, dateAt + 3);
  return octets;
}

/** The day of the occurrence that a global object id names; undefined for that of a whole meeting, and for what is none. */
export function dayIn(globalObjectId: Buffer): Day | undefined {
  if (globalObjectId.length < dateAt + 4 || !globalObjectId.subarray(0, head.length).equals(head)) return undefined;
  const [year, month, day] = [
    globalObjectId.readUInt16BE(dateAt),
    globalObjectId.readUInt8(dateAt + 2),
    globalObjectId.readUInt8(dateAt + 3),
  ];
  return year === 0 ? undefined : Date.UTC(year, month - 1, day) / dayMs;
}
