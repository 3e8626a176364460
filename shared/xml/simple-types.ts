import type { Instant } from '../kernel/clock.ts';
import { type Clocks, currentClocks } from './clocks.ts';
import type { XmlElement } from './element.ts';
import { restriction, words, xsd } from './xsd.ts';

/** A type whose values are text: what stands in an attribute or in an element without children. */
export interface SimpleType<T> {
  /** Name in the schema: `xs:int`, or the local name of a named enumeration. */
  readonly name: string;
  readonly enumeration?: readonly string[];
  /** What the schema says of a named type that is no enumeration: what stands inside `xs:simpleType`. */
  readonly definition?: XmlElement;
  /** Its texts hold nothing that XML writes otherwise. */
  readonly isPlain?: true;
  /** The value, or undefined when the text is not of this type. */
  parse(text: string): T | undefined;
  format(value: T): string;
  /** The end of .NET's sentence about a bad value. */
  complaint(text: string): string;
}

const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');

export const string: SimpleType<string> = {
  name: 'xs:string',
  parse: (text) => text,
  format: (value) => value,
  complaint: () => 'The string is not valid.',
};

export const int: SimpleType<number> = {
  name: 'xs:int',
  parse: (text) => {
    const bare = trimmed(text);
    if (!/^[+-]?\d{1,10}$/.test(bare)) return undefined;
    const value = Number(bare);
    return value >= -2_147_483_648 && value <= 2_147_483_647 ? value : undefined;
  },
  format: String,
  complaint: (text) => `The string '${text}' is not a valid Int32 value.`,
};

export const boolean: SimpleType<boolean> = {
  name: 'xs:boolean',
  parse: (text) => {
    const bare = trimmed(text);
    if (bare === 'true' || bare === '1') return true;
    return bare === 'false' || bare === '0' ? false : undefined;
  },
  format: String,
  complaint: (text) => `The string '${text}' is not a valid Boolean value.`,
};

const dateTimePattern = /^(-?\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** An instant. Text without a zone is read as UTC; written in UTC with whole seconds and Z. */
export const utcDateTime: SimpleType<Instant> = {
  name: 'xs:dateTime',
  parse: (text) => parseInstant(text, undefined),
  format: formatInstant,
  complaint: (text) => `The string '${text}' is not a valid DateTime value.`,
};

/** The same on the clocks of a request, where it has some: without a zone what they show, written with their offset. */
export const dateTime: SimpleType<Instant> = {
  ...utcDateTime,
  parse: (text) => parseInstant(text, currentClocks()),
  format: (value) => {
    const clocks = currentClocks();
    return clocks === undefined ? formatInstant(value) : formatOn(clocks, value);
  },
};

function parseInstant(text: string, clocks: Clocks | undefined): Instant | undefined {
  const bare = trimmed(text);
  const match = dateTimePattern.exec(bare);
  if (match === null) return undefined;
  const isFloating = match[8] === undefined;
  const instant = Date.parse(isFloating ? `${bare}Z` : bare);
  if (Number.isNaN(instant)) return undefined;
  return isFloating && clocks !== undefined ? clocks.instantAt(instant) : instant;
}

function formatOn(clocks: Clocks, value: Instant): string {
  const bias = clocks.biasAt(value);
  return formatInstant(value - bias * 60_000).slice(0, -1) + offsetText(bias);
}

/** `+01:00`: the offset of clocks to which so many minutes are to be added for UTC. */
export function offsetText(bias: number): string {
  const minutes = Math.abs(bias);
  return `${bias > 0 ? '-' : '+'}${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}`;
}

const dayMs = 86_400_000;
const keptDays: (KeptDay | undefined)[] = [];
const mostKeptDays = 64;

interface KeptDay {
  readonly day: number;
  /** `2026-11-23T` */
  readonly text: string;
}

/** Days are kept, each in the place of one so many days before: the dates of an answer mostly lie near each other, and Date is slow. */
function formatInstant(value: Instant): string {
  const day = Math.floor(value / dayMs);
  const place = day & (mostKeptDays - 1);
  let kept = keptDays[place];
  if (kept?.day !== day) {
    kept = { day, text: new Date(day * dayMs).toISOString().slice(0, -13) };
    keptDays[place] = kept;
  }
  const second = Math.floor((value - day * dayMs) / 1000);
  return `${kept.text}${twoDigits[Math.floor(second / 3600)]}:${twoDigits[Math.floor(second / 60) % 60]}:${twoDigits[second % 60]}Z`;
}

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

export const base64: SimpleType<Buffer> = {
  name: 'xs:base64Binary',
  isPlain: true,
  parse: (text) => {
    const bare = text.replace(/[ \t\r\n]+/g, '');
    return /^[A-Za-z0-9+/]*={0,2}$/.test(bare) && bare.length % 4 === 0 ? Buffer.from(bare, 'base64') : undefined;
  },
  format: (value) => value.toString('base64'),
  complaint: (text) => `The string '${text.slice(0, 64)}' is not a valid Base64 value.`,
};

/** A 64-bit integer as decimal text: it does not fit a number. */
export const long: SimpleType<string> = {
  name: 'xs:long',
  parse: (text) => {
    const bare = trimmed(text);
    if (!/^[+-]?\d{1,40}$/.test(bare)) return undefined;
    const value = BigInt(bare);
    return BigInt.asIntN(64, value) === value ? String(value) : undefined;
  },
  format: (value) => value,
  complaint: (text) => `The string '${text}' is not a valid Int64 value.`,
};

export const double: SimpleType<number> = {
  name: 'xs:double',
  parse: (text) => {
    const bare = trimmed(text);
    if (bare === 'NaN') return Number.NaN;
    if (bare === 'INF' || bare === '-INF') return bare === 'INF' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(bare) ? Number(bare) : undefined;
  },
  format: (value) => {
    if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
    return value > 0 ? 'INF' : '-INF';
  },
  complaint: (text) => `The string '${text}' is not a valid Double value.`,
};

/** Text of a built-in type whose form alone is checked: the value is the text without white space around it. */
function formOf(name: string, dotNetName: string, pattern: RegExp): SimpleType<string> {
  return {
    name,
    parse: (text) => {
      const bare = trimmed(text);
      return pattern.test(bare) ? bare : undefined;
    },
    format: (value) => value,
    complaint: (text) => `The string '${text}' is not a valid ${dotNetName} value.`,
  };
}

/** `2026-11-21`, with or without a zone. */
export const date = formOf('xs:date', 'Date', /^-?\d{4,6}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:Z|[+-]\d\d:\d\d)?$/);
/**
 * The same, written with the offset of a request's clocks at its midnight, and read without it. What has another zone, or no
 * midnight on clocks of ours, stays as it is.
 */
