import { text as textOf, type XmlAttribute, type XmlElement } from './element.ts';
import { SchemaError } from './errors.ts';
import type { SimpleType } from './simple-types.ts';

const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** An element as .NET's sentences call it. */
export function called(node: XmlElement): string {
  return `'${node.name}' in namespace '${node.namespace}'`;
}

/** A child where it may not stand; `expected` lists what may, '' for nothing. */
export function invalidChild(of: XmlElement, node: XmlElement, expected: string): SchemaError {
  const list = expected === '' ? '' : ` List of possible elements expected: ${expected}.`;
  return new SchemaError(`The element ${called(of)} has invalid child element ${called(node)}.${list}`, node);
}

/** Words where only elements may stand; `expected` as above. */
export function invalidText(of: XmlElement, expected: string): SchemaError {
  const list = expected === '' ? '' : ` List of possible elements expected: ${expected}.`;
  return new SchemaError(`The element ${called(of)} cannot contain text.${list}`, of, { is: 'text' });
}

/** Refuses attributes that are not known; those of xml and xsi may stand anywhere. */
export function rejectAttributes(of: XmlElement, known: ReadonlySet<string>): void {
  for (const { namespace, name } of of.attributes) {
    if (namespace === xsiNamespace || namespace === xmlNamespace) continue;
    if (namespace !== '' || !known.has(name)) {
      const called = namespace === '' ? name : `${namespace}:${name}`;
      throw new SchemaError(`The '${called}' attribute is not declared.`, of, { is: 'attribute', name });
    }
  }
}

function datatype(type: SimpleType<unknown>): string {
  return type.name.startsWith('xs:')
    ? `http://www.w3.org/2001/XMLSchema:${type.name.slice(3)}`
    : `http://schemas.microsoft.com/exchange/services/2006/types:${type.name}`;
}

/** The value of an attribute. */
export function parseAttribute(of: XmlElement, found: XmlAttribute, type: SimpleType<unknown>): unknown {
  const value = type.parse(found.value);
  if (value !== undefined) return value;
  throw new SchemaError(
    `The '${found.name}' attribute is invalid - The value '${found.value}' is invalid according to its datatype '${datatype(type)}' - ${type.complaint(found.value)}`,
    of,
    { is: 'attribute', name: found.name },
  );
}

/** The value of an element that holds text alone. */
export function parseText<T>(of: XmlElement, type: SimpleType<T>): T {
  for (const node of of.children) {
    if (typeof node !== 'string') throw textOnly(of, node);
  }
  const source = textOf(of);
  const value = type.parse(source);
  if (value !== undefined) return value;
  throw new SchemaError(
    `The '${of.namespace}:${of.name}' element is invalid - The value '${source}' is invalid according to its datatype '${datatype(type as SimpleType<unknown>)}' - ${type.complaint(source)}`,
    of,
    { is: 'end' },
  );
}

function textOnly(of: XmlElement, node: XmlElement): SchemaError {
  const [parent, child] = [`${of.namespace}:${of.name}`, `${node.namespace}:${node.name}`];
  return new SchemaError(
    `The element '${parent}' cannot contain child element '${child}' because the parent element's content model is text only.`,
    node,
  );
}
