import { type RawBuilder, sql } from 'kysely';
import { type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { foldKey, keyLength } from '../../store/fold.ts';
import { storable } from '../../store/storable.ts';
import type { ColumnSearch } from './column.ts';
import { itemColumns } from './item-columns.ts';
import type { Comparison, ContainsRestriction, Restriction } from './restriction.ts';
import { bagText } from './scanned-rows.ts';

/**
 * An SQL condition that holds for every item that fits the restriction, and perhaps for others; undefined when nothing
 * useful can be said. It spares reading and testing rows and decides nothing: the two databases differ in case, order
 * and null, and folded columns are cut to what an index takes.
 */
export function narrow(restriction: Restriction): RawBuilder<boolean> | undefined {
  switch (restriction.kind) {
    case 'and': {
      const parts = restriction.of.map(narrow).filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : joined(parts, sql` and `);
    }
    case 'or': {
      const parts = restriction.of.map(narrow);
      const known = parts.filter((part) => part !== undefined);
      return known.length === 0 || known.length < parts.length ? undefined : joined(known, sql` or `);
    }
    case 'not':
      return undefined;
    case 'exists': {
      if (!itemColumns.has(restriction.property)) return isInBag(restriction.property);
      const column = searchOf(restriction.property);
      return column === undefined || column.kind === 'number' ? undefined : sql<boolean>`${sql.ref(column.column)} is not null`;
    }
    case 'excludes': {
      const column = searchOf(restriction.property);
      if (column?.kind !== 'number' || !Number.isSafeInteger(restriction.mask)) return undefined;
      return sql<boolean>`${sql.raw(column.expression)} & ${restriction.mask} = 0`;
    }
    case 'compare':
      return 'property' in restriction.with
        ? undefined
        : narrowComparison(restriction.property, restriction.operator, restriction.with.value);
    case 'contains':
      return narrowContains(restriction);
    case 'near':
      return undefined;
    case 'words': {
      const { part, text } = restriction;
      const contains = {
        kind: 'contains',
        property: tags.subject,
        text,
        mode: 'substring',
        ignoreCase: true,
        ignoreNonSpacing: false,
      } as const;
      return part === 'subject' ? narrowContains(contains) : undefined;
    }
  }
}

function joined(parts: readonly RawBuilder<boolean>[], separator: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(parts, separator)})`;
}

function searchOf(key: PropertyKey): ColumnSearch | undefined {
  return itemColumns.get(key)?.search;
}

function narrowComparison(key: PropertyKey, operator: Comparison, value: PropertyValue): RawBuilder<boolean> | undefined {
  if (!itemColumns.has(key)) return operator === '=' && typeof value === 'string' ? likeInBag(key, value, true) : isInBag(key);
  const column = searchOf(key);
  if (column?.kind === 'number') {
    const number = column.boolean && typeof value === 'boolean' ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number)
      ? sql<boolean>`${sql.raw(column.expression)} ${sqlOperator(operator)} ${number}`
      : undefined;
  }
  if (column === undefined || typeof value !== 'string' || operator === '!=') return undefined;
  if (column.kind === 'exact') return operator === '=' ? sql<boolean>`${sql.ref(column.column)} = ${storable(value)}` : undefined;
  // Cut texts can be equal where whole ones are not, so `<` becomes `<=`.
  const loose = operator === '<' ? '<=' : operator === '>' ? '>=' : operator;
  return sql<boolean>`${sql.ref(column.column)} ${sqlOperator(loose)} ${foldKey(value)}`;
}

function sqlOperator(operator: Comparison): RawBuilder<unknown> {
  return sql.raw(operator === '!=' ? '<>' : operator);
}

/** The fewest characters, as SQL counts them, that a folded text which was cut can have: all beyond U+FFFF, one lost. */
const cutLength = keyLength / 2 - 1;

/** Only where the test itself is one of folded texts: folding joins letters with their marks, so it does not keep parts. */
function narrowContains({ property, text, mode, ignoreCase, ignoreNonSpacing }: ContainsRestriction): RawBuilder<boolean> | undefined {
  if (!itemColumns.has(property)) return ignoreNonSpacing ? isInBag(property) : likeInBag(property, text, false);
  const column = searchOf(property);
  if (column?.kind !== 'folded' || ignoreNonSpacing || !ignoreCase) return undefined;
  const wanted = foldKey(text);
  // What was cut off a long text is not in the column.
  const cut = sql<boolean>`length(${sql.ref(column.column)}) >= ${cutLength}`;
  if (wanted.length >= cutLength) return cut;
  const pattern = wanted.replace(/[\\%_]/g, '\\$&');
  const anchored = mode === 'prefix' || mode === 'full-string';
  return sql<boolean>`(${sql.ref(column.column)} like ${anchored ? `${pattern}%` : `%${pattern}%`} escape '\\' or ${cut})`;
}

function isInBag(key: PropertyKey): RawBuilder<boolean> | undefined {
  const text = bagText(key);
  return text && sql<boolean>`${text} is not null`;
}

/**
 * What is in the bag and may hold a text. Only of ASCII can the databases tell case: a value with other characters in it,
 * told by its octets, may fold to anything, and so may the text; a list is JSON here.
 */
function likeInBag(key: PropertyKey, wanted: string, whole: boolean): RawBuilder<boolean> | undefined {
  const text = bagText(key);
  if (text === undefined || !/^[\x20-\x7e]*$/.test(wanted)) return isInBag(key);
  const lower = wanted.toLowerCase();
  const fits = whole ? sql`lower(${text}) = ${lower}` : sql`lower(${text}) like ${`%${lower.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;
  return sql<boolean>`(${fits} or octet_length(${text}) <> length(${text}) or ${text} like '[%')`;
}
