import fc from 'fast-check';
import type { XmlAttribute, XmlElement } from '../../../shared/xml/element.ts';

/** Names that JavaScript objects or parsers have a use for stand among them on purpose. */
const name = fc.oneof(
  fc.constantFrom('a', 'Item', '__proto__', 'constructor', 'toString', '_', 'cdata', 'x-y.z', 'Ünï', '__text__', 'length'),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9._-]{0,8}$/),
);
const namespace = fc.constantFrom('', 'urn:one', 'urn:two', 'http://schemas.example/three?a=1&b="2"');

/** Any text that XML 1.0 can carry, line feeds and astral characters among it. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom('&', '<', '>', '"', "'", ']]>', '\n', '\t', ' ', 'é', '日本', '👩‍🚀', '&amp;', '\r', '\u0085', '\u2028'),
      fc.stringMatching(/^[ -~]{0,12}$/),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const attributes = fc
  .uniqueArray(fc.record({ namespace, name, value: text }), {
    maxLength: 3,
    selector: (attribute) => `${attribute.namespace} ${attribute.name}`,
  })
  .map((list): readonly XmlAttribute[] => list.filter((attribute) => attribute.name !== 'xmlns'));

/** Trees as an encoder makes them: an element holds elements, or text, or nothing. */
export const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ element: XmlElement; children: readonly (XmlElement | string)[] }>((tie) => ({
  element: fc.record({ namespace, name, attributes, children: tie('children') }),
  children: fc.oneof(
    { maxDepth: 4 },
    text.map((value): readonly (XmlElement | string)[] => (value === '' ? [] : [value])),
    fc.array(tie('element'), { maxLength: 4 }),
  ),
})).element;

/** The tree without what only a parsed one has. */
export function bare(of: XmlElement): XmlElement {
  return {
    namespace: of.namespace,
    name: of.name,
    attributes: of.attributes.map((attribute) => ({ ...attribute })),
    children: of.children.map((part) => (typeof part === 'string' ? part : bare(part))),
  };
}
