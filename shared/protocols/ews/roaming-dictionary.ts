import { attribute, element, elements } from '../../xml/element.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { base64, boolean, dateTime } from '../../xml/simple-types.ts';
import { writeXml } from '../../xml/write.ts';
import type { DictionaryEntry, DictionaryObject } from './types/user-configuration.ts';

/** Entries of a dictionary: a bound of ours. */
export const mostDictionaryEntries = 5_000;

type Type = DictionaryObject['Type'];

/** How values of a type are checked, and brought into the one form that is kept: undefined when it is none. */
interface DictionaryType {
  /** The number before the value. 3, 9 and 18 are those of MS-OXOCFG 2.2.5.1, which .NET's TypeCode has too; of the others inferred. */
  readonly code: number;
  /** As it is kept. */
  keep(value: string): string | undefined;
  /** As it is told. */
  tell(kept: string): string | undefined;
}

const integer = (code: number, minimum: bigint, maximum: bigint): DictionaryType => {
  const read = (value: string): string | undefined => {
    const trimmed = value.trim();
    if (!/^[+-]?\d{1,20}$/.test(trimmed)) return undefined;
    const number = BigInt(trimmed.replace(/^\+/, ''));
    return number >= minimum && number <= maximum ? String(number) : undefined;
  };
  return { code, keep: read, tell: read };
};

const wireDate = (value: string): string | undefined => {
  const instant = dateTime.parse(value);
  return instant === undefined ? undefined : dateTime.format(instant);
};

const scalars: Readonly<Record<Exclude<Type, 'StringArray' | 'ByteArray'>, DictionaryType>> = {
  Boolean: {
    code: 3,
    keep: (value) => ({ true: 'True', false: 'False' })[String(boolean.parse(value.toLowerCase()))],
    tell: (kept) => ({ true: 'true', false: 'false' })[kept.toLowerCase()],
  },
  Byte: integer(6, 0n, 255n),
  Integer32: integer(9, -(2n ** 31n), 2n ** 31n - 1n),
  UnsignedInteger32: integer(10, 0n, 2n ** 32n - 1n),
  Integer64: integer(11, -(2n ** 63n), 2n ** 63n - 1n),
  UnsignedInteger64: integer(12, 0n, 2n ** 64n - 1n),
  DateTime: { code: 16, keep: wireDate, tell: wireDate },
  String: { code: 18, keep: (value) => value, tell: (kept) => kept },
};

/** No number stands for arrays in the specification: they are kept in words of our own. */
const array = /^1-(StringArray|ByteArray):(.*)$/s;
const none = '0-';

/**
 * The stream of PidTagRoamingDictionary (MS-OXOCFG 2.2.5.1) that holds these entries; undefined when one of them is not of
 * the type it claims, a key is given twice, or there are too many.
 */
export function encodeDictionary(entries: readonly DictionaryEntry[]): Buffer | undefined {
  if (entries.length > mostDictionaryEntries) return undefined;
  const written = new Map<string, string>();
  for (const { DictionaryKey, DictionaryValue } of entries) {
    const key = encodeObject(DictionaryKey);
    const value = DictionaryValue === null ? none : encodeObject(DictionaryValue);
    if (key === undefined || value === undefined || written.has(key)) return undefined;
    written.set(key, value);
  }
  const data = [...written].map(([k, v]) => element('', 'e', [], { k, v }));
  const root = element('', 'UserConfiguration', [element('', 'Info', [], { version: 'coexist.1' }), element('', 'Data', data)]);
  return Buffer.from(writeXml(root));
}

/** The entries in a stream of PidTagRoamingDictionary; undefined when it is none. */
export function decodeDictionary(stream: Uint8Array): readonly DictionaryEntry[] | undefined {
  const lines = linesOf(stream);
  const entries: DictionaryEntry[] = [];
  for (const { key, value } of lines ?? []) {
    const DictionaryKey = decodeObject(key);
    const DictionaryValue = value === none ? null : decodeObject(value);
    if (DictionaryKey === undefined || DictionaryValue === undefined) return undefined;
    entries.push({ DictionaryKey, DictionaryValue });
  }
  return lines && entries;
}

function linesOf(stream: Uint8Array): readonly { readonly key: string; readonly value: string }[] | undefined {
  try {
    const root = parseXml(stream, { maxDepth: 4, maxElements: mostDictionaryEntries + 10 });
    // Clients write it with a namespace and without.
    const data = root.name === 'UserConfiguration' ? elements(root).find(({ name }) => name === 'Data') : undefined;
    return data && elements(data).map((line) => ({ key: attribute(line, 'k') ?? '', value: attribute(line, 'v') ?? '' }));
  } catch (error) {
    if (error instanceof XmlSyntaxError) return undefined;
    throw error;
  }
}

function encodeObject({ Type, Value }: DictionaryObject): string | undefined {
  if (Type === 'StringArray') return `1-StringArray:${JSON.stringify(Value)}`;
  const [value] = Value;
  if (value === undefined || Value.length > 1) return undefined;
  if (Type === 'ByteArray') {
    const octets = base64.parse(value);
    return octets && `1-ByteArray:${octets.toString('base64')}`;
  }
  const kept = scalars[Type].keep(value);
  return kept === undefined ? undefined : `${scalars[Type].code}-${kept}`;
}

function decodeObject(text: string): DictionaryObject | undefined {
  const [, name, content = ''] = array.exec(text) ?? [];
  if (name === 'ByteArray') return base64.parse(content) && { Type: name, Value: [content] };
  if (name === 'StringArray') return stringsOf(content);
  const dash = text.indexOf('-');
  const code = text.slice(0, dash);
  for (const [type, { code: number, tell }] of Object.entries(scalars) as [keyof typeof scalars, DictionaryType][]) {
    if (String(number) !== code) continue;
    const value = tell(text.slice(dash + 1));
    return value === undefined ? undefined : { Type: type, Value: [value] };
  }
  return undefined;
}

function stringsOf(content: string): DictionaryObject | undefined {
  try {
    const values: unknown = JSON.parse(content);
    const isList = Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string');
    return isList ? { Type: 'StringArray', Value: values as readonly string[] } : undefined;
  } catch {
    return undefined;
  }
}
