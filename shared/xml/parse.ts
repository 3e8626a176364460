import xml2js from 'xml2js';
import type { XmlAttribute, XmlElement } from './element.ts';
import { XmlSyntaxError } from './errors.ts';

/** Bounds of a document. Exceeding one is a syntax error, found while parsing, before anything is built on it. */
export interface ParseLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
}

const defaultLimits: ParseLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 64, maxElements: 500_000 };

/** xml2js's node with `explicitChildren`, `preserveChildrenOrder` and `charsAsChildren`. */
interface RawNode {
  readonly $ns?: { readonly local: string; readonly uri: string };
  readonly '#name': string;
  readonly $$?: readonly RawNode[];
  readonly '#text'?: string;
}

interface SaxAttribute {
  readonly local: string;
  readonly uri: string;
  readonly prefix: string;
  readonly value: string;
}

/** The part of sax that we hook: positions, depth and the document type declaration are not in xml2js's own result. */
interface SaxParser {
  line: number;
  column: number;
  ENTITIES: Readonly<Record<string, string>>;
  /** Attributes of the tag being read; emptied at each tag and searched at each attribute. */
  attribList: unknown[];
  onattribute: (attribute: SaxAttribute) => void;
  onopencdata: () => void;
  onclosetag: (name: unknown) => void;
  onopentagstart: (tag: unknown) => void;
  onerror: (error: Error) => void;
  ondoctype: (declaration: string) => void;
}

interface Xml2jsParser {
  saxParser: SaxParser;
  parseString(xml: string, done: (error: Error | null, result: unknown) => void): void;
}

// Its types do not say that the parser shows the sax parser inside.
const Parser = xml2js.Parser as unknown as new (options: Record<string, unknown>) => Xml2jsParser;

const parserOptions = {
  xmlns: true,
  explicitChildren: true,
  preserveChildrenOrder: true,
  explicitCharkey: true,
  charsAsChildren: true,
  includeWhiteChars: true,
  explicitRoot: false,
  // Keys that no element can be called.
  charkey: '#text',
  async: false,
};

/**
 * Parses one document. Throws {@link XmlSyntaxError} (with line and column) for anything that is not well-formed XML
 * in UTF-8 or UTF-16 within the limits, and for any document type declaration: no entity is ever defined here.
 */
