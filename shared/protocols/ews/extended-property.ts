import type { Guid } from '../../kernel/ids.ts';
import {
  namedProperty,
  type PropertyKey,
  type PropertySetName,
  type PropertyType,
  type PropertyValue,
  propertySets,
  propertyTypeOf,
  propertyTypes,
  propertyTag as tagKey,
} from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { attr, type Content, converted, type Decoded, either, maybeAttr, one, sequence, some } from '../../xml/codec.ts';
import { boolean, dateTime, double, enumeration, int, long, type SimpleType, string } from '../../xml/simple-types.ts';
import { restriction, union } from '../../xml/xsd.ts';
import { types } from './namespaces.ts';
import { guid, text } from './types/simple.ts';

/** What a client may name but no property can have as its type. */
const unsupportedTypes = ['Null'] as const;
const propertyType = enumeration('MapiPropertyTypeType', [...(Object.keys(propertyTypes) as PropertyType[]), ...unsupportedTypes]);
const propertySet = enumeration('DistinguishedPropertySetType', Object.keys(propertySets) as (keyof typeof propertySets)[]);

/**
 * PropertyTagType: hexadecimal in any letter case, padded or not, or decimal. Always written `0x` with lower-case digits
 * and no padding, because DavMail and exchangelib look the property up by exactly that text.
 */
const tagNumber: SimpleType<number> = {
  name: 'PropertyTagType',
  definition: union([restriction('xs:string', [['pattern', '(0x|0X)[0-9A-Fa-f]{1,4}']])], 'xs:unsignedShort'),
  parse: (source) => {
    const value = /^\s*(?:0[xX][0-9A-Fa-f]{1,4}|\+?\d{1,5})\s*$/.test(source) ? Number(source) : Number.NaN;
    return value <= 0xffff ? value : undefined;
  },
  format: (value) => `0x${value.toString(16)}`,
  complaint: (source) => `The value '${source}' is not valid according to any of the memberTypes of the union.`,
};

const uriShape = {
  DistinguishedPropertySetId: maybeAttr(propertySet),
  PropertySetId: maybeAttr(guid),
  PropertyTag: maybeAttr(tagNumber),
  PropertyName: maybeAttr(string),
  PropertyId: maybeAttr(int),
  PropertyType: attr(propertyType),
} as const;

/** How a client names a property that has no FieldURI. It is echoed in the form it was asked. */
export type ExtendedFieldUri = Decoded<typeof uriShape>;
export const extendedFieldUri: Content<ExtendedFieldUri> = sequence(uriShape, 'PathToExtendedFieldType');

/** One extended property of an item or folder; several values for the `...Array` types, which are never empty. */
export interface WireExtendedProperty {
  readonly uri: ExtendedFieldUri;
  readonly value: string | readonly string[];
}

export const extendedPropertyContent: Content<WireExtendedProperty> = converted(
  sequence(
    {
      ExtendedFieldURI: one(types, extendedFieldUri),
      value: either(types, { Value: text, Values: sequence({ Value: some(types, text) }, 'NonEmptyArrayOfPropertyValuesType') }),
    },
    'ExtendedPropertyType',
  ),
  ({ ExtendedFieldURI, value }) => ({ uri: ExtendedFieldURI, value: value.is === 'Value' ? value.value : value.value.Value }),
  ({ uri, value }) =>
    typeof value === 'string'
      ? { ExtendedFieldURI: uri, value: { is: 'Value' as const, value } }
      : { ExtendedFieldURI: uri, value: { is: 'Values' as const, value: { Value: value } } },
);

export type ExtendedPropertyRefusal =
  | 'ErrorInvalidExtendedProperty'
  | 'ErrorInvalidExtendedPropertyValue'
  | 'ErrorNoPropertyTagForCustomProperties'
  | 'ErrorUnsupportedMapiPropertyType';

const refuse = (code: ExtendedPropertyRefusal, detail: string): never => {
  throw new Refusal(code, { detail });
};

/**
 * The property that a path names. Throws a refusal for a combination of attributes that names none (ExtendedFieldURI in
 * Microsoft's reference lists those that go together), a tag in the range of named properties, and types without values.
 */
export function propertyKeyOf(uri: ExtendedFieldUri): PropertyKey {
  const { DistinguishedPropertySetId: distinguished, PropertySetId: set, PropertyTag: tag, PropertyName: name, PropertyId: id } = uri;
  const type = uri.PropertyType;
  if (type === 'Null' || type === 'Error' || type === 'Object' || type === 'ObjectArray') {
    return refuse('ErrorUnsupportedMapiPropertyType', `${type} properties carry no value`);
  }
  if (tag !== undefined) {
    if (distinguished !== undefined || set !== undefined || name !== undefined || id !== undefined) {
      refuse('ErrorInvalidExtendedProperty', 'PropertyTag excludes the other attributes');
    }
    if (tag >= 0x8000) refuse('ErrorNoPropertyTagForCustomProperties', `tag ${tag} is in the range of named properties`);
    return tagKey(tag, type);
  }
  if ((distinguished === undefined) === (set === undefined))
    refuse('ErrorInvalidExtendedProperty', 'exactly one property set must be named');
  if ((name === undefined) === (id === undefined))
    refuse('ErrorInvalidExtendedProperty', 'exactly one of PropertyName and PropertyId must be given');
  if (id !== undefined && (id < 0 || id > 0xffff)) refuse('ErrorInvalidExtendedProperty', `PropertyId ${id} is out of range`);
  const setGuid = distinguished === undefined ? (set?.toLowerCase() as Guid) : propertySets[distinguished];
  return namedProperty(setGuid, id ?? name ?? '', type);
}

