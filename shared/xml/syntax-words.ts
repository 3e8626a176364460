import type { XmlElement } from './element.ts';
import { offsetOf, type Place, placeOf } from './places.ts';

/** What the parser knows when it stops. */
export interface Stop extends Place {
  /** In the parser's words. */
  readonly message: string;
  /** Names of the elements that are open, as they were written, outermost first. */
  readonly open: readonly string[];
  /** The element that ended last, and its name as it was written. */
  readonly ended: { readonly name: string; readonly element: XmlElement } | undefined;
}

/**
 * What is wrong with a document and where, in the words of .NET's `XmlException`, which Exchange's faults repeat; for what they are not
 * known here the parser's remain. The document is looked at again: the parser notices an `&` that begins nothing, and text
 * where none may be, only when they end.
 */
export function syntaxComplaint(source: string, stop: Stop): Place & { readonly message: string } {
  const { line, column, message } = stop;
  const read = source.slice(0, offsetOf(source, stop) + 1);
  const reference = badReference(read);
  if (reference !== undefined) return { ...placeOf(source, reference.at), message: reference.message };
  if (message.startsWith('text data outside of root node'))
    return { ...placeOf(source, strayText(read)), message: 'Data at the root level is invalid.' };
  for (const [pattern, inWords] of sentences) {
    const match = pattern.exec(message);
    if (match !== null) return { line, column, message: inWords(match[1] ?? '', stop, read) };
  }
  return { line, column, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}` };
}

type InWords = (name: string, stop: Stop, read: string) => string;

const sentences: readonly (readonly [RegExp, InWords])[] = [
  [/^unbound namespace prefix: "(.*)"/, (prefix) => `'${prefix}' is an undeclared prefix.`],
  [/^duplicate attribute: (?:\{.*\})?([^}]*)\.$/, (name) => `'${name}' is a duplicate attribute name.`],
  [/^documents may contain only one root/, () => 'There are multiple root elements.'],
  [/^document must contain a root element/, () => 'Root element is missing.'],
  [/^unmatched closing tag/, () => 'Unexpected end tag.'],
  [/^unclosed tag: (.*)$/, notClosed],
  [/^unexpected close tag/, mismatch],
];

function notClosed(innermost: string, { open }: Stop): string {
  const names = [innermost, ...open.toReversed()].join(', ');
  return `Unexpected end of file has occurred. The following elements are not closed: ${names}.`;
}

function mismatch(_: string, { ended }: Stop, read: string): string {
  const end = read.slice(read.lastIndexOf('</') + '</'.length).replace(/\s*>$/, '');
  const { line = 0, column = 0 } = ended?.element ?? {};
  return `The '${ended?.name ?? ''}' start tag on line ${line} position ${column + 1} does not match the end tag of '${end}'.`;
}

/** Where the text begins that stands around the root; the parser complains at its end. */
function strayText(read: string): number {
  const until = read.slice(0, -1);
  const begin = until.includes('<') ? until.lastIndexOf('>') + 1 : 0;
  return begin + Math.max(0, read.slice(begin).search(/\S/));
}

/** Where entities may not be looked for, and what they begin with. */
const begins = /&|<!--|<!\[CDATA\[|<\?/g;
const ends: Readonly<Record<string, string>> = { '<!--': '-->', '<![CDATA[': ']]>', '<?': '?>' };
const reference = /&(?:#\d+|#x[\da-f]+|([\w:][\w:.-]{0,255}));/iy;
const defined = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

/** The first reference that stands for nothing. */
function badReference(source: string): { readonly at: number; readonly message: string } | undefined {
  begins.lastIndex = 0;
  for (let begin = begins.exec(source); begin !== null; begin = begins.exec(source)) {
    const end = ends[begin[0]];
    if (end === undefined) {
      reference.lastIndex = begin.index;
      const [whole, name] = reference.exec(source) ?? [];
      if (whole === undefined) return { at: begin.index + 1, message: 'An error occurred while parsing EntityName.' };
      if (name !== undefined && !defined.has(name)) return { at: begin.index + 1, message: `Reference to undeclared entity '${name}'.` };
    } else {
      const at = source.indexOf(end, begins.lastIndex);
      if (at < 0) return undefined;
      begins.lastIndex = at;
    }
  }
  return undefined;
}
