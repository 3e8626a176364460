import { SaxesParser, type SaxesStartTagNS, type SaxesTagNS } from 'saxes';
import { dividedDocument, fitDocument } from './document-text.ts';
import { withOctets, type XmlAttribute, type XmlElement } from './element.ts';
import { XmlSyntaxError } from './errors.ts';
import { base64Length } from './long-octets.ts';
import { syntaxComplaint } from './syntax-words.ts';

/** Bounds of a document. Exceeding one is a syntax error, found while parsing, before anything is built on it. */
export interface ParseLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
}

const defaultLimits: ParseLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 64, maxElements: 500_000 };

/**
 * What we look at of the parser beside what it tells: how far it is, and the text of which it has not seen the end. And what it calls: its
 * `on` adds these by computed names, after which V8 keeps all that the parser has in a table, and it reads at a quarter of its speed.
 */
interface Inside {
  line: number;
  readonly columnIndex: number;
  /** Characters of the writes before. */
  chunkPosition: number;
  positionAtNewLine: number;
  /** What it expects next; compared with {@link insideElement} alone. */
  readonly state: unknown;
  /** Text that has come and is not told yet. */
  text: string;
  readonly tags: readonly { readonly name: string }[];
  openTagStartHandler: (tag: SaxesStartTagNS) => void;
  attributeHandler: () => void;
  openTagHandler: (tag: SaxesTagNS) => void;
  textHandler: (text: string) => void;
  cdataHandler: (text: string) => void;
  closeTagHandler: (tag: SaxesTagNS) => void;
  doctypeHandler: () => void;
  errorHandler: (error: Error) => void;
}

type Parser = SaxesParser<{ readonly xmlns: true }>;

/** An element whose end has not come yet. */
interface OpenElement extends XmlElement {
  children: (XmlElement | string)[];
  /** Of the text that has come, where it is all so far. */
  held?: Buffer | undefined;
}

/** How a document is read. */
export interface ParseOptions {
  /** Long base64 that is all that an element holds becomes its `octets`; else it is text like any other. */
  readonly longOctets?: boolean;
}

/**
 * Parses one document. Throws {@link XmlSyntaxError} (with line and column) for anything that is not well-formed XML 1.0
 * in UTF-8 or UTF-16 within the limits, and for any document type declaration: no entity is ever defined here. The elements
 * are made from what saxes tells as it reads.
 */
export function parseXml(octets: Uint8Array | string, limits: Partial<ParseLimits> = {}, options: ParseOptions = {}): XmlElement {
  const bounds = { ...defaultLimits, ...limits };
  if (octets.length > bounds.maxBytes) throw new XmlSyntaxError(`The document is larger than ${bounds.maxBytes} bytes.`, 0, 0);
  const reader = spare ?? new Reader();
  // It is not used again where it stops in the middle.
  spare = undefined;
  const root = reader.read(octets, bounds, options);
  spare = reader;
  return root;
}

let spare: Reader | undefined;

/** Reads one document after the other: to make a parser takes longer than to read a short one. */
class Reader {
  readonly #parser: Parser = new SaxesParser({ xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  readonly #inside = this.#parser as unknown as Inside;
  #octets: Uint8Array | string = '';
  #bounds = defaultLimits;
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #ended: { readonly name: string; readonly element: XmlElement } | undefined;
  #count = 0;
  #attributeCount = 0;
  #line = 0;
  #column = 0;

