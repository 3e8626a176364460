import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import type { SortKey } from '../../../shared/domain/mailbox/sort.ts';
import { type PropertyKey, type PropertyValue, propertyTypeOf, tags } from '../../../shared/kernel/mapi.ts';
import { propertyKeyOf, storedValueOf } from '../../../shared/protocols/ews/extended-property.ts';
import { dictionaryProperty } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { FieldRow, SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { folderClass } from '../../../shared/protocols/ews/folders.ts';
import { folderTypes, itemTypes } from '../../../shared/protocols/ews/item-elements.ts';
import { itemClass } from '../../../shared/protocols/ews/items.ts';
import { types } from '../../../shared/protocols/ews/namespaces.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import type { ContainmentComparison, ContainmentMode, SearchExpression } from '../../../shared/protocols/ews/restriction.ts';
import { type Clocks, onClocks } from '../../../shared/xml/clocks.ts';
import { element } from '../../../shared/xml/element.ts';
import { SchemaError } from '../../../shared/xml/errors.ts';
import { ewsRefusal } from '../failures.ts';
import { nearOf } from './near.ts';

/** Expressions in one restriction (Microsoft's page "ResponseCode"). */
const mostExpressions = 255;
/** How deep they may be nested: a bound of ours. */
const deepest = 32;

/** Special fields that can be searched and sorted by, and the property that stands for them. */
export const searchable: Readonly<Partial<Record<SpecialView, PropertyKey>>> = {
  Body: tags.body,
  TextBody: tags.body,
  From: tags.sentRepresentingName,
  Sender: tags.senderName,
  Organizer: tags.sentRepresentingName,
  ToRecipients: tags.displayTo,
  CcRecipients: tags.displayCc,
  BccRecipients: tags.displayBcc,
  Flag: tags.flagStatus,
};

export const comparisons = {
  IsEqualTo: '=',
  IsNotEqualTo: '!=',
  IsGreaterThan: '>',
  IsGreaterThanOrEqualTo: '>=',
  IsLessThan: '<',
  IsLessThanOrEqualTo: '<=',
} as const;

export const modes: Readonly<Record<ContainmentMode, 'full-string' | 'prefix' | 'substring' | 'prefix-on-words' | 'exact-phrase'>> = {
  FullString: 'full-string',
  Prefixed: 'prefix',
  Substring: 'substring',
  PrefixOnWords: 'prefix-on-words',
  ExactPhrase: 'exact-phrase',
};

/** The restriction that a search expression means, its dates on the clocks of the request. Refuses properties that cannot be searched and constants of another type. */
export function restrictionOf(expression: SearchExpression, clocks?: Clocks): Restriction {
  let count = 0;
  const read = (one: SearchExpression, depth: number): Restriction => {
    count += 1;
    if (count > mostExpressions) throw ewsRefusal('ErrorRestrictionTooLong', { detail: `more than ${mostExpressions} expressions` });
    if (depth > deepest) throw ewsRefusal('ErrorRestrictionTooComplex', { detail: `${depth} deep` });
    switch (one.is) {
      case 'And':
      case 'Or':
        return { kind: one.is === 'And' ? 'and' : 'or', of: one.value.map((inner) => read(inner, depth + 1)) };
      case 'Not':
        return { kind: 'not', of: read(one.value, depth + 1) };
      case 'Exists':
        return { kind: 'exists', property: existing(one.value.Path) };
      case 'Excludes':
        return { kind: 'excludes', property: searched(one.value.Path).key, mask: maskOf(one.value.Bitmask.Value) };
      case 'Contains':
        return contains(one.value);
      case 'Near':
        return nearOf(
          one.value,
          one.value.expressions.map((inner) => read(inner, depth + 1)),
        );
      default:
        return compare(comparisons[one.is], one.value.Path, one.value.FieldURIOrConstant);
    }
  };
  return onClocks(clocks, () => read(expression, 0));
}

/** Flags share one property, which every message has: whether one is there cannot be asked (Microsoft's page "ResponseCode"). */
function existing(path: Path): PropertyKey {
  const { key, row } = searched(path);
  if (key === tags.read || bitOf(row) !== undefined) throw unsupported('ErrorInvalidPropertyForExists', path);
  return key;
}

/** A bitmask, decimal or hexadecimal, of 32 bits: the schema lets `0x` and nothing at all pass, too. */
function maskOf(text: string): number {
  const mask = text === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(mask) || mask > 0xffffffff) throw ewsRefusal('ErrorInvalidExcludesRestriction', { detail: text.slice(0, 64) });
  return mask;
}

type ContainsValue = Extract<SearchExpression, { is: 'Contains' }>['value'];

