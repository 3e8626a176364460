import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storable, storableJson } from '../../../shared/store/storable.ts';

test('storable text has no NUL and is well formed; storable text stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(fc.constant('\0'), fc.constant('\ud83d'), fc.constant('\ude00'), fc.string({ unit: 'binary' })) }),
      (text) => {
        const kept = storable(text);
        expect(kept).not.toContain('\0');
        expect(kept.isWellFormed()).toBe(true);
        expect(storable(kept)).toBe(kept);
      },
    ),
  );
  expect(storable('plain \n\u0001 text 😀')).toBe('plain \n\u0001 text 😀');
});

test('storable JSON reads back equal, save for what no text can hold', () => {
  fc.assert(
    fc.property(fc.object({ withNullPrototype: false }), (value) => {
      const text = storableJson(value);
      expect(JSON.parse(text)).toEqual(
        JSON.parse(JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? storable(member) : member))),
      );
    }),
  );
  expect(storableJson({ a: '\0', 'b\0': ['\ud800', '\\u0000 \\ud800'] })).toBe(
    JSON.stringify({ a: '\ufffd', 'b\ufffd': ['\ufffd', '\\u0000 \\ud800'] }),
  );
});
