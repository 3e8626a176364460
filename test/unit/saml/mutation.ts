import fc from 'fast-check';
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';

/** What is signed, and the signature's value, as libxml2 sees them; KeyInfo is nobody's word. Undefined: not well-formed. */
export function signedParts(text: string): string | undefined {
  try {
    using document = XmlDocument.fromString(text.replace(/<ds:KeyInfo[^>]*>.*<\/ds:KeyInfo\s*>/s, ''));
    return document
      .canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })
      .replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, (value) => value.replace(/\s/g, ''));
  } catch {
    return undefined;
  }
}

const insertions = [
  '',
  'A',
  '0',
  '=',
  ' ',
  '\n',
  '<',
  '&',
  '"',
  '/>',
  '<!---->',
  '<?x y?>',
  '<![CDATA[z]]>',
  '&#x41;',
  '<a/>',
  ' a="b"',
  ':',
];
/** A change of a text: where, how many characters go, and what comes. */
export const mutation = fc.record({ at: fc.nat(), length: fc.constantFrom(0, 0, 1, 1, 2, 40), by: fc.constantFrom(...insertions) });

/** The text with a mutation in it. */
export function mutated(text: string, { at, length, by }: { readonly at: number; readonly length: number; readonly by: string }): string {
  const start = at % text.length;
  return `${text.slice(0, start)}${by}${text.slice(start + length)}`;
}
