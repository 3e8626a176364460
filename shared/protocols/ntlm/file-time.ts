import type { Instant } from '../../kernel/clock.ts';

/** From 1601 to 1970 in milliseconds. */
const epochOffsetMs = 11_644_473_600_000n;

/** An instant as FILETIME, 8 octets (MS-DTYP 2.3.3). */
export function writeFileTime(at: Instant): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64LE((BigInt(Math.trunc(at)) + epochOffsetMs) * 10_000n);
  return octets;
}

/** A FILETIME as an instant. */
export function readFileTime(octets: Buffer): Instant {
  return Number(octets.readBigUInt64LE() / 10_000n - epochOffsetMs);
}
