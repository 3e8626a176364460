import type { ContentDescription } from './content-description.ts';
import type { XmlAttribute, XmlElement } from './element.ts';
import { SchemaError } from './errors.ts';
import { type CompiledParticle, decodeParticles, encodeParticles } from './particles.ts';
import type { SimpleType } from './simple-types.ts';
import { parseAttribute, parseText, rejectAttributes } from './violations.ts';

/**
 * What may stand inside an element, in both directions. The same value reads requests, writes answers and generates
 * the schema, so the three cannot drift apart.
 */
export interface Content<T> {
  readonly description: ContentDescription;
  /** Throws SchemaError in the words of .NET's validation, at the line and column of the offending element. */
  decode(of: XmlElement): T;
  encode(value: T, namespace: string, name: string): XmlElement;
}

/** One member of a choice: which alternative it is, and its value. */
export type Tagged<Alternatives extends Readonly<Record<string, Content<unknown>>>> = {
  [Name in keyof Alternatives & string]: { readonly is: Name; readonly value: ValueOf<Alternatives[Name]> };
}[keyof Alternatives & string];

type ValueOf<C> = C extends { decode(of: XmlElement): infer T } ? T : never;
type AnyContent = Content<unknown>;

export interface ElementParticle<T, Optional extends boolean, Repeats extends boolean> {
  readonly kind: 'element';
  readonly minimum?: 0 | 1;
  readonly needs?: string;
  readonly namespace: string;
  readonly content: Content<T>;
  readonly optional: Optional;
  readonly repeats: Repeats;
}
export interface ChoiceParticle<T, Optional extends boolean, Repeats extends boolean> {
  readonly kind: 'choice';
  readonly minimum?: 0 | 1;
  readonly needs?: string;
  readonly namespace: string;
  readonly alternatives: Readonly<Record<string, AnyContent>>;
  readonly optional: Optional;
  readonly repeats: Repeats;
  /** Only for inference. */
  readonly value?: T;
}
export interface AttributeParticle<T, Optional extends boolean> {
  readonly kind: 'attribute';
  readonly type: SimpleType<T>;
  readonly optional: Optional;
}
export interface TextParticle<T> {
  readonly kind: 'text';
  readonly type: SimpleType<T>;
}

type AnyParticle =
  | ElementParticle<unknown, boolean, boolean>
  | ChoiceParticle<unknown, boolean, boolean>
  | AttributeParticle<unknown, boolean>
  | TextParticle<unknown>;

/** Members of a complex type, in schema order. Keys are the names on the wire; a choice's key is ours. */
export type Shape = Readonly<Record<string, AnyParticle>>;

type ParticleValue<P> =
  P extends ElementParticle<infer T, boolean, infer Repeats>
    ? Repeats extends true
      ? readonly T[]
      : T
    : P extends ChoiceParticle<infer T, boolean, infer Repeats>
      ? Repeats extends true
        ? readonly T[]
        : T
      : P extends AttributeParticle<infer T, boolean>
        ? T
        : P extends TextParticle<infer T>
          ? T
          : never;
type OptionalKeys<S> = { [K in keyof S]: S[K] extends { readonly optional: true } ? K : never }[keyof S];

/** The value of a complex type. */
export type Decoded<S> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: ParticleValue<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: ParticleValue<S[K]> | undefined;
};

