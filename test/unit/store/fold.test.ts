import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, foldKey, keyLength } from '../../../shared/store/fold.ts';

const table: [text: string, folded: string][] = [
  ['', ''],
  ['Mary.O-Neil+x@CONTOSO.test', 'mary.o-neil+x@contoso.test'],
  ['ÄÖÜ é É', 'äöü é é'],
  ['e\u0301', 'é'],
  ['Straße STRASSE ẞ', 'strasse strasse ss'],
  ['ΌΣΟΣ όσος', 'όσοσ όσοσ'],
  ['İstanbul', 'i\u0307stanbul'],
  ['ısı', 'isi'],
  ['ﬁ ﬀ', 'fi ff'],
  ['①Ⅳ', '1iv'],
  ['Ａｂ　ｃ', 'ab c'],
  ['ПРИВЕТ', 'привет'],
  ['ᏣᎳᎩ', 'ꮳꮃꭹ'],
  ['東京 😀', '東京 😀'],
  ['a\0b\ud800', 'a\ufffdb\ufffd'],
];

test.each(table)('%j folds to %j', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('every character: folding twice changes nothing, and neither does case before it', () => {
  const failures: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (/\p{Unassigned}|\p{Private_Use}/u.test(character)) continue;
    const text = `a${character}b`;
    const folded = fold(text);
    const spellings = [folded, text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), text.normalize('NFKC')];
    if (spellings.some((spelling) => fold(spelling) !== folded)) failures.push(code.toString(16));
  }
  expect(failures).toEqual([]);
});

test('any text: folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    }),
  );
});

test('a key is a folded text of bounded length that does not end in half a character', () => {
  expect(foldKey('Subject')).toBe('subject');
  expect(foldKey('X'.repeat(keyLength + 1))).toBe('x'.repeat(keyLength));
  const cut = foldKey(`x${'😀'.repeat(keyLength)}`);
  expect(cut.isWellFormed()).toBe(true);
  expect(cut.length).toBe(keyLength - 1);
});
