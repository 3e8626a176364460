import { XmlSyntaxError } from './errors.ts';
import { longOctetsIn } from './long-octets.ts';

/** Characters that XML 1.0 cannot carry; the parser refuses references to them. */
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** A document's characters where XML can carry them all. */
export function fitDocument(octets: Uint8Array | string): string {
  const source = decodeXml(octets);
  const foreign = unfit.exec(source);
  if (foreign !== null) throw unfitCharacter(source, foreign.index);
  return source;
}

/** The document around its long base64, and that as octets; undefined where there is none, or where something is wrong: the whole tells what and where. */
export function dividedDocument(document: Uint8Array | string): readonly (string | Buffer)[] | undefined {
  if (typeof document === 'string') return undefined;
  const whole = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  const runs = longOctetsIn(whole);
  if (runs.length === 0) return undefined;
  const pieces: (string | Buffer)[] = [];
  let from = 0;
  try {
    for (const { start, end, octets } of runs) {
      pieces.push(fitDocument(whole.subarray(from, start)), octets);
      from = end;
    }
    pieces.push(fitDocument(whole.subarray(from)));
  } catch (error) {
    if (error instanceof XmlSyntaxError) return undefined;
    throw error;
  }
  return pieces;
}

function unfitCharacter(source: string, index: number): XmlSyntaxError {
  const before = source.slice(0, index);
  const code = source.charCodeAt(index).toString(16).toUpperCase().padStart(2, '0');
  const line = before.split('\n').length;
  return new XmlSyntaxError(`Hexadecimal value 0x${code}, is an invalid character.`, line, index - before.lastIndexOf('\n'));
}

/** The characters of a document, without byte order mark and with line ends normalised (XML 1.0 2.11). Throws {@link XmlSyntaxError}. */
export function decodeXml(octets: Uint8Array | string): string {
  let source: string;
  if (typeof octets === 'string') source = octets;
  else {
    const encoding =
      octets[0] === 0xff && octets[1] === 0xfe ? 'utf-16le' : octets[0] === 0xfe && octets[1] === 0xff ? 'utf-16be' : 'utf-8';
    try {
      source = new TextDecoder(encoding, { fatal: true }).decode(octets);
    } catch {
      throw new XmlSyntaxError('Invalid character in the given encoding.', 1, 1);
    }
  }
  if (source.charCodeAt(0) === 0xfeff) source = source.slice(1);
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}
