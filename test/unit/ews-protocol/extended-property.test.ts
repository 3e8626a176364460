import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PropertyValue } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import {
  type ExtendedFieldUri,
  extendedFieldUri,
  extendedPropertyContent,
  propertyKeyOf,
  storedValueOf,
  wireExtendedProperty,
} from '../../../shared/protocols/ews/extended-property.ts';
import { types } from '../../../shared/protocols/ews/namespaces.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const read = (attributes: string) => extendedFieldUri.decode(parseXml(`<ExtendedFieldURI xmlns="${types}" ${attributes}/>`));
const write = (uri: ExtendedFieldUri) => writeXml(extendedFieldUri.encode(uri, '', 'u'));

test.each([
  ['PropertyTag="0x0E07" PropertyType="Integer"', '0x0E070003', 'PropertyTag="0xe07"'],
  ['PropertyTag="0XE07" PropertyType="Integer"', '0x0E070003', 'PropertyTag="0xe07"'],
  ['PropertyTag="3591" PropertyType="Integer"', '0x0E070003', 'PropertyTag="0xe07"'],
  ['PropertyTag="0x37" PropertyType="String"', '0x0037001F', 'PropertyTag="0x37"'],
  [
    'DistinguishedPropertySetId="Common" PropertyId="34160" PropertyType="Integer"',
    '{00062008-0000-0000-c000-000000000046}:0x8570:0003',
    'DistinguishedPropertySetId="Common" PropertyId="34160"',
  ],
  [
    'PropertySetId="00062008-0000-0000-C000-000000000046" PropertyId="34160" PropertyType="Integer"',
    '{00062008-0000-0000-c000-000000000046}:0x8570:0003',
    'PropertySetId="00062008-0000-0000-C000-000000000046" PropertyId="34160"',
  ],
  [
    'DistinguishedPropertySetId="PublicStrings" PropertyName="Keywords" PropertyType="StringArray"',
    '{00020329-0000-0000-c000-000000000046}:=Keywords:101F',
    'DistinguishedPropertySetId="PublicStrings" PropertyName="Keywords"',
  ],
])('%s names a property and is echoed', (attributes, key, echoed) => {
  const uri = read(attributes);
  expect(propertyKeyOf(uri)).toBe(key);
  expect(write(uri)).toBe(`<u ${echoed} PropertyType="${uri.PropertyType}"/>`);
});

