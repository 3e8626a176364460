import { attr, type Content, either, maybeAttr, one, recursive, sequence, simple, someOf, unwrapped } from '../../xml/codec.ts';
import { enumeration, restrictedString, string, unsignedInt } from '../../xml/simple-types.ts';
import { types } from './namespaces.ts';
import { type Path, paths } from './paths.ts';
import { truth } from './types/simple.ts';

/** What a property is compared with: a text (of the property's type) or another property. */
export type Operand = Path | { readonly is: 'Constant'; readonly value: { readonly Value: string } };

interface Comparison {
  readonly Path: Path;
  readonly FieldURIOrConstant: Operand;
}

export type ContainmentMode = (typeof containmentMode)['enumeration'][number];
export type ContainmentComparison = (typeof containmentComparison)['enumeration'][number];

/** A restriction of FindItem, FindFolder or a search folder. */
export type SearchExpression =
  | { readonly is: 'Exists'; readonly value: { readonly Path: Path } }
  | { readonly is: 'Excludes'; readonly value: { readonly Path: Path; readonly Bitmask: { readonly Value: string } } }
  | {
      readonly is: 'IsEqualTo' | 'IsNotEqualTo' | 'IsGreaterThan' | 'IsGreaterThanOrEqualTo' | 'IsLessThan' | 'IsLessThanOrEqualTo';
      readonly value: Comparison;
    }
  | {
      readonly is: 'Contains';
      readonly value: {
        readonly Path: Path;
        readonly Constant: { readonly Value: string };
        readonly ContainmentMode?: ContainmentMode | undefined;
        readonly ContainmentComparison?: ContainmentComparison | undefined;
      };
    }
  | { readonly is: 'Not'; readonly value: SearchExpression }
  | { readonly is: 'And' | 'Or'; readonly value: readonly SearchExpression[] }
  | { readonly is: 'Near'; readonly value: Proximity };

interface Proximity {
  readonly expressions: readonly SearchExpression[];
  readonly Distance: string;
  readonly Ordered: boolean;
}

const containmentMode = enumeration('ContainmentModeType', ['FullString', 'Prefixed', 'Substring', 'PrefixOnWords', 'ExactPhrase']);
const containmentComparison = enumeration('ContainmentComparisonType', [
  'Exact',
  'IgnoreCase',
  'IgnoreNonSpacingCharacters',
  'Loose',
  'IgnoreCaseAndNonSpacingCharacters',
  'LooseAndIgnoreCase',
  'LooseAndIgnoreNonSpace',
  'LooseAndIgnoreCaseAndIgnoreNonSpace',
]);

const path = either(types, paths);
const constant = sequence({ Value: attr(string) }, 'ConstantValueType');
const bitmask = sequence(
  { Value: attr(restrictedString('ExcludesAttributeType', { pattern: '((0x|0X)[0-9A-Fa-f]*)|([0-9]*)' })) },
  'ExcludesValueType',
);
const operand: Content<Operand> = unwrapped(
  'operand',
  sequence({ operand: either(types, { ...paths, Constant: constant }) }, 'FieldURIOrConstantType'),
);
const comparison = (typeName: string): Content<Comparison> => sequence({ Path: path, FieldURIOrConstant: one(types, operand) }, typeName);

const alternatives = {
  Exists: sequence({ Path: path }, 'ExistsType'),
  Excludes: sequence({ Path: path, Bitmask: one(types, bitmask) }, 'ExcludesType'),
  IsEqualTo: comparison('IsEqualToType'),
  IsNotEqualTo: comparison('IsNotEqualToType'),
  IsGreaterThan: comparison('IsGreaterThanType'),
  IsGreaterThanOrEqualTo: comparison('IsGreaterThanOrEqualToType'),
  IsLessThan: comparison('IsLessThanType'),
  IsLessThanOrEqualTo: comparison('IsLessThanOrEqualToType'),
  Contains: sequence(
    {
      ContainmentMode: maybeAttr(containmentMode),
      ContainmentComparison: maybeAttr(containmentComparison),
      Path: path,
      Constant: one(types, constant),
    },
    'ContainsExpressionType',
  ),
  Not: recursive<SearchExpression>('NotType', () => not),
  And: recursive<readonly SearchExpression[]>('AndType', () => and),
  Or: recursive<readonly SearchExpression[]>('OrType', () => or),
  Near: recursive<Proximity>('NearType', () => near),
} as const;

const not: Content<SearchExpression> = unwrapped('expression', sequence({ expression: either(types, alternatives) }, 'NotType'));
const and: Content<readonly SearchExpression[]> = unwrapped(
  'expressions',
  sequence({ expressions: someOf(types, alternatives) }, 'AndType'),
);
const or: Content<readonly SearchExpression[]> = unwrapped('expressions', sequence({ expressions: someOf(types, alternatives) }, 'OrType'));
const near: Content<Proximity> = sequence(
  { expressions: someOf(types, alternatives), Distance: one(types, simple(unsignedInt)), Ordered: one(types, truth) },
  'NearType',
);

/** RestrictionType: one expression. */
export const restriction: Content<SearchExpression> = unwrapped(
  'expression',
  sequence({ expression: either(types, alternatives) }, 'RestrictionType'),
);
