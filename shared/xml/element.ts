/** An attribute with its namespace resolved; unprefixed attributes have namespace ''. */
export interface XmlAttribute {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/**
 * A parsed or to-be-written element: namespaces resolved, children in document order, text as strings. Comments,
 * processing instructions and namespace declarations are not kept; line and column say where a parsed element began.
 */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | string)[];
  /** Namespaces to declare here when written, prefix first ('' is the default namespace), whether or not this element uses them. */
  readonly declares?: readonly (readonly [prefix: string, namespace: string])[];
  /** Nothing in its text means anything to XML, as in base64: it is written without a look at each character. */
  readonly isPlain?: true;
  /** What its text, all that it holds, is the base64 of. That text is only made for those who ask for children. */
  readonly octets?: Buffer;
  /** The element never changes and will be written again: the writer keeps its text. */
  readonly keep?: true;
  /** Line of the start tag in the document it was parsed from, from 1. */
  readonly line?: number;
  /** Column of the start tag's `<`, from 1. */
  readonly column?: number;
}

const noAttributes: readonly XmlAttribute[] = [];

/** Makes an element. Attributes given as a record have no namespace; undefined values are left out. */
export function element(
  namespace: string,
  name: string,
  children: readonly (XmlElement | string)[] = [],
  attributes?: Readonly<Record<string, string | undefined>>,
): XmlElement {
  return { namespace, name, attributes: attributes === undefined ? noAttributes : fromRecord(attributes), children };
}

function fromRecord(record: Readonly<Record<string, string | undefined>>): readonly XmlAttribute[] {
  const attributes: XmlAttribute[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined) attributes.push({ namespace: '', name, value });
  }
  return attributes;
}

/** An element that holds octets in base64. */
export function octetsElement(namespace: string, name: string, octets: Buffer): XmlElement {
  return withOctets({ namespace, name, attributes: noAttributes, children: [] }, octets);
}

/** Makes the octets the content of an element. */
export function withOctets(of: XmlElement, octets: Buffer): XmlElement {
  if (octets.length === 0) return of;
  const children = { get: () => [octets.toString('base64')], enumerable: true, configurable: true };
  return Object.defineProperties(of, { octets: { value: octets, configurable: true }, children }) as XmlElement;
}

/** The value of an attribute without a namespace, or undefined. */
export function attribute(of: XmlElement, name: string): string | undefined {
  for (const candidate of of.attributes) {
    if (candidate.name === name && candidate.namespace === '') return candidate.value;
  }
  return undefined;
}

/** The element children, in order. */
export function elements(of: XmlElement): XmlElement[] {
  return of.children.filter((child): child is XmlElement => typeof child !== 'string');
}

/** The first child element of that name, or undefined. */
export function child(of: XmlElement, namespace: string, name: string): XmlElement | undefined {
  for (const candidate of of.children) {
    if (typeof candidate !== 'string' && candidate.name === name && candidate.namespace === namespace) return candidate;
  }
  return undefined;
}

/** The text directly inside an element, all pieces joined. */
export function text(of: XmlElement): string {
  const { children } = of;
  const [only] = children;
  if (children.length <= 1) return typeof only === 'string' ? only : '';
  return children.filter((part) => typeof part === 'string').join('');
}
