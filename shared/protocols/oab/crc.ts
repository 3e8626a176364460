/** The CRC of offline address books: CRC-32 without the inversion at its end (MS-OXOAB 2.1). */
export function oabCrc(octets: Uint8Array): number {
  let crc = 0xffffffff;
  for (const octet of octets) crc = (table[(crc ^ octet) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc >>> 0;
}

const polynomial = 0xedb88320;
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ polynomial;
  return value;
});
