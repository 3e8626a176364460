import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { shrinks, storedGzip, storedIn } from '../../../shared/protocols/mrs/stored-gzip.ts';

const most = 960 * 1_024;
const random = seededRandom('octets that are stored');
const chance = (length: number): Buffer => Buffer.from(random.bytes(length));

test.each([0, 1, 65_535, 65_536, 600_000])('%i octets are read by zlib, and where they lie', (length) => {
  const octets = chance(length);
  const gzip = storedGzip([octets.subarray(0, length >> 1), octets.subarray(length >> 1)]);
  if (length > 0) expect(gunzipSync(gzip).equals(octets)).toBe(true);
  const blocks = storedIn(gzip, most);
  if (length > 0) expect(Buffer.concat(present(blocks, 'blocks')).equals(octets)).toBe(true);
  expect(blocks?.every(({ buffer }) => buffer === gzip.buffer)).toBe(length === 0 ? undefined : true);
});

test('what zlib stores is read, too; what it has compressed is not', () => {
  const octets = chance(200_000);
  expect(Buffer.concat(present(storedIn(gzipSync(octets, { level: 0 }), most), 'blocks')).equals(octets)).toBe(true);
  expect(storedIn(gzipSync(Buffer.alloc(200_000, 'a')), most)).toBeUndefined();
});

test('longer than it may be, or in more blocks: left to zlib', () => {
  const octets = chance(70_000);
  expect(storedIn(storedGzip([octets]), 69_999)).toBeUndefined();
  expect(storedIn(storedGzip(Array.from({ length: 65 }, () => chance(1))), most)).toBeUndefined();
  expect(storedIn(storedGzip(Array.from({ length: 64 }, () => chance(1))), most)).toHaveLength(64);
});

test('whatever is changed in it, nothing is read that zlib does not read so', () => {
  const octets = chance(300);
  const gzip = storedGzip([octets.subarray(0, 100), octets.subarray(100)]);
  const changed = fc.tuple(fc.nat(gzip.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(gzip.length));
  fc.assert(
    fc.property(changed, ([place, mask, cut]) => {
      const other = Buffer.from(gzip.subarray(0, cut % 3 === 0 ? cut : gzip.length));
      if (place < other.length) other.writeUInt8(other.readUInt8(place) ^ mask, place);
      const read = storedIn(other, most);
      return read === undefined || Buffer.concat(read).equals(gunzipSync(other));
    }),
    { numRuns: 2_000 },
  );
});

test('text shrinks, chance does not, and neither does base64 of chance enough', () => {
  expect(shrinks(Buffer.from('a line of a letter\r\n'.repeat(5_000)))).toBe(true);
  expect(shrinks(chance(200_000))).toBe(false);
  expect(shrinks(Buffer.from(chance(200_000).toString('base64')))).toBe(true);
  expect(shrinks(Buffer.from(chance(200_000).map((octet) => octet & 0xfe)))).toBe(true);
  expect(shrinks(Buffer.from(chance(200_000).map((octet, index) => (index % 24 === 0 ? 0 : octet))))).toBe(false);
});