  constructor() {
    const inside = this.#inside;
    inside.openTagStartHandler = ({ name }) => this.#start(name);
    inside.attributeHandler = () => {
      this.#attributeCount += 1;
      if (this.#attributeCount > maxAttributes) this.#refuse(`An element has more than ${maxAttributes} attributes.`);
    };
    inside.openTagHandler = (tag) => this.#begin(tag);
    inside.textHandler = (text) => this.#add(text);
    inside.cdataHandler = (text) => this.#add(text);
    inside.closeTagHandler = ({ name }) => this.#end(name);
    inside.doctypeHandler = () => this.#refuse('For security reasons DTD is prohibited in this XML document.');
    inside.errorHandler = ({ message }) => this.#complain(message);
  }

  read(octets: Uint8Array | string, bounds: ParseLimits, { longOctets = false }: ParseOptions): XmlElement {
    this.#octets = octets;
    this.#bounds = bounds;
    this.#count = 0;
    const pieces = (longOctets ? dividedDocument(octets) : undefined) ?? [fitDocument(octets)];
    for (const piece of pieces) {
      if (typeof piece === 'string') feed(this.#parser, this.#inside, piece, () => this.#open.length > 0);
      else give(this.#parser, this.#inside, piece, this.#open.at(-1));
    }
    this.#parser.close();
    const root = this.#root;
    this.#octets = '';
    this.#root = undefined;
    this.#ended = undefined;
    if (root === undefined) throw new XmlSyntaxError('Root element is missing.', 1, 1);
    return root;
  }

  #start(name: string): void {
    const { maxDepth, maxElements } = this.#bounds;
    if (this.#open.length >= maxDepth) this.#refuse(`The document is nested deeper than ${maxDepth} elements.`);
    this.#count += 1;
    if (this.#count > maxElements) this.#refuse(`The document has more than ${maxElements} elements.`);
    this.#attributeCount = 0;
    // The character after the name was the last one read.
    this.#line = this.#parser.line;
    this.#column = Math.max(1, this.#parser.columnIndex - name.length - 1);
  }

  #begin(tag: SaxesTagNS): void {
    const attributes = this.#attributeCount === 0 ? none : attributesOf(tag);
    const element: OpenElement = {
      namespace: tag.uri,
      name: tag.local,
      attributes,
      children: [],
      line: this.#line,
      column: this.#column,
    };
    this.#add(element);
    this.#root ??= element;
    this.#open.push(element);
  }

  #add(child: XmlElement | string): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    if (parent.held !== undefined) letGo(parent, parent.held);
    parent.children.push(child);
  }

  #end(name: string): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    this.#ended = { name, element };
    if (element.held === undefined) element.children = withoutLayout(element.children);
    else hold(element, element.held);
  }

  #refuse(message: string): never {
    throw new XmlSyntaxError(message, this.#parser.line, Math.max(1, this.#parser.columnIndex));
  }

  #complain(message: string): never {
    const stop = {
      message,
      line: this.#parser.line,
      column: Math.max(1, this.#parser.columnIndex),
      open: this.#inside.tags.map(({ name }) => name),
      ended: this.#ended,
    };
    const complaint = syntaxComplaint(fitDocument(this.#octets), stop);
    throw new XmlSyntaxError(complaint.message, complaint.line, complaint.column);
  }
}

/** An element's attributes but for declarations of namespaces. */
function attributesOf({ attributes }: SaxesTagNS): readonly XmlAttribute[] {
  const found: XmlAttribute[] = [];
  for (const name in attributes) {
    const attribute = attributes[name];
    if (attribute !== undefined && attribute.uri !== xmlnsNamespace)
      found.push({ namespace: attribute.uri, name: attribute.local, value: attribute.value });
  }
  return found.length === 0 ? none : found;
}

/** The state of the parser where text or a tag may come. */
const insideElement = (new SaxesParser({ xmlns: true }).write('<a>') as unknown as Inside).state;
/** Text of at least this length is handed over at once. */
const longTextCharacters = 1_024;

/**
 * Gives the parser a document. It reads character by character; long text in which nothing means anything to XML, an attachment in base64,
 * is put in its hands as a whole, which is what it would come to.
 */
function feed(parser: Parser, inside: Inside, source: string, isOpen: () => boolean): void {
  let given = 0;
  for (let from = 0, next = 0; next >= 0; from = next) {
    next = source.indexOf('<', from + 1);
    if (next - from <= longTextCharacters) continue;
    const tagAndText = source.slice(from, next);
    const text = tagAndText.slice(tagAndText.indexOf('>') + 1);
    if (text.length < longTextCharacters || text.includes('&') || text.includes(']]>')) continue;
    parser.write(source.slice(given, next - text.length));
    given = next - text.length;
    // Elsewhere it is part of a comment, of a value, or of nothing that is allowed.
    if (inside.state !== insideElement || !isOpen()) continue;
    take(inside, text);
    given = next;
  }
  parser.write(source.slice(given));
}

/** Gives the parser octets that stand where the text of an element may: elsewhere they are the text that they were. */
function give(parser: Parser, inside: Inside, octets: Buffer, into: OpenElement | undefined): void {
  if (inside.state !== insideElement || inside.text !== '' || into === undefined || into.children.length > 0 || into.held !== undefined) {
    parser.write(octets.toString('base64'));
    return;
  }
  into.held = octets;
  inside.chunkPosition += base64Length(octets.length);
}

/** The parser has read the text. */
function take(inside: Inside, text: string): void {
  inside.text += text;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', lineStart)) {
    inside.line += 1;
    lineStart = end + 1;
  }
  if (lineStart > 0) inside.positionAtNewLine = inside.chunkPosition + lineStart;
  inside.chunkPosition += text.length;
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
const maxAttributes = 256;

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
