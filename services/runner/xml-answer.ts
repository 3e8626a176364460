import { elements, text, type XmlElement } from '../../shared/xml/element.ts';

const mostNames = 500;
const mostValues = 2_000;

/** The texts of all elements without children, by their names; the first 500 names and 2,000 values of each. */
export function valuesOf(root: XmlElement): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const visit = (node: XmlElement): void => {
    const children = elements(node);
    for (const child of children) visit(child);
    if (children.length > 0) return;
    const list = found.get(node.name) ?? [];
    if (list.length < mostValues && (found.has(node.name) || found.size < mostNames)) found.set(node.name, [...list, text(node)]);
  };
  visit(root);
  return Object.fromEntries(found);
}
