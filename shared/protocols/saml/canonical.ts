import type { XmlAttribute, XmlElement } from '../../xml/element.ts';
import { canonicalAttributeText, elementText } from '../../xml/escape.ts';
import { federationPrefixes } from './namespaces.ts';

/** Namespace -> prefix. '' makes a namespace the default one, which attributes cannot be in. */
export type Prefixes = Readonly<Record<string, string>>;

/** The bindings of the tree (`declares`), innermost first. */
interface Scope {
  readonly prefix: string;
  readonly namespace: string;
  readonly outer: Scope | undefined;
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/**
 * The exclusive canonical form (Exclusive XML Canonicalization 1.0, without comments and without an InclusiveNamespaces
 * list) of an element that we made, as if it were written by `writeXml` with the same prefixes: what is signed, and what is
 * encrypted. A namespace's prefix is that of the innermost `declares`, else that of `prefixes`; one that has neither is a
 * defect. Text that XML cannot carry is dropped, as the writer drops it.
 */
export function canonicalXml(node: XmlElement, prefixes: Prefixes = federationPrefixes): string {
  return canonical(node, prefixes, undefined, noBindings);
}

/**
 * The element with all namespaces declared that are used in it. However the document around it is written, its canonical
 * form then stays {@link canonicalXml} of it: a part is signed first and placed later.
 */
export function pinned(node: XmlElement, prefixes: Prefixes = federationPrefixes): XmlElement {
  const own = new Set((node.declares ?? []).flatMap(([prefix, namespace]) => (prefix === '' ? [] : [namespace])));
  const missing = [...namespacesUsed(node, new Set())].filter((namespace) => !own.has(namespace) && prefixes[namespace] !== undefined);
  return { ...node, declares: [...(node.declares ?? []), ...missing.map((namespace) => [prefixes[namespace] ?? '', namespace] as const)] };
}

function namespacesUsed(node: XmlElement, into: Set<string>): Set<string> {
  if (node.namespace !== '') into.add(node.namespace);
  for (const { namespace } of node.attributes) if (namespace !== '' && namespace !== xmlNamespace) into.add(namespace);
  for (const part of node.children) if (typeof part !== 'string') namespacesUsed(part, into);
  return into;
}

/** Prefix -> namespace as the canonical form has rendered them so far. */
type Rendered = ReadonlyMap<string, string>;

const noBindings: Rendered = new Map();

function canonical(node: XmlElement, prefixes: Prefixes, outer: Scope | undefined, above: Rendered): string {
  let scope = outer;
  const used = new Map<string, string>();
  for (const [prefix, namespace] of (node.declares ?? []).toReversed()) scope = { prefix, namespace, outer: scope };
  // As the writer binds: what an element or attribute has brought in stays in scope below it.
  const use = (namespace: string, allowDefault: boolean): string => {
    const bound = namespace === '' ? '' : boundPrefix(namespace, scope, allowDefault);
    const prefix = bound ?? knownPrefix(namespace, prefixes, allowDefault);
    if ((used.get(prefix) ?? namespace) !== namespace) throw new Error(`defect: ${prefix} would stand for ${namespace} and another`);
    used.set(prefix, namespace);
    if (bound === undefined || namespace === '') scope = { prefix, namespace, outer: scope };
    return prefix;
  };
  const prefix = use(node.namespace, true);
  const attributes = node.attributes.map((attribute) => {
    if (attribute.namespace === '') return { ...attribute, qualified: attribute.name };
    const bound = attribute.namespace === xmlNamespace ? 'xml' : use(attribute.namespace, false);
    return { ...attribute, qualified: `${bound}:${attribute.name}` };
  });
  let rendered = above;
  const added: [string, string][] = [];
  for (const [name, namespace] of used) if ((above.get(name) ?? '') !== namespace) added.push([name, namespace]);
  if (added.length > 0) {
    rendered = new Map([...above, ...added]);
    added.sort(([one], [other]) => compare(one, other));
  }
  const name = prefix === '' ? node.name : `${prefix}:${node.name}`;
  let text = `<${name}${added.map(declaration).join('')}`;
  for (const { qualified, value } of attributes.toSorted(byNamespaceAndName)) text += ` ${qualified}="${canonicalAttributeText(value)}"`;
  text += '>';
  for (const part of node.children) text += typeof part === 'string' ? elementText(part) : canonical(part, prefixes, scope, rendered);
  return `${text}</${name}>`;
}

function boundPrefix(namespace: string, scope: Scope | undefined, allowDefault: boolean): string | undefined {
  const hidden = new Set<string>();
  for (let binding = scope; binding !== undefined; binding = binding.outer) {
    if (binding.namespace === namespace && !hidden.has(binding.prefix) && (allowDefault || binding.prefix !== '')) return binding.prefix;
    hidden.add(binding.prefix);
  }
  return undefined;
}

function knownPrefix(namespace: string, prefixes: Prefixes, allowDefault: boolean): string {
  const prefix = prefixes[namespace];
  if (prefix === undefined || (prefix === '' && !allowDefault)) throw new Error(`defect: no prefix is known for ${namespace}`);
  return prefix;
}

function declaration([prefix, namespace]: readonly [string, string]): string {
  return prefix === '' ? ` xmlns="${canonicalAttributeText(namespace)}"` : ` xmlns:${prefix}="${canonicalAttributeText(namespace)}"`;
}

function byNamespaceAndName(one: XmlAttribute, other: XmlAttribute): number {
  return compare(one.namespace, other.namespace) || compare(one.name, other.name);
}

/** By code points, as C14N sorts; JavaScript compares UTF-16 units, which differs where there are surrogates. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  if (surrogate.test(one) || surrogate.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
}

const surrogate = /[\ud800-\udfff]/;
