import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { types } from '../../../shared/protocols/mrs/data-contract.ts';
import { element } from '../../../shared/xml/element.ts';

const read = (text: string): Buffer => types.octets.decode(element('', 'Data', [text]));

test('octets are read as they were written, also with layout in between', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (octets, hasLayout) => {
      const text = Buffer.from(octets).toString('base64');
      expect([...read(hasLayout ? text.replace(/(.{10})/g, '$1\n ') : text)]).toEqual([...octets]);
    }),
    { seed: inject('seed') },
  );
});

test.each(['a', 'ab', 'abc', 'ab=c', '=', '====', 'ab-_', 'a b c', 'äbcd', 'abc\u0000', 'abc=abc='])('%o is no base64', (text) => {
  expect(() => read(text)).toThrow(/not a valid Base64 value/);
});
