import type { Instant } from '../../kernel/clock.ts';

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
