import { decodeXml } from '../../xml/document-text.ts';
import type { XmlElement } from '../../xml/element.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { type ParseLimits, parseXml } from '../../xml/parse.ts';

/** A document as it came: its characters, on which signatures are verified, beside the tree that was read from them. */
export interface ReceivedXml {
  /** Decoded, line ends normalised. */
  readonly text: string;
  readonly root: XmlElement;
}

/**
 * Bounds of a message or token whose parts are signed: what a signature library may see at all.
 * A token request has about 100 elements; xml-crypto searches all of them several times for each reference, which costs
 * seconds of processor time at 10,000.
 */
export const tokenLimits: ParseLimits = { maxBytes: 1024 * 1024, maxDepth: 64, maxElements: 2_000 };

/**
 * Reads a document whose signatures will be verified. Throws `XmlSyntaxError` for what `parseXml` refuses (a document type
 * declaration, octets beyond the limits), for processing instructions, which SOAP forbids and xml-crypto takes for text, and
 * for attributes called `xmlns...` that declare nothing, which XML reserves and xml-crypto leaves out. Texts are not told from
 * markup here: `<?` in a comment or CDATA section and a word that begins so are refused with them.
 */
export function receiveXml(octets: Uint8Array, limits: Partial<ParseLimits> = {}): ReceivedXml {
  const bounds = { ...tokenLimits, ...limits };
  if (octets.length > bounds.maxBytes) throw new XmlSyntaxError(`The document is larger than ${bounds.maxBytes} bytes.`, 0, 0);
  const text = decodeXml(octets);
  const root = parseXml(text, bounds);
  const reserved = / xmlns[^:= ]/.exec(text.replace(/[\t\n]/g, ' '))?.index;
  if (reserved !== undefined) throw refused(text, reserved, 'Names that begin with xmlns are reserved.');
  const declared = /^<\?xml[ \t\n][^?]*\?>/.exec(text)?.[0].length ?? 0;
  const instruction = text.indexOf('<?', declared);
  if (instruction >= 0) throw refused(text, instruction, 'Processing instructions are not supported.');
  return { text, root };
}

function refused(text: string, index: number, message: string): XmlSyntaxError {
  const before = text.slice(0, index);
  return new XmlSyntaxError(message, before.split('\n').length, index - before.lastIndexOf('\n'));
}
