import type { ContainsRestriction, Operand, Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { type PropertyKey, type PropertyValue, propertyTypeOf } from '../../../shared/kernel/mapi.ts';
import { extendedUriOf, wireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { types } from '../../../shared/protocols/ews/namespaces.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { ContainmentComparison, ContainmentMode, SearchExpression } from '../../../shared/protocols/ews/restriction.ts';
import { text } from '../../../shared/xml/element.ts';
import { ewsRefusal } from '../failures.ts';
import { operandsOf } from './near.ts';
import { bitOf, comparisons, modes, rowsByUri, searchable } from './search.ts';

/**
 * A restriction as the search expression that means it: the other way round than `restrictionOf`. Where several fields share a
 * property the first one stands for it, so that what was `calendar:Organizer` comes back as `message:From` (Microsoft's page
 * "CreateFolder operation"). Refuses what EWS has no words for with ErrorUnsupportedQueryFilter.
 */
export function expressionOf(restriction: Restriction): SearchExpression {
  switch (restriction.kind) {
    case 'and':
    case 'or':
      return { is: restriction.kind === 'and' ? 'And' : 'Or', value: restriction.of.map(expressionOf) };
    case 'not':
      return (restriction.of.kind === 'excludes' && flag(restriction.of, true)) || { is: 'Not', value: expressionOf(restriction.of) };
    case 'exists':
      return { is: 'Exists', value: { Path: pathOf(restriction.property).path } };
    case 'excludes': {
      const mask = { Value: String(restriction.mask) };
      return flag(restriction, false) ?? { is: 'Excludes', value: { Path: pathOf(restriction.property).path, Bitmask: mask } };
    }
    case 'contains':
      return contains(restriction);
    case 'compare': {
      const { property, operator, with: operand } = restriction;
      const FieldURIOrConstant = 'property' in operand ? pathOf(operand.property).path : constant(property, operand);
      return { is: operators[operator], value: { Path: pathOf(property).path, FieldURIOrConstant } };
    }
    case 'near':
      return {
        is: 'Near',
        value: {
          expressions: operandsOf(restriction).map(contains),
          Distance: String(restriction.distance),
          Ordered: restriction.isOrdered,
        },
      };
    case 'words':
      throw ewsRefusal('ErrorUnsupportedQueryFilter', { detail: 'words of a query string' });
  }
}

function inverse<Key extends string, Value extends string>(table: Readonly<Record<Key, Value>>): Readonly<Record<Value, Key>> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [value, key])) as Record<Value, Key>;
}

const operators = inverse(comparisons);
const modeNames: Readonly<Record<ContainsRestriction['mode'], ContainmentMode>> = inverse(modes);

function contains({ property, text: Value, mode, ignoreCase, ignoreNonSpacing }: ContainsRestriction): SearchExpression {
  const loose: ContainmentComparison = ignoreNonSpacing ? 'IgnoreCaseAndNonSpacingCharacters' : 'IgnoreCase';
  const strict: ContainmentComparison = ignoreNonSpacing ? 'IgnoreNonSpacingCharacters' : 'Exact';
  const ContainmentComparison = ignoreCase ? loose : strict;
  return {
    is: 'Contains',
    value: { Path: pathOf(property).path, Constant: { Value }, ContainmentMode: modeNames[mode], ContainmentComparison },
  };
}

/** A condition on the one bit of the message flags that a field shows. */
function flag({ property, mask }: { readonly property: PropertyKey; readonly mask: number }, isSet: boolean): SearchExpression | undefined {
  const row = [...rowsByUri().values()].find((one) => one.property === property && bitOf(one) === mask);
  if (row === undefined) return undefined;
  const FieldURIOrConstant = { is: 'Constant', value: { Value: String(isSet) } } as const;
  return { is: 'IsEqualTo', value: { Path: { is: 'FieldURI', value: { FieldURI: row.uri } }, FieldURIOrConstant } };
}

/** How a property is named, and the row of its field where it is one. */
function pathOf(key: PropertyKey): { readonly path: Path; readonly row?: FieldRow | undefined } {
  for (const row of rowsByUri().values()) {
    const isField = row.property === key && row.uri !== 'item:Culture' && bitOf(row) === undefined;
    const isSpecial = row.property === undefined && row.special !== undefined && searchable[row.special] === key;
    if (isField || isSpecial) return { path: { is: 'FieldURI', value: { FieldURI: row.uri } }, row: isField ? row : undefined };
  }
  return { path: { is: 'ExtendedFieldURI', value: extendedUriOf(key) } };
}

function constant(key: PropertyKey, { value }: Extract<Operand, { value: PropertyValue }>): { is: 'Constant'; value: { Value: string } } {
  return { is: 'Constant', value: { Value: constantText(key, value) } };
}

function constantText(key: PropertyKey, value: PropertyValue): string {
  const { row } = pathOf(key);
  const shown = row?.wire.description.kind === 'simple' ? row.toWire?.(value) : undefined;
  if (row !== undefined && shown !== undefined) return text(row.wire.encode(shown, types, row.element));
  const type = propertyTypeOf(key).replace(/Array$/, '') as ReturnType<typeof propertyTypeOf>;
  return String(wireExtendedProperty({ ...extendedUriOf(key), PropertyType: type }, value).value);
}