test.each([
  ['PropertyType="Integer"', 'ErrorInvalidExtendedProperty'],
  ['PropertyTag="0x37" PropertyId="3" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  ['PropertyTag="0x37" DistinguishedPropertySetId="Common" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  ['DistinguishedPropertySetId="Common" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  ['DistinguishedPropertySetId="Common" PropertyId="1" PropertyName="a" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  [
    'DistinguishedPropertySetId="Common" PropertySetId="00062008-0000-0000-c000-000000000046" PropertyId="1" PropertyType="String"',
    'ErrorInvalidExtendedProperty',
  ],
  ['DistinguishedPropertySetId="Common" PropertyId="-1" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  ['DistinguishedPropertySetId="Common" PropertyId="65536" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  ['PropertyName="a" PropertyType="String"', 'ErrorInvalidExtendedProperty'],
  ['PropertyTag="0x8001" PropertyType="String"', 'ErrorNoPropertyTagForCustomProperties'],
  ['PropertyTag="0x37" PropertyType="Null"', 'ErrorUnsupportedMapiPropertyType'],
  ['PropertyTag="0x37" PropertyType="Object"', 'ErrorUnsupportedMapiPropertyType'],
  ['PropertyTag="0x37" PropertyType="Error"', 'ErrorUnsupportedMapiPropertyType'],
])('%s names none', (attributes, code) => {
  const attempt = () => propertyKeyOf(read(attributes));
  expect(attempt).toThrow(Refusal);
  expect(attempt).toThrow(expect.objectContaining({ code }));
});

test.each([
  'PropertyTag="0x12345" PropertyType="String"',
  'PropertyTag="65536" PropertyType="String"',
  'PropertyTag="x" PropertyType="String"',
  'PropertyTag="0x37"',
  'PropertyTag="0x37" PropertyType="Text"',
  'PropertySetId="{00062008-0000-0000-c000-000000000046}" PropertyId="1" PropertyType="String"',
])('%s is against the schema', (attributes) => {
  expect(() => read(attributes)).toThrow(expect.objectContaining({ name: 'SchemaError' }));
});

const tag = (type: string) => ({ PropertyTag: 0x1234, PropertyType: type }) as ExtendedFieldUri;

describe('values', () => {
  test.each<[string, PropertyValue, string | readonly string[]]>([
    ['String', 'a & b', 'a & b'],
    ['Integer', -7, '-7'],
    ['Short', 12, '12'],
    ['Boolean', true, 'true'],
    ['SystemTime', Date.UTC(2026, 10, 4, 9), '2026-11-04T09:00:00Z'],
    ['Binary', 'aGk=', 'aGk='],
    ['Double', 1.5, '1.5'],
    ['Float', -0.25, '-0.25'],
    ['Long', '9007199254740993', '9007199254740993'],
    ['Currency', '12.3400', '12.3400'],
    ['CLSID', '00062008-0000-0000-c000-000000000046', '00062008-0000-0000-c000-000000000046'],
    ['ApplicationTime', 45_000.5, '45000.5'],
    ['StringArray', ['a', 'b'], ['a', 'b']],
    ['IntegerArray', [1, 2], ['1', '2']],
    ['SystemTimeArray', [0], ['1970-01-01T00:00:00Z']],
    ['BinaryArray', ['aGk=', ''], ['aGk=', '']],
  ])('of type %s', (type, stored, value) => {
    expect(wireExtendedProperty(tag(type), stored)).toEqual({ uri: tag(type), value });
    expect(storedValueOf({ uri: tag(type), value })).toEqual(stored);
  });

  test.each<[string, string | readonly string[]]>([
    ['Integer', 'seven'],
    ['Integer', '2147483648'],
    ['Short', '40000'],
    ['Boolean', 'yes'],
    ['SystemTime', 'yesterday'],
    ['Binary', '@'],
    ['Binary', 'aGk'],
    ['Double', ''],
    ['Long', '9223372036854775808'],
    ['Currency', '1.23456'],
    ['CLSID', '{}'],
    ['IntegerArray', ['1', 'x']],
    ['String', ['a']],
    ['StringArray', 'a'],
  ])('of type %s are refused: %j', (type, value) => {
    const attempt = () => storedValueOf({ uri: tag(type), value });
    expect(attempt).toThrow(Refusal);
    expect(attempt).toThrow(expect.objectContaining({ code: 'ErrorInvalidExtendedPropertyValue' }));
  });

  test('come back as they went', () => {
    const scalar: Readonly<Record<string, fc.Arbitrary<string | number | boolean>>> = {
      String: fc.string(),
      Integer: fc.integer(),
      Boolean: fc.boolean(),
      SystemTime: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
      Binary: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
      // Neither is infinity a value: the store's bags hold none.
      Double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      CLSID: fc.uuid(),
    };
    fc.assert(
      fc.property(
        fc
          .constantFrom(...Object.keys(scalar))
          .chain((type) =>
            fc.tuple(fc.constant(type), scalar[type] ?? fc.constant(''), fc.array(scalar[type] ?? fc.constant(''), { minLength: 1 })),
          ),
        ([type, one, several]) => {
          expect(storedValueOf(wireExtendedProperty(tag(type), one))).toEqual(one);
          if (type === 'Boolean') return;
          expect(storedValueOf(wireExtendedProperty(tag(`${type}Array`), several as readonly string[]))).toEqual(several);
        },
      ),
    );
  });
});

test('one property on the wire', () => {
  const content = (inner: string) =>
    parseXml(`<ExtendedProperty xmlns="${types}"><ExtendedFieldURI PropertyTag="0x37" PropertyType="String"/>${inner}</ExtendedProperty>`);
  expect(extendedPropertyContent.decode(content('<Value>a</Value>')).value).toBe('a');
  expect(extendedPropertyContent.decode(content('<Values><Value>a</Value><Value>b</Value></Values>')).value).toEqual(['a', 'b']);
  for (const bad of ['', '<Values/>', '<Value/><Value/>', '<Value>a</Value><Values><Value>a</Value></Values>']) {
    expect(() => extendedPropertyContent.decode(content(bad))).toThrow(expect.objectContaining({ name: 'SchemaError' }));
  }
});