function contains({
  Path: path,
  Constant,
  ContainmentMode: mode = 'FullString',
  ContainmentComparison: comparison = 'Exact',
}: ContainsValue): Restriction {
  const { key } = searched(path);
  if (!propertyTypeOf(key).startsWith('String')) throw unsupported('ErrorContainsFilterWrongType', path);
  const names: ContainmentComparison = comparison;
  const loose = names.startsWith('Loose');
  return {
    kind: 'contains',
    property: key,
    text: Constant.Value,
    mode: modes[mode],
    ignoreCase: loose || names.includes('IgnoreCase'),
    ignoreNonSpacing: loose || names.includes('NonSpac'),
  };
}

type Operand = Path | { readonly is: 'Constant'; readonly value: { readonly Value: string } };

function compare(operator: '=' | '!=' | '<' | '<=' | '>' | '>=', path: Path, operand: Operand): Restriction {
  const left = searched(path);
  if (operand.is !== 'Constant') return { kind: 'compare', property: left.key, operator, with: { property: searched(operand).key } };
  const value = constantOf(left, path, operand.value.Value);
  const mask = bitOf(left.row);
  if (mask === undefined) return { kind: 'compare', property: left.key, operator, with: { value } };
  if (operator !== '=' && operator !== '!=') throw unsupported('ErrorUnsupportedPathForQuery', path);
  const isSet = (value === mask) === (operator === '=');
  const isClear: Restriction = { kind: 'excludes', property: left.key, mask };
  return isSet ? { kind: 'not', of: isClear } : isClear;
}

/** The bit that a field shows of the message flags. */
export function bitOf(row: FieldRow | undefined): number | undefined {
  return row?.property === tags.messageFlags ? Number(row.toStored?.(true)) : undefined;
}

function constantOf({ key, row }: Searched, path: Path, text: string): PropertyValue {
  try {
    const isText = row?.wire.description.kind === 'simple';
    if (row?.toStored !== undefined && isText) return row.toStored(row.wire.decode(element(types, row.element, [text])));
    const uri = path.is === 'ExtendedFieldURI' ? path.value : { PropertyType: propertyTypeOf(key) };
    // Of a multi-valued property one value is compared.
    return storedValueOf({ uri: { ...uri, PropertyType: uri.PropertyType.replace(/Array$/, '') as typeof uri.PropertyType }, value: text });
  } catch (error) {
    if (error instanceof SchemaError) throw ewsRefusal('ErrorInvalidValueForProperty', { detail: error.message });
    throw error;
  }
}

/** Sort keys in the order given. Refuses properties that cannot be sorted by. */
export function sortKeysOf(orders: readonly { readonly Order: 'Ascending' | 'Descending'; readonly Path: Path }[]): readonly SortKey[] {
  return orders.map(({ Order, Path: path }) => ({
    property: searched(path, 'ErrorUnsupportedPathForSortGroup').key,
    direction: Order === 'Ascending' ? 'ascending' : 'descending',
  }));
}

/** Known from exchangelib's tests against Exchange Online. */
const notSearched: ReadonlySet<string> = new Set(['item:Culture', 'calendar:IsResponseRequested', 'contacts:UserSMIMECertificate']);

export interface Searched {
  readonly key: PropertyKey;
  readonly row: FieldRow | undefined;
}

/**
 * The property that a path stands for. Refuses paths that cannot be searched or sorted by; that the status of a task cannot be
 * searched by is known from exchangelib's tests against Exchange Online.
 */
export function searched(path: Path, code: ResponseCode = 'ErrorUnsupportedPathForQuery'): Searched {
  if (path.is === 'ExtendedFieldURI') return { key: propertyKeyOf(path.value), row: undefined };
  if (path.is === 'IndexedFieldURI') {
    const entry = dictionaryProperty(path.value.FieldURI, path.value.FieldIndex);
    if (entry === undefined) throw unsupported(code, path);
    return { key: entry, row: undefined };
  }
  const row = rowsByUri().get(path.value.FieldURI);
  const isStatus = row?.uri === 'task:Status' && code === 'ErrorUnsupportedPathForQuery';
  if (row?.property !== undefined && !isStatus && !notSearched.has(row.uri)) return { key: row.property, row };
  const key = row?.special === undefined ? undefined : searchable[row.special];
  if (key === undefined) throw unsupported(code, path);
  return { key, row: undefined };
}

function unsupported(code: ResponseCode, path: Path): Error {
  return ewsRefusal(code, { detail: path.is === 'FieldURI' ? path.value.FieldURI : path.is });
}

let byUri: ReadonlyMap<string, FieldRow> | undefined;

/** Every row by its FieldURI, whatever the class. Made when first asked for: the tables load late. */
export function rowsByUri(): ReadonlyMap<string, FieldRow> {
  byUri ??= new Map(
    [
      ...(Object.keys(itemTypes) as (keyof typeof itemTypes)[]).map(itemClass),
      ...(Object.keys(folderTypes) as (keyof typeof folderTypes)[]).map(folderClass),
    ].flatMap(({ rows }) => rows.filter(({ uri }) => uri !== '').map((row) => [row.uri, row] as const)),
  );
  return byUri;
}
