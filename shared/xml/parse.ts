import xml2js from 'xml2js';
import { dividedDocument, fitDocument } from './document-text.ts';
import { withOctets, type XmlAttribute, type XmlElement } from './element.ts';
import { XmlSyntaxError } from './errors.ts';
import { base64Length } from './long-octets.ts';

/** Bounds of a document. Exceeding one is a syntax error, found while parsing, before anything is built on it. */
export interface ParseLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
}

const defaultLimits: ParseLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 64, maxElements: 500_000 };

interface SaxAttribute {
  readonly local: string;
  readonly uri: string;
  readonly prefix: string;
  readonly value: string;
}

interface SaxTag {
  readonly local: string;
  readonly uri: string;
}

/** The part of xml2js's own sax parser that we hook. */
interface SaxParser {
  line: number;
  column: number;
  position: number;
  /** What it expects next; compared with {@link insideElement} alone. */
  state: unknown;
  /** Text that has come and is not told yet. */
  textNode: string;
  /** Where it looks next whether something has become longer than it likes; our own bounds hold instead. */
  bufferCheckPosition: number;
  ENTITIES: Readonly<Record<string, string>>;
  /** Attributes of the tag being read; emptied at each tag and asked for each attribute's name. */
  attribList: unknown[];
  attribName: string;
  ns: Bindings;
  readonly tag: { ns: Bindings };
  /** Those that are open. */
  readonly tags: readonly { readonly ns: Bindings }[];
  onattribute: (attribute: SaxAttribute) => void;
  onopentag: (tag: SaxTag) => void;
  ontext: (text: string) => void;
  onopencdata: () => void;
  oncdata: (text: string) => void;
  onclosetag: (name: unknown) => void;
  onopentagstart: (tag: unknown) => void;
  onerror: (error: Error) => void;
  ondoctype: (declaration: string) => void;
  write(xml: string): { readonly state: unknown };
  close(): void;
}

/** Namespaces by prefix, those from outside included. */
type Bindings = Readonly<Record<string, string>>;

/** An element whose end has not come yet. */
interface OpenElement extends XmlElement {
  children: (XmlElement | string)[];
  /** Of the text that has come, where it is all so far. */
  held?: Buffer | undefined;
}

// Its types do not say that the parser shows the sax parser inside.
const Parser = xml2js.Parser as unknown as new (options: Record<string, unknown>) => { readonly saxParser: SaxParser };

/** How a document is read. */
export interface ParseOptions {
  /** Long base64 that is all that an element holds becomes its `octets`; else it is text like any other. */
  readonly longOctets?: boolean;
}

/**
 * Parses one document. Throws {@link XmlSyntaxError} (with line and column) for anything that is not well-formed XML
 * in UTF-8 or UTF-16 within the limits, and for any document type declaration: no entity is ever defined here. The elements
 * are made from what xml2js's parser tells as it reads: its own tree, with properties and copies of its own, costs as much
 * again and forgets positions.
 */
export function parseXml(octets: Uint8Array | string, limits: Partial<ParseLimits> = {}, options: ParseOptions = {}): XmlElement {
  const bounds = { ...defaultLimits, ...limits };
  if (octets.length > bounds.maxBytes) throw new XmlSyntaxError(`The document is larger than ${bounds.maxBytes} bytes.`, 0, 0);
  const pieces = (options.longOctets === true ? dividedDocument(octets) : undefined) ?? [fitDocument(octets)];
  const { saxParser } = new Parser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  let place = { line: 0, column: 0 };
  let attributes: XmlAttribute[] = [];
  const refuse = (message: string): never => {
    throw new XmlSyntaxError(message, saxParser.line + 1, saxParser.column);
  };
  const add = (child: XmlElement | string): void => {
    const parent = open.at(-1);
    if (parent === undefined) return;
    if (parent.held !== undefined) letGo(parent, parent.held);
    parent.children.push(child);
  };
  // Given, not assigned one by one: a function that is written where a property is assigned to is old to V8 from the beginning, and all
  // that it sees, the tree of the document, stays until the next full collection.
  Object.assign(saxParser, {
    // Where the tag's name ended is the nearest that sax tells: the column of `<` follows from the name's length.
    onopentagstart: (tag) => {
      if (open.length === 0 && root !== undefined) refuse('There are multiple root elements.');
      if (open.length >= bounds.maxDepth) refuse(`The document is nested deeper than ${bounds.maxDepth} elements.`);
      count += 1;
      if (count > bounds.maxElements) refuse(`The document has more than ${bounds.maxElements} elements.`);
      place = { line: saxParser.line + 1, column: Math.max(1, saxParser.column - (tag as { name: string }).name.length - 1) };
      attributes = [];
    },
    // Taken here because sax's record of attributes loses `__proto__` and the first of two equals.
    onattribute: ({ local, uri, prefix, value }) => {
      if (uri === xmlnsNamespace || prefix === 'xmlns') return;
      const namespace = prefix === '' ? '' : uri;
      if (attributes.some((other) => other.name === local && other.namespace === namespace))
        refuse(`'${local}' is a duplicate attribute name.`);
      attributes.push({ namespace, name: local, value });
    },
    onopentag: ({ local, uri }) => {
      const element: OpenElement = {
        namespace: uri,
        name: local,
        attributes: attributes.length === 0 ? none : attributes,
        children: [],
        line: place.line,
        column: place.column,
      };
      add(element);
      root ??= element;
      open.push(element);
    },
    ontext: add,
    oncdata: add,
    onclosetag: () => {
      const element = open.pop();
      if (element === undefined) return;
      if (element.held === undefined) element.children = withoutLayout(element.children);
      else hold(element, element.held);
    },
    ns: outermost,
    attribList: attributeList(saxParser, () => refuse(`An element has more than ${maxAttributes} attributes.`)),
    ENTITIES: entities,
    onopencdata: () => {
      if (open.length === 0) refuse('Data at the root level is invalid.');
    },
    onerror: (error) => {
      throw error;
    },
    ondoctype: () => refuse('For security reasons DTD is prohibited in this XML document.'),
  } satisfies Partial<SaxParser>);
  try {
    for (const piece of pieces) {
      if (typeof piece === 'string') feed(saxParser, piece, () => open.length > 0);
      else give(saxParser, piece, open.at(-1));
    }
    saxParser.close();
  } catch (error) {
    throw syntaxError(error as Error, saxParser);
  }
  if (root === undefined) throw new XmlSyntaxError('Root element is missing.', 1, 1);
  return root;
}

