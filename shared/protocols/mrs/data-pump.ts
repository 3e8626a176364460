import { promisify } from 'node:util';
import { gunzip as gunzipBuffer, gunzipSync, gzip as gzipBuffer, gzipSync } from 'node:zlib';
import { freeOctets } from '../../kernel/free-octets.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type MrsException, mrsException } from './exceptions.ts';
import { shrinks, storedGzip, storedIn } from './stored-gzip.ts';

// What ImportBuffer and ExportData2 carry: an opcode and octets. The opcodes are Exchange's; what the octets of each hold is not
// MAPI's fast transfer but the declared form below.

/** Opcodes that travel here. */
export const opcodes = {
  deleteItem: 107,
  writeToMime: 108,
  bufferBatch: 200,
  pagedDataChunk: 210,
  pagedLastDataChunk: 211,
  messageExportResults: 220,
} as const;

/** One thing to do at the other end: an item, an item to delete, an item that could not be read. */
export interface PumpRecord {
  readonly opcode: number;
  /** What stands before the data, where they are not one yet: it is part of them once they have arrived. */
  readonly head?: Uint8Array;
  readonly data: Uint8Array;
}

/** Octets as one call carries them. */
export interface Portion {
  readonly opcode: number;
  readonly data: Buffer;
}

export interface PumpOptions {
  /** Octets of a portion before compression. */
  readonly portionBytes: number;
  readonly compress: boolean;
}

const gzip = promisify(gzipBuffer);
const gunzip = promisify(gunzipBuffer);

/** ExportBufferSizeKB of the shipped configuration. */
export const usualPortionBytes = 512 * 1_024;
/** ExportBufferSizeOverrideKB goes to 7500, but a member of a message has at most 1 MiB here. */
export const mostPortionBytes = 960 * 1_024;
/** The largest record that is put together again: MaxSendSize and the like end far below. */
const mostRecordBytes = 160 * 1_048_576;

const frameBytes = 8;
const nothing = Buffer.alloc(0);

/** Packs records into portions of bounded size: small ones together, large ones in pieces. */
export async function* pack(records: AsyncIterable<PumpRecord> | Iterable<PumpRecord>, options: PumpOptions): AsyncGenerator<Portion> {
  const { portionBytes } = options;
  let waiting: Buffer[] = [];
  let length = 0;
  const batch = (): Promise<Portion> => {
    const pieces = waiting;
    waiting = [];
    length = 0;
    return portion(opcodes.bufferBatch, pieces, options);
  };
  for await (const record of records) {
    const framed = frame(record);
    const size = framed.length + record.data.length;
    if (length > 0 && length + size > portionBytes) yield await batch();
    if (size <= portionBytes) {
      waiting.push(framed, asBuffer(record.data));
      length += size;
      continue;
    }
    const octets = asBuffer(record.data);
    // Never put together: what is largest would be held twice until its last piece has gone.
    for (let from = 0, to = 0; from < size; from = to) {
      to = endOfPiece(from, size, portionBytes);
      const [start, end] = [from, to].map((at) => Math.max(0, at - framed.length));
      const rest = octets.subarray(start, end);
      const pieces = from < framed.length ? [framed.subarray(from, to), rest] : [rest];
      yield await portion(to === size ? opcodes.pagedLastDataChunk : opcodes.pagedDataChunk, pieces, options);
    }
  }
  if (length > 0) yield await batch();
}

/** Where a piece of a record ends: what is left over by little goes with the last one, a call costs more than its octets. */
function endOfPiece(from: number, size: number, portionBytes: number): number {
  const most = Math.max(portionBytes, Math.min(portionBytes + (portionBytes >> 3), mostPortionBytes));
  return size - from <= most ? size : from + portionBytes;
}

async function portion(opcode: number, pieces: readonly Buffer[], { compress }: PumpOptions): Promise<Portion> {
  return { opcode, data: compress ? await deflated(pieces) : joined(pieces) };
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [only, ...more] = pieces;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(pieces);
}

/**
 * As gzip. What is compressed already, as most files are, is stored as it is: the other side reads both. That, and the sample, cost less
 * than the way to another thread and back. The result is made in one piece: by default zlib hands it over in pieces of 16 KiB.
 */
async function deflated(pieces: readonly Buffer[]): Promise<Buffer> {
  const last = pieces.at(-1) ?? nothing;
  if (last.length >= leastJudged && !shrinks(last)) return storedGzip(pieces);
  const octets = joined(pieces);
  const how = { level: 1, chunkSize: octets.length + 1_024 };
  if (octets.length < leastJudged) return gzipSync(octets, how);
  return shrinks(octets) ? gzip(octets, how) : storedGzip([octets]);
}

/** What is smaller is compressed in no time, whether it shrinks or not. */
const leastJudged = 64 * 1_024;

/** The frame of a record and its head. */
function frame({ opcode, head = nothing, data }: PumpRecord): Buffer {
  const framed = Buffer.alloc(frameBytes + head.length);
  framed.writeInt32LE(opcode, 0);
  framed.writeInt32LE(head.length + data.length, 4);
  framed.set(head, frameBytes);
  return framed;
}

/** What has come of a record that is in pieces. */
export interface Unpacking {
  readonly pieces: readonly Buffer[];
  /** The portions in which they lie, and which are let go with them. */
  readonly portions: readonly Uint8Array[];
  readonly length: number;
}

