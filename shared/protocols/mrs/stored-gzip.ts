import { crc32, gzipSync } from 'node:zlib';

// Gzip whose blocks are stored as they are (RFC 1951 3.2.4): what is compressed already travels so, at the price of one copy each way,
// where zlib makes several and a working memory of its own each time.

/** RFC 1952: deflated, no name, no time, of no known system. */
const head = Buffer.from('1f8b08000000000000ff', 'hex');
const [leastHead, nameless] = [Buffer.from('1f8b0800', 'hex'), 10];
const tailBytes = 8;
/** A block that is stored has five octets before it and at most so many. */
const blockHeadBytes = 5;
const mostBlockBytes = 65_535;
/** Of a portion; whoever writes many small ones is read by zlib. */
const mostBlocks = 64;

/** The gzip of octets as they are: each is copied once. */
export function storedGzip(pieces: readonly Buffer[]): Buffer {
  const blocks = pieces.flatMap((piece) =>
    Array.from({ length: Math.ceil(piece.length / mostBlockBytes) }, (_, index) =>
      piece.subarray(index * mostBlockBytes, (index + 1) * mostBlockBytes),
    ),
  );
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  const out = Buffer.allocUnsafe(head.length + blocks.length * blockHeadBytes + length + tailBytes);
  let at = head.copy(out);
  let checksum = 0;
  for (const [index, block] of blocks.entries()) {
    at = out.writeUInt8(index === blocks.length - 1 ? 1 : 0, at);
    at = out.writeUInt16LE(block.length, at);
    at = out.writeUInt16LE(block.length ^ 0xffff, at);
    at += block.copy(out, at);
    checksum = crc32(block, checksum);
  }
  out.writeUInt32LE(length, out.writeUInt32LE(checksum, at));
  return out;
}

/**
 * The stored blocks of a gzip, where they lie; undefined for everything else, what is damaged or longer than `mostBytes` included: zlib
 * reads that, or says what is wrong with it.
 */
export function storedIn(gzip: Buffer, mostBytes: number): readonly Buffer[] | undefined {
  const end = gzip.length - tailBytes;
  if (!gzip.subarray(0, leastHead.length).equals(leastHead)) return undefined;
  const blocks: Buffer[] = [];
  let [length, checksum, isLast] = [0, 0, false];
  for (let at = nameless; !isLast; ) {
    if (at + blockHeadBytes > end || blocks.length === mostBlocks) return undefined;
    const kind = gzip.readUInt8(at);
    const bytes = gzip.readUInt16LE(at + 1);
    const from = at + blockHeadBytes;
    at = from + bytes;
    // The five bits above are padding, which other writers may fill as they like.
    if ((kind & 0b110) !== 0 || (bytes ^ 0xffff) !== gzip.readUInt16LE(at - bytes - 2) || at > end) return undefined;
    const block = gzip.subarray(from, at);
    blocks.push(block);
    checksum = crc32(block, checksum);
    length += bytes;
    isLast = (kind & 1) === 1;
    if (isLast && at !== end) return undefined;
  }
  return length <= mostBytes && checksum === gzip.readUInt32LE(end) && length === gzip.readUInt32LE(end + 4) ? blocks : undefined;
}

/** Octets of the middle by which the rest is judged. */
const sampleBytes = 16 * 1_024;
const worthwhile = 0.95;
/** Of octets that come by chance the squares of how often each is there come to this, and little more. */
const evenSquares = sampleBytes ** 2 / 256 + sampleBytes;

/** Whether octets become smaller by gzip, as far as a sample says: what is as even as chance does not, and needs no trial. */
export function shrinks(octets: Buffer): boolean {
  const middle = Math.max(0, (octets.length - sampleBytes) >> 1);
  const sample = octets.subarray(middle, middle + sampleBytes);
  if (sample.length === sampleBytes && squaresOf(sample) < 1.02 * evenSquares) return false;
  return gzipSync(sample, { level: 1, chunkSize: 2 * sampleBytes }).length < worthwhile * sampleBytes;
}

function squaresOf(octets: Buffer): number {
  const counts = new Uint32Array(256);
  // By place: to go through octets as a list costs several times as much.
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at] ?? 0;
    counts[octet] = (counts[octet] ?? 0) + 1;
  }
  return counts.reduce((sum, count) => sum + count * count, 0);
}