/** The state of the parser where text or a tag may come. */
const insideElement = new Parser({ xmlns: true }).saxParser.write('<a>').state;
/** Text of at least this length is handed over at once. */
const longTextCharacters = 1_024;

/**
 * Gives the parser a document. It reads character by character; long text without entities, an attachment in base64, is put in its
 * hands as a whole, which is what it would come to.
 */
function feed(sax: SaxParser, source: string, isOpen: () => boolean): void {
  sax.bufferCheckPosition = Number.POSITIVE_INFINITY;
  let given = 0;
  for (let from = 0, next = 0; next >= 0; from = next) {
    next = source.indexOf('<', from + 1);
    if (next - from <= longTextCharacters) continue;
    const tagAndText = source.slice(from, next);
    const text = tagAndText.slice(tagAndText.indexOf('>') + 1);
    if (text.length < longTextCharacters || text.includes('&')) continue;
    sax.write(source.slice(given, next - text.length));
    given = next - text.length;
    // Elsewhere it is part of a comment, of a value, or of nothing that is allowed.
    if (sax.state !== insideElement || !isOpen()) continue;
    take(sax, text);
    given = next;
  }
  sax.write(source.slice(given));
}

/** Gives the parser octets that stand where the text of an element may: elsewhere they are the text that they were. */
function give(sax: SaxParser, octets: Buffer, into: OpenElement | undefined): void {
  if (sax.state !== insideElement || sax.textNode !== '' || into === undefined || into.children.length > 0 || into.held !== undefined) {
    sax.write(octets.toString('base64'));
    return;
  }
  into.held = octets;
  const characters = base64Length(octets.length);
  sax.position += characters;
  sax.column += characters;
}

function take(sax: SaxParser, text: string): void {
  sax.textNode += text;
  sax.position += text.length;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', lineStart)) {
    sax.line += 1;
    sax.column = 0;
    lineStart = end + 1;
  }
  sax.column += text.length - lineStart;
}

/** It holds more than octets: they are text. */
function letGo(element: OpenElement, held: Buffer): void {
  delete element.held;
  element.children.push(held.toString('base64'));
}

/** It has ended, and holds octets alone. */
function hold(element: OpenElement, held: Buffer): void {
  delete element.held;
  withOctets(element, held);
}

/** White space between elements is layout; in an element that holds text alone it is the text. */
function withoutLayout(children: OpenElement['children']): OpenElement['children'] {
  if (!children.some((part) => typeof part !== 'string')) return children;
  return children.some((part) => typeof part === 'string' && part.trim() === '')
    ? children.filter((part) => typeof part !== 'string' || part.trim() !== '')
    : children;
}

const none: readonly XmlAttribute[] = [];
/** We look through an element's attributes at each of them. */
const maxAttributes = 256;

function attributeList(sax: SaxParser, full: () => never): unknown[] {
  const list: unknown[] = [];
  return Object.assign(list, {
    push: (...members: unknown[]) => (list.length >= maxAttributes ? full() : Array.prototype.push.apply(list, members)),
    // sax looks for a name among pairs here, and finds none; whether it came before is seen above.
    indexOf: () => {
      if (sax.attribName.startsWith('xmlns')) copyBindings(sax);
      return -1;
    },
  });
}

const mostCopied = 64;

/**
 * Where an element declares namespaces sax makes the bindings outside of it the prototype of its own. V8 then has a class for each such
 * element, which is old from the beginning and keeps what it belongs to until the next full collection: kilobytes of each message. Flat
 * ones are the same; very many are not copied at each element.
 */
function copyBindings({ tag, tags, ns }: SaxParser): void {
  const outer = tags.at(-1)?.ns ?? ns;
  if (tag.ns !== outer) return;
  const own = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const prefix in outer) {
    count += 1;
    if (count > mostCopied) return;
    own[prefix] = outer[prefix] ?? '';
  }
  tag.ns = own;
}

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
/** What is bound before any element; nothing of what every object has. */
const outermost: Bindings = Object.assign(Object.create(null) as Record<string, string>, {
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: xmlnsNamespace,
});

/** The five that XML defines; the parser's own table has those of HTML too. */
const entities: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
});

function syntaxError(failure: Error, sax: SaxParser): XmlSyntaxError {
  if (failure instanceof XmlSyntaxError) return failure;
  // sax puts "Line: n Column: n Char: c" on lines of their own.
  const [message = 'The document is not well-formed.'] = failure.message.split('\n');
  const line = /Line: (\d+)/.exec(failure.message)?.[1];
  const column = /Column: (\d+)/.exec(failure.message)?.[1];
  return new XmlSyntaxError(message, line === undefined ? sax.line + 1 : Number(line) + 1, Number(column ?? sax.column));
}