/** A required element. */
export function one<T>(namespace: string, content: Content<T>): ElementParticle<T, false, false> {
  return { kind: 'element', namespace, content, optional: false, repeats: false };
}
/** An optional element. */
export function maybe<T>(namespace: string, content: Content<T>): ElementParticle<T, true, false> {
  return { kind: 'element', namespace, content, optional: true, repeats: false };
}
/** An optional element that may stand only where the earlier optional element `needs` stands. */
export function maybeBeside<T>(namespace: string, needs: string, content: Content<T>): ElementParticle<T, true, false> {
  return { ...maybe(namespace, content), needs };
}
/** An element that must stand where the earlier optional element `needs` stands, and nowhere else. */
export function oneBeside<T>(namespace: string, needs: string, content: Content<T>): ElementParticle<T, true, false> {
  return { ...maybe(namespace, content), needs, minimum: 1 };
}
/** Any number of elements, none included; always an array. */
export function many<T>(namespace: string, content: Content<T>): ElementParticle<T, false, true> & { readonly minimum: 0 } {
  return { kind: 'element', namespace, content, optional: false, repeats: true, minimum: 0 };
}
/** At least one element. */
export function some<T>(namespace: string, content: Content<T>): ElementParticle<T, false, true> & { readonly minimum: 1 } {
  return { kind: 'element', namespace, content, optional: false, repeats: true, minimum: 1 };
}
/** Exactly one of several elements. */
export function either<A extends Readonly<Record<string, AnyContent>>>(
  namespace: string,
  alternatives: A,
): ChoiceParticle<Tagged<A>, false, false> {
  return { kind: 'choice', namespace, alternatives, optional: false, repeats: false };
}
/** None or one of several elements. */
export function maybeEither<A extends Readonly<Record<string, AnyContent>>>(
  namespace: string,
  alternatives: A,
): ChoiceParticle<Tagged<A>, true, false> {
  return { kind: 'choice', namespace, alternatives, optional: true, repeats: false };
}
/** Any number of elements, each one of several, in any order. */
export function manyOf<A extends Readonly<Record<string, AnyContent>>>(
  namespace: string,
  alternatives: A,
): ChoiceParticle<Tagged<A>, false, true> & { readonly minimum: 0 } {
  return { kind: 'choice', namespace, alternatives, optional: false, repeats: true, minimum: 0 };
}
/** At least one element, each one of several. */
export function someOf<A extends Readonly<Record<string, AnyContent>>>(
  namespace: string,
  alternatives: A,
): ChoiceParticle<Tagged<A>, false, true> & { readonly minimum: 1 } {
  return { kind: 'choice', namespace, alternatives, optional: false, repeats: true, minimum: 1 };
}
/** A required attribute. */
export function attr<T>(type: SimpleType<T>): AttributeParticle<T, false> {
  return { kind: 'attribute', type, optional: false };
}
/** An optional attribute. */
export function maybeAttr<T>(type: SimpleType<T>): AttributeParticle<T, true> {
  return { kind: 'attribute', type, optional: true };
}
/** The text of an element that also has attributes. */
export function textContent<T>(type: SimpleType<T>): TextParticle<T> {
  return { kind: 'text', type };
}

/** An element that holds nothing but text. */
export function simple<T>(type: SimpleType<T>): Content<T> {
  const isPlain = type.isPlain === true;
  return {
    description: { kind: 'simple', type: type as SimpleType<unknown> },
    decode: (of) => {
      rejectAttributes(of, noNames);
      return parseText(of, type);
    },
    encode: (value, namespace, name) => {
      const formatted = type.format(value);
      const children = formatted === '' ? noChildren : [formatted];
      return isPlain
        ? { namespace, name, attributes: noAttributes, children, isPlain }
        : { namespace, name, attributes: noAttributes, children };
    },
  };
}

/** The same element with its value seen in another way: `read` after decoding, `write` before encoding. */
export function converted<T, U>(content: Content<T>, read: (value: T) => U, write: (value: U) => T): Content<U> {
  return {
    description: content.description,
    decode: (of) => read(content.decode(of)),
    encode: (value, namespace, name) => content.encode(write(value), namespace, name),
  };
}

/** An element whose value is its only member. */
export function unwrapped<K extends string, T>(key: K, content: Content<{ readonly [Key in K]: T }>): Content<T> {
  return converted(
    content,
    (value) => value[key],
    (value) => ({ [key]: value }) as { readonly [Key in K]: T },
  );
}

/** An element taken as it is: for parts that another layer reads. */
export const anyContent: Content<XmlElement> = {
  description: { kind: 'any' },
  decode: (of) => of,
  encode: (value, namespace, name) => ({ ...value, namespace, name }),
};

/** Content that refers to itself; `name` is its type's name in the schema. */
export function recursive<T>(name: string, content: () => Content<T>): Content<T> {
  return {
    description: { kind: 'reference', name, to: () => content().description },
    decode: (of) => content().decode(of),
    encode: (value, namespace, elementName) => content().encode(value, namespace, elementName),
  };
}

