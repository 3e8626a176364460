import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTransfer, encodeQuotedPrintable } from '../../../shared/protocols/mime/transfer.ts';

test.each([
  ['', ''],
  ['x'.repeat(75), 'x'.repeat(75)],
  ['x'.repeat(76), `${'x'.repeat(75)}=\r\nx`],
  ['a b\t', 'a b=09'],
  [' ', '=20'],
  ['a=b', 'a=3Db'],
  ['~\x7f\0', '~=7F=00'],
  ['one\r\n\r\ntwo ', 'one\r\n\r\ntwo=20'],
])('%j is %j in quoted-printable', (text, encoded) => {
  expect(encodeQuotedPrintable(text)).toBe(encoded);
});

test('quoted-printable gives back any text, in lines of at most 76 characters', () => {
  const line = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: fc.constantFrom(' ', 'x', '='), maxLength: 160 }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const text = lines.map((one) => one.replace(/[\r\n]/g, '').toWellFormed()).join('\r\n');
      const encoded = encodeQuotedPrintable(text);
      expect(encoded).toMatch(/^(?:[\t\x20-\x7e]{0,76}\r\n)*[\t\x20-\x7e]{0,76}$/);
      expect(decodeTransfer(Buffer.from(encoded, 'latin1'), 'quoted-printable').toString('utf8')).toBe(text);
    }),
  );
});
