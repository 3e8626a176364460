import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDictionary, encodeDictionary, mostDictionaryEntries } from '../../../shared/protocols/ews/roaming-dictionary.ts';
import type { DictionaryEntry, DictionaryObject } from '../../../shared/protocols/ews/types/user-configuration.ts';

/** What XML can hold; line ends are those that a parser leaves. */
const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD]/gu, ''));
const whole = (minimum: bigint, maximum: bigint) => fc.bigInt({ min: minimum, max: maximum }).map((value) => [String(value)]);
const values: Readonly<Record<DictionaryObject['Type'], fc.Arbitrary<readonly string[]>>> = {
  Boolean: fc.constantFrom(['true'], ['false']),
  Byte: whole(0n, 255n),
  Integer32: whole(-(2n ** 31n), 2n ** 31n - 1n),
  UnsignedInteger32: whole(0n, 2n ** 32n - 1n),
  Integer64: whole(-(2n ** 63n), 2n ** 63n - 1n),
  UnsignedInteger64: whole(0n, 2n ** 64n - 1n),
  DateTime: fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((at) => [`${at.toISOString().slice(0, 19)}Z`]),
  String: text.map((value) => [value]),
  StringArray: fc.array(text, { minLength: 1, maxLength: 4 }),
  ByteArray: fc.uint8Array({ maxLength: 20 }).map((octets) => [Buffer.from(octets).toString('base64')]),
};
const object = fc
  .constantFrom(...(Object.keys(values) as DictionaryObject['Type'][]))
  .chain((Type) => values[Type].map((Value): DictionaryObject => ({ Type, Value })));
const entry = fc.record({ DictionaryKey: object, DictionaryValue: fc.option(object) });

test('a dictionary comes back from its stream as it went, whatever the types', () => {
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ DictionaryKey }) => JSON.stringify(DictionaryKey), maxLength: 8 }), (entries) => {
      const stream = encodeDictionary(entries);
      expect(stream && decodeDictionary(stream)).toEqual(entries);
    }),
  );
});

test("the sample in Microsoft's page on PidTagRoamingDictionary is read", () => {
  const sample =
    '<?xml version="1.0"?><UserConfiguration><Info version="Outlook.12"/><Data><e k="18-piAutoProcess" v="3-True"/>' +
    '<e k="18-piRemindDefault" v="9-15"/></Data></UserConfiguration>';
  expect(decodeDictionary(Buffer.from(sample))).toEqual([
    { DictionaryKey: { Type: 'String', Value: ['piAutoProcess'] }, DictionaryValue: { Type: 'Boolean', Value: ['true'] } },
    { DictionaryKey: { Type: 'String', Value: ['piRemindDefault'] }, DictionaryValue: { Type: 'Integer32', Value: ['15'] } },
  ]);
});

const named = (Type: DictionaryObject['Type'], ...Value: readonly string[]): DictionaryEntry => ({
  DictionaryKey: { Type: 'String', Value: ['a'] },
  DictionaryValue: { Type, Value },
});

test.each([
  ['a number out of its range', [named('Byte', '256')]],
  ['letters for a number', [named('Integer32', 'seven')]],
  ['a truth that is none', [named('Boolean', 'perhaps')]],
  ['a day that is none', [named('DateTime', 'tomorrow')]],
  ['octets that are none', [named('ByteArray', '?')]],
  ['two values for one', [named('String', 'x', 'y')]],
  ['a key twice', [named('String', 'x'), named('String', 'y')]],
  ['too many entries', Array.from({ length: mostDictionaryEntries + 1 }, () => named('String', 'x'))],
])('%s: no dictionary', (_, entries) => {
  expect(encodeDictionary(entries)).toBeUndefined();
});

test.each([
  '',
  '<a/>',
  '<UserConfiguration/>',
  '<UserConfiguration><Data><e k="77-x" v="18-y"/></Data></UserConfiguration>',
  '<!DOCTYPE a><a/>',
])('a stream that is none: %s', (stream) => {
  expect(decodeDictionary(Buffer.from(stream))).toBeUndefined();
});
