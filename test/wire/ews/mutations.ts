import fc from 'fast-check';
import { messages, types } from '../../../shared/protocols/ews/namespaces.ts';
import { elements, type XmlElement } from '../../../shared/xml/element.ts';

/** Texts that are something else than what stands anywhere, or much more of it. */
const strange: readonly string[] = [
  '',
  ' ',
  '-1',
  '0',
  '99999999999999999999',
  '2147483648',
  'NaN',
  'true',
  'INF',
  '1601-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9999999+14:00',
  '2026-02-30T00:00:00Z',
  'AAMk',
  'AAAA====',
  'inbox',
  'All',
  'SMTP:mary@contoso.test',
  'mary@contoso.test',
  '__proto__',
  'constructor',
  '\u0000\u{1F600}\ud800',
  "' OR 1=1 --",
  '%00../..',
  'x'.repeat(70_000),
  '0x0037',
  'PT0S',
  '-P1000000Y',
];

/** What is done to one node of a tree: the nodes that stand in its place. */
type Edit = (node: XmlElement) => readonly XmlElement[];

/**
 * Changes of a request that keep it well-formed: elements dropped, doubled, reordered, renamed, moved to other namespaces,
 * replaced by ones of other requests or given their children; texts and attributes dropped, exchanged and added.
 *
 * @param others elements that may stand where they do not belong
 */
export function mutation(others: readonly XmlElement[]): fc.Arbitrary<(root: XmlElement) => XmlElement> {
  const edit = fc.oneof(
    fc.constant<Edit>(() => []),
    fc.integer({ min: 2, max: 40 }).map(
      (count): Edit =>
        (node) =>
          Array.from({ length: count }, () => node),
    ),
    fc.constant<Edit>((node) => [{ ...node, children: node.children.toReversed() }]),
    fc.constant<Edit>((node) => [{ ...node, children: [] }]),
    fc.constant<Edit>((node) => elements(node)),
    fc.constant<Edit>((node) => [{ ...node, children: [node] }]),
    fc.constant<Edit>((node) => [{ ...node, namespace: node.namespace === types ? messages : types }]),
    fc.constantFrom(...others).map(
      (other): Edit =>
        () => [other],
    ),
    fc.constantFrom(...others).map(
      (other): Edit =>
        (node) => [node, other],
    ),
    fc.constantFrom(...others).map(
      (other): Edit =>
        (node) => [{ ...node, children: other.children }],
    ),
    fc.constantFrom(...others).map(
      (other): Edit =>
        (node) => [{ ...node, name: other.name }],
    ),
    fc.constantFrom(...strange).map(
      (text): Edit =>
        (node) => [{ ...node, children: [text] }],
    ),
    fc.constant<Edit>((node) => [{ ...node, attributes: node.attributes.slice(1) }]),
    fc.constantFrom(...strange).map(
      (text): Edit =>
        (node) => [{ ...node, attributes: node.attributes.map((one) => ({ ...one, value: text })) }],
    ),
    fc.constantFrom(...others).map(
      (other): Edit =>
        (node) => [{ ...node, attributes: other.attributes }],
    ),
  );
  return fc.array(fc.tuple(edit, fc.nat(10_000)), { minLength: 1, maxLength: 3 }).map(
    (edits) => (root) =>
      edits.reduce((tree, [change, place]) => {
        const count = countOf(tree);
        // The operation itself stays: which ones there are is another matter.
        return count === 1 ? (change(tree)[0] ?? tree) : (editAt(tree, 1 + (place % (count - 1)), change)[0] ?? tree);
      }, root),
  );
}

/** All elements of a tree, itself among them. */
export function everyElement(node: XmlElement): readonly XmlElement[] {
  return [node, ...elements(node).flatMap(everyElement)];
}

function countOf(node: XmlElement): number {
  return elements(node).reduce((sum, one) => sum + countOf(one), 1);
}

/** The tree with the element of that number, in document order, changed. */
function editAt(node: XmlElement, at: number, change: Edit): readonly XmlElement[] {
  if (at === 0) return change(node);
  let left = at - 1;
  const children: (XmlElement | string)[] = [];
  for (const one of node.children) {
    const count = typeof one === 'string' ? 0 : countOf(one);
    if (typeof one === 'string' || left < 0 || left >= count) children.push(one);
    else children.push(...editAt(one, left, change));
    left -= count;
  }
  return [{ ...node, children }];
}
