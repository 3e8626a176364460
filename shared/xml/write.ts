import type { XmlElement } from './element.ts';
import { attributeText, elementText } from './escape.ts';
import { base64Length, writeBase64 } from './long-octets.ts';

/** How a document is written. */
export interface WriteOptions {
  /** Put `<?xml version="1.0" encoding="utf-8"?>` first. */
  readonly declaration?: boolean;
  /** Namespace -> prefix ('' makes it the default namespace). Namespaces not listed get `n1`, `n2` ... */
  readonly prefixes?: Readonly<Record<string, string>>;
}

/** The bindings in scope, innermost first. Few and long-lived, so looked up by walking. */
interface Scope {
  readonly namespace: string;
  readonly prefix: string;
  readonly outer: Scope | undefined;
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/**
 * Writes an element as text. A namespace is declared where an element says so (`declares`), else on the outermost
 * element that uses it, and stays in scope below; the tree is written in the order given, without white space of our
 * own. Characters that XML 1.0 cannot carry are dropped.
 */
export function writeXml(root: XmlElement, options: WriteOptions = {}): string {
  const writer = createWriter(options, undefined);
  writeElement(writer, root, undefined);
  return writer.out;
}

/** As {@link writeXml}, in UTF-8: of elements that have octets no text is made. */
export function writeXmlOctets(root: XmlElement, options: WriteOptions = {}): Buffer {
  const pieces: (string | Buffer)[] = [];
  const writer = createWriter(options, pieces);
  writeElement(writer, root, undefined);
  pieces.push(writer.out);
  const length = pieces.reduce((sum, one) => sum + (typeof one === 'string' ? Buffer.byteLength(one) : base64Length(one.length)), 0);
  const document = Buffer.allocUnsafe(length);
  let at = 0;
  for (const piece of pieces) at = typeof piece === 'string' ? at + document.write(piece, at) : writeBase64(piece, document, at);
  return document;
}

function createWriter({ declaration, prefixes }: WriteOptions, pieces: Writer['pieces']): Writer {
  const out = declaration === true ? '<?xml version="1.0" encoding="utf-8"?>' : '';
  return { out, pieces, prefixes: prefixes ?? {}, invented: 0, tags: undefined };
}

interface Writer {
  out: string;
  /** What has been written before `out`; undefined: all of it goes there. */
  pieces: (string | Buffer)[] | undefined;
  readonly prefixes: Readonly<Record<string, string>>;
  invented: number;
  tags: Tags | undefined;
}

/** The tags of one namespace within one scope, kept from element to element: siblings mostly share both. */
interface Tags {
  readonly scope: Scope | undefined;
  readonly namespace: string;
  readonly prefix: string;
  readonly byName: TagTable;
}

type TagTable = Map<string, Tag>;

interface Tag {
  /** `<p:name` */
  readonly start: string;
  /** `<p:name>` */
  readonly whole: string;
  /** `</p:name>` */
  readonly end: string;
}

function writeElement(writer: Writer, node: XmlElement, outer: Scope | undefined): void {
  const { namespace, attributes } = node;
  let scope = node.declares === undefined ? outer : declared(node.declares, outer);
  let prefix = '';
  if (namespace === '') {
    if (defaultNamespace(scope) !== '') scope = { namespace: '', prefix: '', outer: scope };
  } else {
    const bound = boundPrefix(writer, scope, namespace);
    prefix = bound ?? writer.prefixes[namespace] ?? invent(writer);
    if (bound === undefined) scope = { namespace, prefix, outer: scope };
  }
  const { start, whole, end } = tagOf(writer, scope, namespace, prefix, node.name);
  let attributeTexts = '';
  for (const attribute of attributes) {
    let { name } = attribute;
    if (attribute.namespace === xmlNamespace) name = `xml:${name}`;
    else if (attribute.namespace !== '') {
      let attributePrefix = prefixOf(scope, attribute.namespace, false);
      if (attributePrefix === undefined) {
        attributePrefix = writer.prefixes[attribute.namespace] || invent(writer);
        scope = { namespace: attribute.namespace, prefix: attributePrefix, outer: scope };
      }
      name = `${attributePrefix}:${name}`;
    }
    attributeTexts += ` ${name}="${attributeText(attribute.value)}"`;
  }
  if (scope !== outer) attributeTexts = declarationTexts(scope, outer) + attributeTexts;
  if (node.octets !== undefined) {
    writer.out += `${start}${attributeTexts}>`;
    writeOctets(writer, node.octets);
    writer.out += end;
    return;
  }
  const { children } = node;
  const { length } = children;
  if (length === 0) {
    writer.out += `${start}${attributeTexts}/>`;
    return;
  }
  const tag = attributeTexts === '' ? whole : `${start}${attributeTexts}>`;
  const [first] = children;
  if (length === 1 && typeof first === 'string') {
    writer.out += `${tag}${node.isPlain === true ? first : elementText(first)}${end}`;
    return;
  }
  writer.out += tag;
  for (const part of children) {
    if (typeof part === 'string') writer.out += elementText(part);
    else if (part.keep === undefined) writeElement(writer, part, scope);
    else writeKept(writer, part, scope);
  }
  writer.out += end;
}

function writeOctets(writer: Writer, octets: Buffer): void {
  const { pieces } = writer;
  if (pieces === undefined) {
    writer.out += octets.toString('base64');
    return;
  }
  pieces.push(writer.out, octets);
  writer.out = '';
}

/** Texts of elements that are kept, with the bindings they were written under. */
const keptTexts = new WeakMap<XmlElement, { readonly scope: Scope | undefined; readonly text: string }>();

function writeKept(writer: Writer, node: XmlElement, scope: Scope | undefined): void {
  const known = keptTexts.get(node);
  if (known !== undefined && areEqual(known.scope, scope)) {
    writer.out += known.text;
    return;
  }
  const { out, invented, pieces } = writer;
  writer.out = '';
  writer.pieces = undefined;
  writeElement(writer, node, scope);
  writer.pieces = pieces;
  const text = Buffer.from(writer.out).toString();
  // Prefixes that were invented are this document's own.
  if (writer.invented === invented) keptTexts.set(node, { scope, text });
  writer.out = out + text;
}

function areEqual(one: Scope | undefined, other: Scope | undefined): boolean {
  let [left, right] = [one, other];
  while (left !== right) {
    if (left === undefined || right === undefined || left.prefix !== right.prefix || left.namespace !== right.namespace) return false;
    left = left.outer;
    right = right.outer;
  }
  return true;
}

function boundPrefix({ tags }: Writer, scope: Scope | undefined, namespace: string): string | undefined {
  return tags !== undefined && tags.scope === scope && tags.namespace === namespace ? tags.prefix : prefixOf(scope, namespace, true);
}

function tagOf(writer: Writer, scope: Scope | undefined, namespace: string, prefix: string, name: string): Tag {
  let { tags } = writer;
  if (tags === undefined || tags.scope !== scope || tags.namespace !== namespace) {
    tags = { scope, namespace, prefix, byName: tableOf(prefix) };
    writer.tags = tags;
  }
  const known = tags.byName.get(name);
  if (known !== undefined) return known;
  const qualified = prefix === '' ? name : `${prefix}:${name}`;
  const made = { start: `<${qualified}`, whole: `<${qualified}>`, end: `</${qualified}>` };
  if (tags.byName.size < mostTags) tags.byName.set(name, made);
  return made;
}

/** The tags of all documents, by their prefixes; beyond so many prefixes, those of one document. */
function tableOf(prefix: string): TagTable {
  const known = tables.get(prefix);
  if (known !== undefined) return known;
  const table: TagTable = new Map();
  if (tables.size < mostPrefixes) tables.set(prefix, table);
  return table;
}

const tables = new Map<string, TagTable>();
/** More than the names of all schemas; what else is written has names of somebody's own. */
const mostTags = 5_000;
const mostPrefixes = 50;

/** The first that is declared is bound last: the innermost binding of a namespace is the one that is used. */
function declared(declares: NonNullable<XmlElement['declares']>, outer: Scope | undefined): Scope | undefined {
  let scope = outer;
  for (const [prefix, namespace] of declares.toReversed()) scope = { namespace, prefix, outer: scope };
  return scope;
}

function declarationTexts(scope: Scope | undefined, outer: Scope | undefined): string {
  let texts = '';
  for (let binding = scope; binding !== outer && binding !== undefined; binding = binding.outer) {
    texts +=
      binding.prefix === ''
        ? ` xmlns="${attributeText(binding.namespace)}"`
        : ` xmlns:${binding.prefix}="${attributeText(binding.namespace)}"`;
  }
  return texts;
}

function invent(writer: Writer): string {
  writer.invented += 1;
  return `n${writer.invented}`;
}

/** The prefix that a namespace is bound to here, unless an inner binding has taken that prefix away. */
function prefixOf(scope: Scope | undefined, namespace: string, allowDefault: boolean): string | undefined {
  for (let binding = scope; binding !== undefined; binding = binding.outer) {
    if (binding.namespace !== namespace || (binding.prefix === '' && !allowDefault)) continue;
    let isHidden = false;
    for (let inner = scope; inner !== binding && inner !== undefined; inner = inner.outer) {
      if (inner.prefix === binding.prefix) isHidden = true;
    }
    if (!isHidden) return binding.prefix;
  }
  return undefined;
}

function defaultNamespace(scope: Scope | undefined): string {
  for (let binding = scope; binding !== undefined; binding = binding.outer) if (binding.prefix === '') return binding.namespace;
  return '';
}