export const nothingUnpacked: Unpacking = { pieces: [], portions: [], length: 0 };

/**
 * Takes a portion: the records that are whole now, and what waits for more. Compressed octets are let go when they are read. Throws an
 * `InvalidDataTransientException`.
 */
export async function unpack(
  waiting: Unpacking,
  { opcode, data }: { readonly opcode: number; readonly data: Uint8Array },
  isCompressed: boolean,
): Promise<{ readonly records: readonly PumpRecord[]; readonly waiting: Unpacking }> {
  const { pieces, portion } = opened(data, isCompressed);
  if (opcode === opcodes.bufferBatch) {
    if (waiting.length > 0) throw invalidData('a batch within a record in pieces');
    const octets = joined(pieces);
    if (pieces.length > 1) freeOctets(portion);
    return { records: framesIn(octets), waiting };
  }
  if (opcode !== opcodes.pagedDataChunk && opcode !== opcodes.pagedLastDataChunk) throw invalidData(`opcode ${opcode}`);
  const length = waiting.length + pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length === waiting.length) throw invalidData('a piece of nothing');
  if (length > mostRecordBytes) throw invalidData(`a record of more than ${mostRecordBytes} octets`);
  const all = { pieces: [...waiting.pieces, ...pieces], portions: [...waiting.portions, portion], length };
  if (opcode === opcodes.pagedDataChunk) return { records: [], waiting: all };
  const whole = Buffer.concat(all.pieces, length);
  // Without compression they are octets of the message that has come.
  if (isCompressed) for (const one of all.portions) freeOctets(one);
  return { records: framesIn(whole), waiting: nothingUnpacked };
}

/** The octets of a portion, in pieces where they are stored, and what they lie in. */
function opened(data: Uint8Array, isCompressed: boolean): { readonly pieces: readonly Buffer[]; readonly portion: Uint8Array } {
  const stored = isCompressed ? storedIn(asBuffer(data), mostPortionBytes) : [asBuffer(data)];
  if (stored !== undefined) return { pieces: stored, portion: data };
  const octets = inflate(data);
  return { pieces: [octets], portion: octets };
}

/** Header and trailer of gzip (RFC 1952). */
const gzipBytes = 18;
const leastRoom = 1_024;

/** At once: a portion is bounded, and the way to another thread and back costs more. */
function inflate(data: Uint8Array): Buffer {
  try {
    const octets = gunzipSync(data, roomOf(data, mostPortionBytes));
    freeOctets(data);
    return octets;
  } catch (error) {
    throw notGzip(error);
  }
}

/** The last four octets say how long it becomes; that is a hint for the room, and the bound holds whatever they say. */
function roomOf(data: Uint8Array, maxOutputLength: number): { readonly maxOutputLength: number; readonly chunkSize: number } {
  const told = data.length < gzipBytes ? 0 : asBuffer(data).readUInt32LE(data.length - 4);
  return { maxOutputLength, chunkSize: Math.max(leastRoom, Math.min(told + 1, mostPortionBytes)) };
}

function notGzip(error: unknown): Refusal<MrsException> {
  return invalidData(error instanceof Error ? error.message : 'not gzip');
}

function framesIn(octets: Buffer): readonly PumpRecord[] {
  const records: PumpRecord[] = [];
  let at = 0;
  while (at < octets.length) {
    const length = at + frameBytes <= octets.length ? octets.readInt32LE(at + 4) : -1;
    if (length < 0 || at + frameBytes + length > octets.length) throw invalidData('a frame is cut off');
    records.push({ opcode: octets.readInt32LE(at), data: octets.subarray(at + frameBytes, at + frameBytes + length) });
    at += frameBytes + length;
  }
  return records;
}

const mostTextBytes = 64 * 1_048_576;

/** A long text, a sync state, as one portion carries it. */
export async function packText(text: string): Promise<Buffer> {
  return gzip(Buffer.from(text, 'utf8'), { level: 1 });
}

/** The inverse of {@link packText}. Throws an `InvalidDataTransientException`. */
export async function unpackText(data: Uint8Array): Promise<string> {
  try {
    return (await gunzip(data, roomOf(data, mostTextBytes))).toString('utf8');
  } catch (error) {
    throw notGzip(error);
  }
}

/** Texts and octets in a row, each with its length: what a record holds. */
export function writeFields(texts: readonly string[], octets: Uint8Array = nothing): Buffer {
  const parts = texts.flatMap((one) => {
    const encoded = Buffer.from(one, 'utf8');
    const length = Buffer.alloc(4);
    length.writeInt32LE(encoded.length);
    return [length, encoded];
  });
  return Buffer.concat([...parts, octets]);
}

/** The inverse of {@link writeFields} for so many texts. Throws an `InvalidDataTransientException`. */
export function readFields(data: Uint8Array, count: number): { readonly texts: readonly string[]; readonly octets: Buffer } {
  const octets = asBuffer(data);
  const texts: string[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const length = at + 4 <= octets.length ? octets.readInt32LE(at) : -1;
    if (length < 0 || at + 4 + length > octets.length) throw invalidData('a field is cut off');
    texts.push(octets.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { texts, octets: octets.subarray(at) };
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Octets that are none of ours, or more than may come. The sentence is ours. */
export function invalidData(what: string): Refusal<MrsException> {
  return mrsException('InvalidDataTransientException', `What came cannot be read: ${what}.`);
}
