import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlain, readSaslText } from '../../../shared/protocols/smtp/sasl.ts';

const encode = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

test('PLAIN comes back as it was written', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f\u007f:]/.test(text));
  const password = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000'));
  fc.assert(
    fc.property(name, password, fc.boolean(), (userName, given, twice) => {
      const line = Buffer.from(`${twice ? userName : ''}\u0000${userName}\u0000${given}`).toString('base64');
      expect(readPlain(line)).toEqual({ userName, password: given });
    }),
  );
});

test.each([
  ['nothing', '', 'not three fields'],
  ['no base64', 'AG1hcnk*', 'not base64 of UTF-8'],
  ['base64 without its end', 'AG1hcnkAeA', 'not base64 of UTF-8'],
  ['another alphabet', 'AG1hcnkAeA-_', 'not base64 of UTF-8'],
  ['no UTF-8', encode('\u0000\u00ff\u0000x'), 'not base64 of UTF-8'],
  ['two fields', encode('\u0000mary'), 'not three fields'],
  ['four fields', encode('\u0000mary\u0000x\u0000'), 'not three fields'],
  ['no name', encode('\u0000\u0000x'), 'no user name'],
  ['a colon', encode('\u0000ma:ry\u0000x'), 'a control character or colon in the user name'],
  ['a line feed', encode('\u0000ma\nry\u0000x'), 'a control character or colon in the user name'],
  ['another identity', encode('rob\u0000mary\u0000x'), 'another identity to act as'],
  ['too long', encode(`\u0000mary\u0000${'x'.repeat(7_000)}`), 'not base64 of UTF-8'],
])('PLAIN with %s is refused, and the reason holds nothing of it', (_, line, reason) => {
  expect(readPlain(line)).toBe(reason);
});

test('any line is read or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (line) => {
      const text = readSaslText(line);
      if (text !== undefined) expect(Buffer.from(text).toString('base64')).toBe(line);
    }),
  );
});