const noAttributes: readonly XmlAttribute[] = [];
const noChildren: readonly string[] = [];
const noNames: ReadonlySet<string> = new Set();

/** An element with attributes and child elements in a fixed order. `typeName` is its type's name in the schema. */
export function sequence<S extends Shape>(shape: S, typeName?: string): Content<Decoded<S>> {
  const particles: CompiledParticle[] = [];
  const attributes: { key: string; type: SimpleType<unknown>; optional: boolean }[] = [];
  let content: { key: string; type: SimpleType<unknown> } | undefined;
  for (const [key, particle] of Object.entries(shape)) {
    if (particle.kind === 'attribute') attributes.push({ key, type: particle.type as SimpleType<unknown>, optional: particle.optional });
    else if (particle.kind === 'text') content = { key, type: particle.type as SimpleType<unknown> };
    else particles.push(compile(key, particle));
  }
  const names = new Set(attributes.map((known) => known.key));
  return {
    description: describe(particles, attributes, content, typeName),
    decode: (of) => {
      const result: Record<string, unknown> = {};
      rejectAttributes(of, names);
      for (const { key, type, optional } of attributes) {
        const found = of.attributes.find((candidate) => candidate.name === key && candidate.namespace === '');
        if (found !== undefined) result[key] = parseAttribute(of, found, type);
        else if (!optional) throw new SchemaError(`The required attribute '${key}' is missing.`, of);
      }
      if (content !== undefined) result[content.key] = parseText(of, content.type);
      else decodeParticles(of, particles, result);
      return result as Decoded<S>;
    },
    encode: (value, namespace, name) => {
      const source = value as Readonly<Record<string, unknown>>;
      const written = attributes.length === 0 ? noAttributes : encodeAttributes(source, attributes);
      let children: readonly (XmlElement | string)[];
      if (content === undefined) children = encodeParticles(source, particles);
      else {
        const formatted = content.type.format(source[content.key]);
        children = formatted === '' ? [] : [formatted];
      }
      return { namespace, name, attributes: written, children };
    },
  };
}

function compile(
  key: string,
  particle: ElementParticle<unknown, boolean, boolean> | ChoiceParticle<unknown, boolean, boolean>,
): CompiledParticle {
  return {
    key,
    needs: particle.needs,
    optional: particle.optional,
    minimum: particle.minimum ?? (particle.optional ? 0 : 1),
    repeats: particle.repeats,
    isChoice: particle.kind === 'choice',
    namespace: particle.namespace,
    alternatives:
      particle.kind === 'choice'
        ? new Map(Object.entries(particle.alternatives) as [string, Content<unknown>][])
        : new Map([[key, particle.content]]),
    content: particle.kind === 'choice' ? undefined : particle.content,
  };
}

function describe(
  particles: readonly CompiledParticle[],
  attributes: readonly { key: string; type: SimpleType<unknown>; optional: boolean }[],
  content: { type: SimpleType<unknown> } | undefined,
  typeName: string | undefined,
): ContentDescription {
  return {
    kind: 'complex',
    ...(typeName === undefined ? {} : { name: typeName }),
    particles: particles.map(({ key, needs, minimum, repeats, namespace, alternatives }) => ({
      key,
      ...(needs === undefined ? {} : { needs }),
      minimum,
      repeats,
      alternatives: [...alternatives].map(([name, of]) => ({ namespace, name, content: () => of.description })),
    })),
    attributes: attributes.map(({ key, type, optional }) => ({ name: key, type, required: !optional })),
    ...(content === undefined ? {} : { text: content.type }),
  };
}

function encodeAttributes(
  source: Readonly<Record<string, unknown>>,
  attributes: readonly { readonly key: string; readonly type: SimpleType<unknown> }[],
): readonly XmlAttribute[] {
  const written: XmlAttribute[] = [];
  for (const { key, type } of attributes) {
    const present = source[key];
    if (present !== undefined) written.push({ namespace: '', name: key, value: type.format(present) });
  }
  return written;
}
