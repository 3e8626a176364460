import type { Content } from '../../xml/codec.ts';
import type { XmlElement } from '../../xml/element.ts';
import { SchemaError } from '../../xml/errors.ts';
import { schemaInstance } from './namespaces.ts';

type ValueOf<C> = C extends Content<infer T> ? T : never;

/** A value of one of several types, told apart by `type`, which is written as `xsi:type`. */
export type Typed<Variants> = { [Name in keyof Variants & string]: { readonly type: Name } & ValueOf<Variants[Name]> }[keyof Variants &
  string];

/**
 * An element of an abstract type. The Managed API compares the attribute with the bare name, so the names must stand
 * in a document whose default namespace is theirs.
 */
export function typed<Variants extends Readonly<Record<string, Content<unknown>>>>(variants: Variants): Content<Typed<Variants>> {
  const known = new Map(Object.entries(variants) as unknown as [string, Content<object>][]);
  return {
    description: { kind: 'any' },
    decode: (of) => {
      const written = xsi(of, 'type') ?? '';
      const name = written.slice(written.indexOf(':') + 1);
      const variant = known.get(name);
      if (variant === undefined) throw new SchemaError(`'${written}' is not a type of the element '${of.name}'.`, of);
      return { ...variant.decode(of), type: name } as Typed<Variants>;
    },
    encode: (value, namespace, name) => {
      const variant = known.get(value.type);
      if (variant === undefined) throw new Error(`defect: ${value.type} is not a type of ${name}`);
      return withXsi(variant.encode(value, namespace, name), 'type', value.type);
    },
  };
}

/** An element that may say `xsi:nil="true"` instead of having a content. */
export function nillable<T>(content: Content<T>): Content<T | null> {
  return {
    description: content.description,
    decode: (of) => (xsi(of, 'nil') === 'true' ? null : content.decode(of)),
    encode: (value, namespace, name) =>
      value === null ? withXsi({ namespace, name, attributes: [], children: [] }, 'nil', 'true') : content.encode(value, namespace, name),
  };
}

function xsi(of: XmlElement, name: string): string | undefined {
  return of.attributes.find((attribute) => attribute.namespace === schemaInstance && attribute.name === name)?.value;
}

function withXsi(of: XmlElement, name: string, value: string): XmlElement {
  return { ...of, attributes: [{ namespace: schemaInstance, name, value }, ...of.attributes] };
}
