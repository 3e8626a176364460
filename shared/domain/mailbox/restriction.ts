import type { PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { fold } from '../../store/fold.ts';
import { storable } from '../../store/storable.ts';
import { mailboxRefusal } from './errors.ts';
import { type NearRestriction, nearKeys, nearTest } from './near.ts';
import { type ItemParts, needsParts, standsInWords, type WordsRestriction, wordKeys, wordsTest } from './words.ts';

/** A condition on the properties of an item or folder (MS-OXCDATA 2.12). Any property may stand in it. */
export type Restriction =
  | { readonly kind: 'and'; readonly of: readonly Restriction[] }
  | { readonly kind: 'or'; readonly of: readonly Restriction[] }
  | { readonly kind: 'not'; readonly of: Restriction }
  | { readonly kind: 'exists'; readonly property: PropertyKey }
  | { readonly kind: 'compare'; readonly property: PropertyKey; readonly operator: Comparison; readonly with: Operand }
  | ContainsRestriction
  | WordsRestriction
  | NearRestriction
  /** No bit of `mask` is set in the number. */
  | { readonly kind: 'excludes'; readonly property: PropertyKey; readonly mask: number };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Operand = { readonly value: PropertyValue } | { readonly property: PropertyKey };

export interface ContainsRestriction {
  readonly kind: 'contains';
  readonly property: PropertyKey;
  readonly text: string;
  /** `prefix-on-words`: a word begins with the text; `exact-phrase`: the text stands there, not inside longer words. */
  readonly mode: 'full-string' | 'prefix' | 'substring' | 'prefix-on-words' | 'exact-phrase';
  readonly ignoreCase: boolean;
  /** Accents and other marks. */
  readonly ignoreNonSpacing: boolean;
}

/** The properties that a restriction looks at. */
export function restrictionKeys(restriction: Restriction): PropertyKey[] {
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return restriction.of.flatMap(restrictionKeys);
    case 'not':
      return restrictionKeys(restriction.of);
    case 'compare':
      return 'property' in restriction.with ? [restriction.property, restriction.with.property] : [restriction.property];
    case 'words':
      return [...wordKeys(restriction.part)];
    case 'near':
      return [...nearKeys(restriction)];
    default:
      return [restriction.property];
  }
}

/** Whether a restriction looks at recipients or attachments. */
export function looksAtParts(restriction: Restriction): boolean {
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return restriction.of.some(looksAtParts);
    case 'not':
      return looksAtParts(restriction.of);
    case 'words':
      return needsParts(restriction.part);
    case 'near':
      return 'part' in restriction.in && needsParts(restriction.in.part);
    default:
      return false;
  }
}

const noParts: ItemParts = { recipients: [], attachments: [] };

/** Properties whose texts are ids: they are compared to the letter, all other texts without regard to case. */
export type IsExact = (key: PropertyKey) => boolean;

/**
 * Makes a test of a restriction; this alone decides what is found, SQL only leaves out rows that it would refuse. A
 * comparison with a property that is not there is false, so `not` of it is true. Of a multi-valued property one value
 * must fit. Texts are ordered by their folded form, code point by code point; values of different types never fit.
 * Refuses with `query-too-large` to search for a very long text.
 *
 * @param partsOf recipients and attachments, where the restriction {@link looksAtParts}
 */
export function matcher<Row>(
  restriction: Restriction,
  read: (row: Row, key: PropertyKey) => PropertyValue | undefined,
  isExact: IsExact,
  partsOf: (row: Row) => ItemParts = () => noParts,
): (row: Row) => boolean {
  switch (restriction.kind) {
    case 'and': {
      const tests = restriction.of.map((one) => matcher(one, read, isExact, partsOf));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = restriction.of.map((one) => matcher(one, read, isExact, partsOf));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = matcher(restriction.of, read, isExact, partsOf);
      return (row) => !test(row);
    }
    case 'exists':
      return (row) => read(row, restriction.property) !== undefined;
    case 'excludes':
      return (row) => {
        const value = read(row, restriction.property);
        return typeof value === 'number' && (value & restriction.mask) === 0;
      };
    case 'compare': {
      const { property, operator, with: operand } = restriction;
      const exact = isExact(property);
      if (!('property' in operand)) {
        const right = comparable(operand.value, exact);
        return (row) => fits(operator, comparable(read(row, property), exact), right);
      }
      return (row) => fits(operator, comparable(read(row, property), exact), comparable(read(row, operand.property), exact));
    }
    case 'words': {
      const test = wordsTest(restriction);
      return (row) => test((key) => read(row, key), partsOf(row));
    }
    case 'near': {
      const test = nearTest(restriction);
      return (row) => test((key) => read(row, key), partsOf(row));
    }
    case 'contains': {
      const test = textTest(restriction);
      return (row) => {
        const value = read(row, restriction.property);
        return typeof value === 'string' ? test(value) : Array.isArray(value) && value.some((one) => typeof one === 'string' && test(one));
      };
    }
  }
}

type Scalar = string | number;

/** The values of a property as they are compared: texts folded, truth as 0 and 1. */
function comparable(value: PropertyValue | undefined, exact: boolean): readonly Scalar[] {
  if (value === undefined) return [];
  const values: readonly (string | number | boolean)[] = Array.isArray(value) ? value : [value as string | number | boolean];
  return values.map((one) => (typeof one === 'boolean' ? Number(one) : typeof one === 'number' ? one : exact ? storable(one) : fold(one)));
}

function fits(operator: Comparison, left: readonly Scalar[], right: readonly Scalar[]): boolean {
  return left.some((one) => right.some((other) => typeof one === typeof other && ordered(operator, compareScalars(one, other))));
}

function ordered(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Numbers by size, texts code point by code point, as both databases order their octets; a number before a text. */
export function compareScalars(left: Scalar, right: Scalar): number {
  if (typeof left === 'number') return typeof right === 'number' ? left - right : -1;
  if (typeof right === 'number') return 1;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const one = left.charCodeAt(index);
    const other = right.charCodeAt(index);
    if (one !== other) return surrogatesLast(one) - surrogatesLast(other);
  }
  return left.length - right.length;
}

/** In UTF-16 the characters beyond U+FFFF sort before U+E000 to U+FFFF, in code points behind them. */
function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Longer texts are not searched for: against a long repetitive value that could take minutes. */
const longestText = 1000;

function textTest({ text, mode, ignoreCase, ignoreNonSpacing }: ContainsRestriction): (value: string) => boolean {
  if (text.length > longestText) throw mailboxRefusal('query-too-large', `a text of ${text.length} characters was searched for`);
  const simplify = (value: string): string => {
    const bare = ignoreNonSpacing
      ? value
          .normalize('NFD')
          .replace(/\p{Mn}+/gu, '')
          .normalize('NFC')
      : value;
    return ignoreCase ? fold(bare) : storable(bare);
  };
  const wanted = simplify(text);
  switch (mode) {
    case 'full-string':
      return (value) => simplify(value) === wanted;
    case 'prefix':
      return (value) => simplify(value).startsWith(wanted);
    case 'substring':
      return (value) => simplify(value).includes(wanted);
    case 'prefix-on-words':
      return (value) => standsInWords(simplify(value), wanted, false);
    case 'exact-phrase':
      return (value) => standsInWords(simplify(value), wanted, true);
  }
}