/** A path that names a property: the other way round than {@link propertyKeyOf}. */
export function extendedUriOf(key: PropertyKey): ExtendedFieldUri {
  const PropertyType = propertyTypeOf(key);
  const [, set, middle = ''] = /^\{([^}]*)\}:(.*):[^:]*$/.exec(key) ?? [];
  if (set === undefined) return { PropertyTag: Number.parseInt(key.slice(2, 6), 16), PropertyType };
  const [distinguished] = Object.entries(propertySets).find(([, guid]) => guid === set) ?? [];
  const inSet = distinguished === undefined ? { PropertySetId: set } : { DistinguishedPropertySetId: distinguished as PropertySetName };
  return middle.startsWith('=')
    ? { ...inSet, PropertyName: middle.slice(1), PropertyType }
    : { ...inSet, PropertyId: Number(middle), PropertyType };
}

/** The property as it is written for the path that asked for it. `stored` must be of the path's type. */
export function wireExtendedProperty(uri: ExtendedFieldUri, stored: PropertyValue): WireExtendedProperty {
  const format = formats[baseType(uri.PropertyType)].format;
  return { uri, value: Array.isArray(stored) ? stored.map(format) : format(stored as string | number | boolean) };
}

/** The value that a client set, as the store keeps it. Throws a refusal when it is not of the type it claims. */
export function storedValueOf({ uri, value }: WireExtendedProperty): PropertyValue {
  const { parse } = formats[baseType(uri.PropertyType)];
  const isArray = uri.PropertyType.endsWith('Array');
  if (isArray !== (typeof value !== 'string'))
    refuse('ErrorInvalidExtendedPropertyValue', `${uri.PropertyType} needs ${isArray ? 'Values' : 'Value'}`);
  const read = (source: string): string | number | boolean =>
    parse(source) ?? refuse('ErrorInvalidExtendedPropertyValue', `not a value of type ${uri.PropertyType}`);
  return typeof value === 'string' ? read(value) : (value.map(read) as readonly string[] | readonly number[]);
}

type ScalarType = Exclude<PropertyType, `${string}Array`>;
type Scalar = string | number | boolean;

interface ScalarFormat {
  parse(text: string): Scalar | undefined;
  format(value: Scalar): string;
}

function baseType(type: ExtendedFieldUri['PropertyType']): ScalarType {
  return (type.endsWith('Array') ? type.slice(0, -5) : type) as ScalarType;
}

function bounded(minimum: number, maximum: number): ScalarFormat {
  return {
    parse: (source) => {
      const value = int.parse(source);
      return value !== undefined && value >= minimum && value <= maximum ? value : undefined;
    },
    format: String,
  };
}

/** JSON has no infinity, and a property no use for it. */
const finite = (source: string): number | undefined => {
  const value = double.parse(source);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
};
const realNumber: ScalarFormat = { parse: finite, format: (value) => double.format(Number(value)) };
/** A number as 32 bits hold it. */
function singlePrecision(source: string): number | undefined {
  const value = Math.fround(finite(source) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** The shortest text that stands for the same 32 bits. */
function shortestSingle(value: Scalar): string {
  const exact = Number(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = Number(exact.toPrecision(digits));
    if (Math.fround(text) === exact) return double.format(text);
  }
  return double.format(exact);
}

const decimalText: ScalarFormat = {
  parse: (source) => (/^\s*[+-]?\d{1,14}(?:\.\d{1,4})?\s*$/.test(source) ? source.trim() : undefined),
  format: String,
};

/** How the store's scalars are written (PropertyValue in kernel/mapi.ts says what the store keeps). */
const formats: Readonly<Record<ScalarType, ScalarFormat>> = {
  ApplicationTime: realNumber,
  Binary: {
    parse: (source) => {
      const bare = source.replace(/\s+/g, '');
      return Buffer.from(bare, 'base64').toString('base64') === bare ? bare : undefined;
    },
    format: String,
  },
  Boolean: { parse: boolean.parse, format: String },
  CLSID: { parse: (source) => guid.parse(source.trim())?.toLowerCase(), format: String },
  Currency: decimalText,
  Double: realNumber,
  Error: bounded(-2_147_483_648, 2_147_483_647),
  Float: { parse: singlePrecision, format: shortestSingle },
  Integer: bounded(-2_147_483_648, 2_147_483_647),
  Long: { parse: long.parse, format: String },
  Object: { parse: () => undefined, format: String },
  Short: bounded(-32_768, 32_767),
  String: { parse: (source) => source, format: String },
  SystemTime: { parse: dateTime.parse, format: (value) => dateTime.format(Number(value)) },
};
