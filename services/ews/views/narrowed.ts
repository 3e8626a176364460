import { addressPartOf, addressParts, dictionaryFields } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';

/** The entries of a dictionary that a request asks for, by their IndexedFieldURIs. */
export interface AskedEntry {
  readonly uri: string;
  readonly index: string;
}

/** The entries that some paths name, by the FieldURI of the dictionary. */
export function askedEntries(paths: readonly Path[]): ReadonlyMap<string, readonly AskedEntry[]> {
  const asked = new Map<string, AskedEntry[]>();
  for (const path of paths) {
    if (path.is !== 'IndexedFieldURI') continue;
    const { FieldURI: uri, FieldIndex: index } = path.value;
    const field = dictionaryFields[uri];
    if (field !== undefined) asked.set(field, [...(asked.get(field) ?? []), { uri, index }]);
  }
  return asked;
}

interface Dictionary {
  readonly Entry?: readonly { readonly Key: string }[];
  readonly Member?: readonly { readonly Key?: string }[];
  readonly InternetMessageHeader?: readonly { readonly HeaderName: string }[];
}

/** A dictionary with nothing but the entries asked for; undefined when it has none of them. */
export function narrowed(value: unknown, asked: readonly AskedEntry[]): unknown {
  const { Entry, Member, InternetMessageHeader } = value as Dictionary;
  const indexes = new Set(asked.map(({ index }) => index));
  const lower = new Set(asked.map(({ index }) => index.toLowerCase()));
  if (Entry !== undefined)
    return filled(
      'Entry',
      Entry.flatMap((entry) => (indexes.has(entry.Key) ? (withParts(entry, asked) ?? []) : [])),
    );
  if (Member !== undefined)
    return filled(
      'Member',
      Member.filter(({ Key = '' }) => indexes.has(Key)),
    );
  if (InternetMessageHeader === undefined) return value;
  return filled(
    'InternetMessageHeader',
    InternetMessageHeader.filter(({ HeaderName }) => lower.has(HeaderName.toLowerCase())),
  );
}

function filled(name: string, list: readonly unknown[]): unknown {
  return list.length === 0 ? undefined : { [name]: list };
}

/** An address with the parts asked for; an entry of another dictionary as it is. */
function withParts(entry: { readonly Key: string }, asked: readonly AskedEntry[]): object | undefined {
  const parts = asked.flatMap(({ uri, index }) => (index === entry.Key ? (addressPartOf(uri) ?? []) : []));
  if (parts.length === 0) return entry;
  const left: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(entry).filter(([name]) => !addressParts.some((part) => part === name) || parts.some((part) => part === name)),
  );
  return parts.some((part) => left[part] !== undefined) ? left : undefined;
}
