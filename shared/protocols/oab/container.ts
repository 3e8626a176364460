import { oabCrc } from './crc.ts';

/** Octets of one block. */
const blockOctets = 0x40000;
const [versionHigh, versionLow] = [3, 1];
/** ulFlags of a block that is not compressed. */
const stored = 0;

/**
 * A file as it is downloaded: the format of compressed Full Details files (MS-OXOAB 2.11), its blocks stored as they are, which
 * the format allows. Readers see the difference in nothing but the size.
 */
export function packFile(octets: Uint8Array): Buffer {
  const header = Buffer.alloc(16);
  for (const [index, value] of [versionHigh, versionLow, blockOctets, octets.length].entries()) header.writeUInt32LE(value, index * 4);
  const parts: Uint8Array[] = [header];
  for (let at = 0; at < octets.length; at += blockOctets) {
    const block = octets.subarray(at, at + blockOctets);
    const head = Buffer.alloc(16);
    for (const [index, value] of [stored, block.length, block.length, oabCrc(block)].entries()) head.writeUInt32LE(value, index * 4);
    parts.push(head, block);
  }
  return Buffer.concat(parts);
}
