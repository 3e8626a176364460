const length = 13;

/**
 * Where a subscriber stands in the log of a mailbox. Layout as in the documentation's samples (`AAAAAMUBAAAAAAAAAQ==`): four
 * octets of nothing, the number, 1; little-endian.
 */
export function encodeWatermark(position: number): string {
  const octets = Buffer.alloc(length);
  octets.writeBigUInt64LE(BigInt(position), 4);
  octets[length - 1] = 1;
  return octets.toString('base64');
}

/** Reads a watermark; undefined when the text is none (ErrorInvalidWatermark). Never throws. */
export function decodeWatermark(text: string): number | undefined {
  if (text.length !== 20) return undefined;
  const octets = Buffer.from(text, 'base64');
  if (octets.length !== length || octets.toString('base64') !== text) return undefined;
  const position = octets.readBigUInt64LE(4);
  return octets.readUInt32LE(0) === 0 && octets[length - 1] === 1 && position <= Number.MAX_SAFE_INTEGER ? Number(position) : undefined;
}