export function parseXml(octets: Uint8Array | string, limits: Partial<ParseLimits> = {}): XmlElement {
  const bounds = { ...defaultLimits, ...limits };
  if (octets.length > bounds.maxBytes) throw new XmlSyntaxError(`The document is larger than ${bounds.maxBytes} bytes.`, 0, 0);
  const source = decodeXml(octets);
  const foreign = unfit.exec(source);
  if (foreign !== null) throw unfitCharacter(source, foreign.index);
  const parser = new Parser(parserOptions);
  const { saxParser } = parser;
  // Of each element in document order: line and column, and its attributes.
  const positions: number[] = [];
  const attributeLists: (readonly XmlAttribute[])[] = [];
  let depth = 0;
  let failure: Error | null = null;
  // xml2js forgets what comes after the root element, errors too: the first failure is therefore kept here.
  const refuse = (message: string): never => {
    failure ??= new XmlSyntaxError(message, saxParser.line + 1, saxParser.column);
    throw failure;
  };
  const { onclosetag, onerror } = saxParser;
  // Where the tag's name ended is the nearest that sax tells: the column of `<` follows from the name's length.
  saxParser.onopentagstart = (tag) => {
    if (depth === 0 && positions.length > 0) refuse('There are multiple root elements.');
    depth += 1;
    if (depth > bounds.maxDepth) refuse(`The document is nested deeper than ${bounds.maxDepth} elements.`);
    if (positions.length >= bounds.maxElements * 2) refuse(`The document has more than ${bounds.maxElements} elements.`);
    positions.push(saxParser.line + 1, Math.max(1, saxParser.column - (tag as { name: string }).name.length - 1));
    attributeLists.push(none);
  };
  // Taken here because a record of attributes, as both libraries keep it, loses `__proto__` and the first of two equals.
  saxParser.onattribute = ({ local, uri, prefix, value }) => {
    if (uri === xmlnsNamespace || prefix === 'xmlns') return;
    const last = attributeLists.length - 1;
    const namespace = prefix === '' ? '' : uri;
    const known = attributeLists[last] ?? none;
    if (known.some((other) => other.name === local && other.namespace === namespace)) refuse(`'${local}' is a duplicate attribute name.`);
    attributeLists[last] = [...known, { namespace, name: local, value }];
  };
  saxParser.attribList = boundedList(() => refuse(`An element has more than ${maxAttributes} attributes.`));
  saxParser.ENTITIES = entities;
  saxParser.onopencdata = () => {
    if (depth === 0) refuse('Data at the root level is invalid.');
  };
  saxParser.onclosetag = (name) => {
    depth -= 1;
    onclosetag.call(saxParser, name);
  };
  saxParser.onerror = (error) => {
    failure ??= error;
    onerror.call(saxParser, error);
  };
  saxParser.ondoctype = () => refuse('For security reasons DTD is prohibited in this XML document.');
  let root: RawNode | null = null;
  try {
    parser.parseString(source, (error, result) => {
      if (error) failure ??= error;
      else root ??= result as RawNode;
    });
  } catch (error) {
    failure ??= error as Error;
  }
  if (failure !== null) throw syntaxError(failure, saxParser);
  if (root === null || typeof root !== 'object') throw new XmlSyntaxError('Root element is missing.', 1, 1);
  let next = 0;
  const convert = (node: RawNode): XmlElement => {
    const attributes = attributeLists[next] ?? none;
    const line = positions[next * 2] ?? 0;
    const column = positions[next * 2 + 1] ?? 0;
    next += 1;
    return {
      namespace: node.$ns?.uri ?? '',
      name: node.$ns?.local ?? node['#name'],
      attributes,
      children: convertChildren(node),
      line,
      column,
    };
  };
  const convertChildren = (node: RawNode): readonly (XmlElement | string)[] => {
    const raw = node.$$;
    if (raw === undefined) return node['#text'] === undefined || node['#text'] === '' ? noChildren : [node['#text']];
    const children: (XmlElement | string)[] = [];
    let hasElements = false;
    for (const part of raw) {
      if (part.$ns === undefined) children.push(part['#text'] ?? '');
      else {
        hasElements = true;
        children.push(convert(part));
      }
    }
    // White space between elements is layout; in an element that holds text alone it is the text.
    return hasElements ? children.filter((part) => typeof part !== 'string' || part.trim() !== '') : children;
  };
  return convert(root);
}

const none: readonly XmlAttribute[] = [];
/** sax and we look through an element's attributes at each of them. */
const maxAttributes = 256;

function boundedList(full: () => never): unknown[] {
  const list: unknown[] = [];
  list.push = (...members) => (list.length >= maxAttributes ? full() : Array.prototype.push.apply(list, members));
  return list;
}

const noChildren: readonly string[] = [];
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** The five that XML defines; the parser's own table has those of HTML too. */
const entities: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
});

/** Characters that XML 1.0 cannot carry; sax itself refuses references to them. */
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

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

function syntaxError(failure: Error, sax: SaxParser): XmlSyntaxError {
  if (failure instanceof XmlSyntaxError) return failure;
  // sax puts "Line: n Column: n Char: c" on lines of their own.
  const [message = 'The document is not well-formed.'] = failure.message.split('\n');
  const line = /Line: (\d+)/.exec(failure.message)?.[1];
  const column = /Column: (\d+)/.exec(failure.message)?.[1];
  return new XmlSyntaxError(message, line === undefined ? sax.line + 1 : Number(line) + 1, Number(column ?? sax.column));
}
