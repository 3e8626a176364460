import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readExpression, readWildcard } from '../../../shared/cmdlets/pattern.ts';

test.each([
  ['*x*', 'AXB', true],
  ['x*', 'ax', false],
  ['*Uri', 'ApplicationUri', true],
  ['?b', 'ab', true],
  ['?b', 'b', false],
  ['[a-c]x', 'Bx', true],
  ['[A-C]x', 'bx', true],
  ['[a-c]x', 'dx', false],
  ['`*', '*', true],
  ['`*', 'a', false],
  ['a.b', 'axb', false],
  ['', '', true],
  ['*', 'two\nlines', true],
])('-like %s of %s: %s', (pattern, text, fits) => {
  expect(readWildcard(pattern)?.test(text)).toBe(fits);
});

test.each([
  ['b', 'abc', true],
  ['^b', 'abc', false],
  ['^a.c$', 'ABC', true],
  ['a|b$', 'xb', true],
  ['^(?:ab)+$', 'ababab', true],
  ['^(ab){2,3}$', 'ab', false],
  ['^(ab){2,3}$', 'ababab', true],
  ['^a{2}$', 'aaa', false],
  ['^a{2,}$', 'aaaa', true],
  ['^\\d+\\.\\d*$', '15.2', true],
  ['^[^a-c]*?$', 'abd', false],
  ['^[\\w-]+$', 'A-b_1', true],
  ['\\S', ' ', false],
  ['colou?r', 'color', true],
  ['^$', '', true],
])('-match %s of %s: %s', (source, text, fits) => {
  expect(readExpression(source)?.test(text)).toBe(fits);
});

test.each([
  '(',
  ')',
  'a)',
  '[a',
  '*',
  'a**',
  '\\b',
  '(a)\\1',
  '(?=a)',
  '(?i)a',
  'a{3,1}',
  'a{200}',
  '((a{100}){100}){100}',
  `${'('.repeat(20)}a${')'.repeat(20)}`,
  '\\',
])('-match %s is not understood', (source) => {
  expect(readExpression(source)).toBeUndefined();
});

test.each(['[a', '[', '*'.repeat(2_000)])('-like %s cannot be used', (pattern) => {
  expect(readWildcard(pattern)).toBeUndefined();
});

test('what is understood means what it means elsewhere', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '1');
  const source = fc
    .array(fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '|')), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(source, fc.boolean(), fc.string({ unit: fc.constantFrom('a', 'b', '1', 'c'), maxLength: 8 }), (part, whole, text) => {
      const full = whole ? `^(${part})$` : part;
      expect(readExpression(full)?.test(text)).toBe(new RegExp(full, 'i').test(text));
    }),
    { numRuns: 500 },
  );
});

test('a pattern that keeps other engines busy for years is answered at once', () => {
  const text = 'a'.repeat(2_000);
  const begun = performance.now();
  expect(readExpression('^(a+)+$')?.test(`${text}!`)).toBe(false);
  expect(readExpression('(a|a)*(a|aa)+b')?.test(text)).toBe(false);
  expect(readWildcard('*a*a*a*a*a*a*b')?.test(text)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
