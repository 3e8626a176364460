import { element, type XmlElement } from './element.ts';

/** The namespace of XML Schema. */
export const xsdNamespace = 'http://www.w3.org/2001/XMLSchema';

/** An element of XML Schema; attributes that are undefined are left out. */
export function xsd(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly XmlElement[] = [],
): XmlElement {
  return element(xsdNamespace, name, children, attributes);
}

/** `xs:restriction` of a base type by facets, each a name and a value. */
export function restriction(base: string, facets: readonly (readonly [name: string, value: string])[] = []): XmlElement {
  return xsd(
    'restriction',
    { base },
    facets.map(([name, value]) => xsd(name, { value })),
  );
}

/** `xs:restriction` of text to a list of words. */
export function words(list: readonly string[]): XmlElement {
  return restriction(
    'xs:string',
    list.map((word) => ['enumeration', word] as const),
  );
}

/** `xs:union` of anonymous types, beside named ones. */
export function union(members: readonly XmlElement[], memberTypes?: string): XmlElement {
  return xsd(
    'union',
    { memberTypes },
    members.map((member) => xsd('simpleType', {}, [member])),
  );
}
