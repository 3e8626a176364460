import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldValues } from '../../../shared/protocols/mime/edit-header.ts';

test('fields are looked for up to the empty line, whatever ends the lines', () => {
  const piece = fc.constantFrom('A: 1', 'B: 2', ' more', '\r\n', '\n', '\r', '\r\n\r\n', '\n\n', '\r\n\n', '\n\r\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const head = text.slice(0, /\r?\n\r?\n/.exec(text)?.index ?? text.length);
      expect(fieldValues(Buffer.from(text, 'latin1'), 'a')).toEqual(fieldValues(Buffer.from(head, 'latin1'), 'a'));
    }),
    { examples: [[['A: 1', '\r\n', '\n', 'A: 1']], [['\n', '\n', 'A: 1']], [['A: 1', '\r', '\r\n', '\r\n', 'A: 1']]] },
  );
  expect(fieldValues(Buffer.from('A: 1\r\n b\r\nA : 2\r\n\r\nA: 3'), 'A')).toEqual(['1 b', '2']);
});
