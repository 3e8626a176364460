import { type Guid, parseGuid } from '../../kernel/ids.ts';
import { type Content, converted, many, maybe, one, sequence, simple, unwrapped } from '../../xml/codec.ts';
import { octetsElement, type XmlElement } from '../../xml/element.ts';
import { SchemaError } from '../../xml/errors.ts';
import { base64, boolean, int, long, type SimpleType, string } from '../../xml/simple-types.ts';
import { xsiNamespace } from '../soap/envelope.ts';
import { longestValue } from './message.ts';
import { arrays, data } from './namespaces.ts';

// .NET's DataContractSerializer: members in the ordinal order of their names, null as i:nil, arrays as repeated items.

/** A value that may be null: `<X i:nil="true"/>`. */
export function nillable<T>(content: Content<T>): Content<T | null> {
  return {
    description: content.description,
    decode: (of) => (isNil(of) ? null : content.decode(of)),
    encode: (value, namespace, name) => (value === null ? nilElement(namespace, name) : content.encode(value, namespace, name)),
  };
}

function isNil({ attributes }: XmlElement): boolean {
  return attributes.some(({ namespace, name, value }) => namespace === xsiNamespace && name === 'nil' && /^\s*(?:1|true)\s*$/.test(value));
}

function nilElement(namespace: string, name: string): XmlElement {
  return { namespace, name, attributes: [{ namespace: xsiNamespace, name: 'nil', value: 'true' }], children: [] };
}

const guidType: SimpleType<Guid> = {
  name: 'guid',
  parse: (text) => parseGuid(text),
  format: (value) => value,
  complaint: (text) => `The string '${text.slice(0, 64)}' is not a valid Guid value.`,
};

/** What a value is too long for: the quotas of the endpoint's reader. */
export class QuotaError extends SchemaError {
  constructor(at: XmlElement) {
    super(`A string or an array is longer than ${longestValue}.`, at);
    this.name = 'QuotaError';
  }
}

function within<T extends string | Buffer>(content: Content<T>): Content<T> {
  return {
    ...content,
    decode: (of) => {
      const value = content.decode(of);
      if (value.length > longestValue) throw new QuotaError(of);
      return value;
    },
  };
}

const octetsAsText = simple(base64);

/** Octets, of which no text is made where they are many: a portion of half a megabyte costs a fraction of what the general type takes. */
const octets: Content<Buffer> = {
  ...octetsAsText,
  decode: (of) => (of.octets === undefined || of.attributes.length > 0 ? octetsAsText.decode(of) : of.octets),
  encode: (value, namespace, name) => octetsElement(namespace, name, value),
};

/** A handle or size: 64 bits that are no more than a double counts. */
const count: Content<number> = {
  ...converted(simple(long), Number, String),
  decode: (of) => {
    const value = Number(simple(long).decode(of));
    if (!Number.isSafeInteger(value)) throw new SchemaError(`The number ${value} is too large.`, of);
    return value;
  },
};

export const types = {
  text: within(simple(string)),
  nullableText: nillable(within(simple(string))),
  integer: simple(int),
  flag: simple(boolean),
  count,
  handle: count,
  guid: simple(guidType),
  nullableGuid: nillable(simple(guidType)),
  octets: within(octets),
  nullableOctets: nillable(within(octets)),
  /** Entry ids are octets on the wire, text to whoever gives them. */
  entryId: converted(
    within(simple(base64)),
    (octets) => octets.toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  ),
} as const;

/** An entry id that may be missing: of the root's parent. */
export const nullableEntryId: Content<string | null> = nillable(types.entryId);

/** One of several words. */
export function words<const Word extends string>(name: string, known: readonly Word[]): Content<Word> {
  return simple({
    name,
    enumeration: known,
    parse: (text) => known.find((one) => one === text.trim()),
    format: (value) => value,
    complaint: () => 'The Enumeration constraint failed.',
  });
}

type Members = Readonly<Record<string, Content<unknown>>>;
type ValueOf<C> = C extends Content<infer T> ? T : never;

/** A data contract: every member is there, in the order of the names, but those that are left out when unset (EmitDefaultValue). */
export function contractOf<M extends Members, Unset extends Members = Record<never, never>>(
  members: M,
  unset: Unset = {} as Unset,
): Content<{ readonly [Name in keyof M]: ValueOf<M[Name]> } & { readonly [Name in keyof Unset]?: ValueOf<Unset[Name]> | undefined }> {
  const all: Members = { ...members, ...unset };
  const names = Object.keys(all).toSorted((left, right) => (left < right ? -1 : 1));
  const particles = names.map((name) => [name, (name in unset ? maybe : one)(data, all[name] as Content<unknown>)]);
  return sequence(Object.fromEntries(particles)) as never;
}

/** The parameters of an operation, or its answer: in the order of the contract, in its namespace. */
export function parameters<M extends Members>(namespace: string, members: M): Content<{ readonly [Name in keyof M]: ValueOf<M[Name]> }> {
  const particles = Object.fromEntries(Object.entries(members).map(([name, content]) => [name, one(namespace, content)]));
  return sequence(particles) as unknown as Content<{ readonly [Name in keyof M]: ValueOf<M[Name]> }>;
}

/** A list of objects of a data contract. */
export function listOf<T>(item: string, content: Content<T>): Content<readonly T[]> {
  return unwrapped(item, sequence({ [item]: many(data, content) }) as unknown as Content<{ readonly [name: string]: readonly T[] }>);
}

/** A list of plain values, in the namespace of arrays. */
export function arrayOf<T>(item: string, content: Content<T>): Content<readonly T[]> {
  return unwrapped(item, sequence({ [item]: many(arrays, content) }) as unknown as Content<{ readonly [name: string]: readonly T[] }>);
}