export const zonedDate: SimpleType<string> = {
  ...date,
  parse(text) {
    const read = date.parse(text);
    const bare = read?.slice(0, 10);
    return bare !== undefined && read === withOffset(bare) ? bare : read;
  },
  format: withOffset,
};

const utc: Pick<Clocks, 'biasAt' | 'instantAt'> = { biasAt: () => 0, instantAt: (wall) => wall };

function withOffset(value: string): string {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight)) return value;
  const clocks = currentClocks() ?? utc;
  return `${value}${offsetText(clocks.biasAt(clocks.instantAt(midnight)))}`;
}

/** `02:00:00`. */
export const time = formOf('xs:time', 'Time', /^(?:[01]\d|2[0-4]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/);
/** `-PT60M`. */
export const duration = formOf(
  'xs:duration',
  'TimeSpan',
  /^-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/,
);
/** `en-US`. */
export const language = formOf('xs:language', 'String', /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/);
/** Any text will do: XML Schema leaves the form of a URI open. */
export const anyUri: SimpleType<string> = { ...string, name: 'xs:anyURI' };
export const nonNegativeInteger = formOf('xs:nonNegativeInteger', 'Integer', /^\+?\d{1,32}$/);
export const unsignedInt = formOf('xs:unsignedInt', 'UInt32', /^\+?\d{1,10}$/);

/** Text of at least `minimumLength` characters that fits `pattern`, named as in the schema. */
export function restrictedString(name: string, facets: { readonly minimumLength?: number; readonly pattern?: string }): SimpleType<string> {
  const { minimumLength = 0, pattern } = facets;
  const expression = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return {
    name,
    definition: restriction('xs:string', [
      ...(minimumLength === 0 ? [] : [['minLength', String(minimumLength)] as const]),
      ...(pattern === undefined ? [] : [['pattern', pattern] as const]),
    ]),
    parse: (text) => (text.length >= minimumLength && (expression === undefined || expression.test(text)) ? text : undefined),
    format: (value) => value,
    complaint: (text) =>
      text.length < minimumLength ? 'The actual length is less than the MinLength value.' : 'The Pattern constraint failed.',
  };
}

/** A 32-bit integer within bounds, named as in the schema. */
export function boundedInt(name: string, minimum: number, maximum: number): SimpleType<number> {
  return {
    name,
    definition: restriction('xs:int', [
      ['minInclusive', String(minimum)],
      ['maxInclusive', String(maximum)],
    ]),
    parse: (text) => {
      const value = int.parse(text);
      return value !== undefined && value >= minimum && value <= maximum ? value : undefined;
    },
    format: String,
    complaint: (text) => {
      const value = int.parse(text);
      if (value === undefined) return int.complaint(text);
      return value < minimum ? 'The MinInclusive constraint failed.' : 'The MaxInclusive constraint failed.';
    },
  };
}

/** A closed list of words, named as in the schema. */
export function enumeration<const Values extends readonly string[]>(
  name: string,
  values: Values,
): SimpleType<Values[number]> & { readonly enumeration: Values } {
  const known = new Set<string>(values);
  return {
    name,
    enumeration: values,
    parse: (text) => (known.has(text) ? (text as Values[number]) : undefined),
    format: (value) => value,
    complaint: () => 'The Enumeration constraint failed.',
  };
}

/** A white-space separated list of one simple type. */
export function listOf<T>(name: string, member: SimpleType<T>): SimpleType<readonly T[]> {
  return {
    name,
    definition:
      member.enumeration === undefined
        ? xsd('list', { itemType: member.name })
        : xsd('list', {}, [xsd('simpleType', {}, [words(member.enumeration)])]),
    parse: (text) => {
      const values: T[] = [];
      for (const word of trimmed(text).split(/[ \t\r\n]+/)) {
        if (word === '') continue;
        const value = member.parse(word);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    },
    format: (values) => values.map((value) => member.format(value)).join(' '),
    complaint: (text) => member.complaint(text),
  };
}
