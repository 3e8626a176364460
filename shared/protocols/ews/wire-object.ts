import { currentClocks } from '../../xml/clocks.ts';
import type { Content } from '../../xml/codec.ts';
import type { ContentDescription } from '../../xml/content-description.ts';
import { text, type XmlAttribute, type XmlElement } from '../../xml/element.ts';
import { SchemaError } from '../../xml/errors.ts';
import { string, utcDateTime } from '../../xml/simple-types.ts';
import { extendedPropertyContent, type WireExtendedProperty } from './extended-property.ts';
import type { FieldRow } from './fields/field.ts';
import { types } from './namespaces.ts';
import { instant } from './types/simple.ts';

/** An item or folder on the wire: what it is called and the fields that are there, in the schema's order. */
export interface WireObject<Element extends string = string> {
  readonly element: Element;
  /** Sorted by `order`; an encoder relies on it. */
  readonly fields: readonly WireField[];
  readonly extended: readonly WireExtendedProperty[];
  /** It never changes and will be written again: its element and text are kept. */
  readonly keep?: true;
}

/** A field and its value, which is of the type that the row's content reads. */
export type WireField = readonly [row: FieldRow, value: unknown];

/** Dates of requests that were written without a zone. */
const floating = new WeakMap<WireField, number>();

/** What the clocks show at a date that was written without a zone, in milliseconds since 1970 there; undefined for all else. */
export function wallTimeOf(field: WireField): number | undefined {
  return floating.get(field);
}

/** A class of objects: the schema's type and its rows. */
export interface ObjectClass<Element extends string = string> {
  readonly element: Element;
  readonly typeName: string;
  /** In schema order. */
  readonly rows: readonly FieldRow[];
  /** ExtendedProperty elements stand behind the row of this order. */
  readonly extendedAfter: number;
  /** Names of optional attributes that are read over. */
  readonly attributes?: readonly string[];
}

const noAttributes: readonly XmlAttribute[] = [];
/** A date without Z or an offset behind it. */
const isFloating = (source: string): boolean => !/(?:Z|[+-]\d\d:\d\d)[ \t\r\n]*$/.test(source);
const xsi = 'http://www.w3.org/2001/XMLSchema-instance';
const extendedName = 'ExtendedProperty';

/** The value of a field, or undefined when the object does not have it. */
export function fieldValue<T>(object: WireObject, row: FieldRow<T>): T | undefined {
  for (const [candidate, value] of object.fields) if (candidate === row || candidate.element === row.element) return value as T;
  return undefined;
}

/** The content of one class's element. Encoding looks at nothing but the fields given. */
export function objectContent<Element extends string>(of: ObjectClass<Element>): Content<WireObject<Element>> {
  const byName = new Map(of.rows.map((row) => [row.element, row]));
  const attributes = of.attributes ?? [];
  return {
    description: describe(of, attributes),
    decode: (element) => decodeObject(of, byName, attributes, element),
    encode(value, namespace, name) {
      // What is kept has its dates in UTC.
      if (value.keep === undefined || currentClocks() !== undefined)
        return { namespace, name, attributes: noAttributes, children: encodeFields(value, of.extendedAfter) };
      const known = kept.get(value);
      if (known !== undefined && known.name === name && known.namespace === namespace) return known;
      const made = { namespace, name, attributes: noAttributes, children: encodeFields(value, of.extendedAfter), keep: true } as const;
      kept.set(value, made);
      return made;
    },
  };
}

/** Elements of the objects that are kept. */
const kept = new WeakMap<WireObject, XmlElement>();

function encodeFields({ fields, extended }: WireObject, extendedAfter: number): XmlElement[] {
  const children: XmlElement[] = [];
  let pending = extended.length > 0;
  for (const [row, value] of fields) {
    if (pending && row.order > extendedAfter) {
      encodeExtended(extended, children);
      pending = false;
    }
    children.push(row.wire.encode(value, types, row.element));
  }
  if (pending) encodeExtended(extended, children);
  return children;
}

function encodeExtended(extended: readonly WireExtendedProperty[], children: XmlElement[]): void {
  for (const property of extended) children.push(extendedPropertyContent.encode(property, types, extendedName));
}

function decodeObject<Element extends string>(
  of: ObjectClass<Element>,
  byName: ReadonlyMap<string, FieldRow>,
  attributes: readonly string[],
  element: XmlElement,
): WireObject<Element> {
  for (const { namespace, name } of element.attributes) {
    if (namespace !== xsi && !(namespace === '' && attributes.includes(name))) {
      throw new SchemaError(`The '${name}' attribute is not declared.`, element, { is: 'attribute', name });
    }
  }
  const fields: WireField[] = [];
  const extended: WireExtendedProperty[] = [];
  let last = -1;
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (child.trim() === '') continue;
      throw new SchemaError(`The element '${element.name}' in namespace '${element.namespace}' cannot contain text.`, element, {
        is: 'text',
      });
    }
    const isExtended = child.name === extendedName && of.extendedAfter >= 0;
    const row = isExtended ? undefined : byName.get(child.name);
    // Extended properties stand half a place behind their neighbour and may repeat.
    const order = isExtended ? of.extendedAfter + 0.5 : (row?.order ?? -1);
    if (child.namespace !== types || order < last || (order === last && !isExtended)) throw invalidChild(of, element, child, last);
    last = order;
    if (row === undefined) extended.push(extendedPropertyContent.decode(child));
    else {
      const field: WireField = [row, row.wire.decode(child)];
      fields.push(field);
      if (row.wire === instant && isFloating(text(child))) floating.set(field, utcDateTime.parse(text(child)) ?? Number.NaN);
    }
  }
  return { element: of.element, fields, extended };
}

function invalidChild(of: ObjectClass, element: XmlElement, child: XmlElement, last: number): SchemaError {
  const expected: string[] = [];
  let isExtendedListed = of.extendedAfter < 0;
  for (const row of of.rows) {
    if (!isExtendedListed && row.order > of.extendedAfter && last <= of.extendedAfter + 0.5) {
      expected.push(extendedName);
      isExtendedListed = true;
    }
    if (row.order > last) expected.push(row.element);
  }
  const list = expected.length === 0 ? '' : ` List of possible elements expected: '${expected.join(', ')}' in namespace '${types}'.`;
  return new SchemaError(
    `The element '${element.name}' in namespace '${element.namespace}' has invalid child element '${child.name}' in namespace '${child.namespace}'.${list}`,
    child,
  );
}

function describe(of: ObjectClass, attributes: readonly string[]): ContentDescription {
  const particle = (name: string, content: Content<unknown>, repeats: boolean) => ({
    key: name,
    minimum: 0 as const,
    repeats,
    alternatives: [{ namespace: types, name, content: () => content.description }],
  });
  const extended = particle(extendedName, extendedPropertyContent, true);
  return {
    kind: 'complex',
    name: of.typeName,
    particles: [
      ...of.rows.filter((row) => row.order <= of.extendedAfter).map((row) => particle(row.element, row.wire, false)),
      ...(of.extendedAfter >= 0 ? [extended] : []),
      ...of.rows.filter((row) => row.order > of.extendedAfter).map((row) => particle(row.element, row.wire, false)),
    ],
    attributes: attributes.map((name) => ({ name, type: string, required: false })),
  };
}
