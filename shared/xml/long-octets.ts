// Base64 between a document's octets and those that it stands for, without the whole of its text ever being made: in slices that
// live briefly. Text of half a megabyte would be copied at each step, and is memory that only a full collection gives back.

/** Octets of a slice, whose text is 32 KiB. */
const sliceBytes = 24 * 1_024;
const sliceCharacters = (sliceBytes / 3) * 4;
/** A run of base64 shorter than this is text like any other. */
const leastCharacters = 4 * 1_024;

const [lessThan, greaterThan, minus, underscore, equals] = [0x3c, 0x3e, 0x2d, 0x5f, 0x3d];

/** A stretch of base64 between two tags of a document. */
export interface LongOctets {
  /** Where it stands, in octets of the document; the end is not part of it. */
  readonly start: number;
  readonly end: number;
  readonly octets: Buffer;
}

/** The long runs of base64 that stand between a tag and the next one, of a document in UTF-8. What is not base64 as it is written here is none. */
export function longOctetsIn(document: Buffer): readonly LongOctets[] {
  const found: LongOctets[] = [];
  if (document.length < leastCharacters) return found;
  for (let tag = document.indexOf(lessThan); tag >= 0; ) {
    const next = document.indexOf(lessThan, tag + 1);
    const end = next < 0 ? document.length : next;
    const start = end - tag < leastCharacters ? end : document.indexOf(greaterThan, tag) + 1;
    const octets = start > tag && end - start >= leastCharacters ? octetsOf(document.subarray(start, end)) : undefined;
    if (octets !== undefined) found.push({ start, end, octets });
    tag = next;
  }
  return found;
}

/** What base64 without anything else in it stands for; undefined for all other text. */
function octetsOf(text: Buffer): Buffer | undefined {
  if (text.length % 4 !== 0 || text.includes(minus) || text.includes(underscore)) return undefined;
  const padding = text.at(-1) !== equals ? 0 : text.at(-2) !== equals ? 1 : 2;
  const octets = Buffer.allocUnsafe((text.length / 4) * 3 - padding);
  let written = 0;
  for (let at = 0; at < text.length; at += sliceCharacters) {
    const slice = Math.min(sliceBytes, octets.length - written);
    // What is no base64 is read over: then fewer octets come than there should.
    if (octets.write(text.toString('latin1', at, Math.min(at + sliceCharacters, text.length)), written, 'base64') !== slice)
      return undefined;
    written += slice;
  }
  // Bits that stand for nothing would be lost.
  const last = octets.subarray(octets.length - ((octets.length - 1) % 3) - 1);
  return last.toString('base64') === text.toString('latin1', text.length - 4) ? octets : undefined;
}

/** Characters of the base64 of so many octets. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** Writes octets as base64 into a document; gives where it ends. */
export function writeBase64(octets: Buffer, into: Buffer, start: number): number {
  let at = start;
  for (let from = 0; from < octets.length; from += sliceBytes)
    at += into.write(octets.toString('base64', from, Math.min(from + sliceBytes, octets.length)), at, 'latin1');
  return at;
}
