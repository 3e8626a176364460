import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import { matcher } from '../../../shared/domain/mailbox/restriction.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';

type Texts = Readonly<Record<PropertyKey, string>>;
const now = Date.UTC(2026, 10, 4, 9);

function fits(query: string, texts: Texts): boolean {
  const restriction = present(readQueryString(query, now).restriction, 'a restriction');
  return matcher<Texts>(
    restriction,
    (one, key) => one[key],
    () => false,
  )(texts);
}

const letter: Texts = {
  [tags.subject]: 'The best of all worlds',
  [tags.body]: 'one two three four five six seven eight nine ten eleven twelve. The best, they say, is the worst enemy of the good.',
};
test.each<[query: string, fits: boolean]>([
  ['best NEAR(5) worst', true],
  ['worst NEAR(5) best', true],
  ['best NEAR(n=5) worst', true],
  ['best NEAR(4) worst', false],
  ['best ONEAR(5) worst', true],
  ['worst ONEAR(5) best', false],
  ['one NEAR nine', true],
  ['one NEAR ten', false],
  ['one NEAR(1) two', true],
  ['one NEAR(0) two', false],
  ['two ONEAR one', false],
  ['"one two" NEAR(1) thr', true],
  ['"one two" NEAR(1) "thr"', false],
  ['one NEAR(2) "three four"', true],
  ['one NEAR(1) "three four"', false],
  ['one NEAR(3) four NEAR(3) seven', true],
  ['one NEAR(3) four NEAR(3) eight', false],
  ['one NEAR(2) three NEAR(5) eight', true],
  ['one NEAR(2) three ONEAR(5) eight AND NOT best NEAR(2) worst', true],
  ['one NEAR(2) three OR best NEAR(1) worst', true],
  ['all NEAR(9) one', false],
  ['subject:(best NEAR(2) all)', true],
  ['subject:(best NEAR(1) all)', false],
  ['subject:best NEAR(1) body:enemy', true],
  ['one NEAR', false],
  ['NEAR one', false],
  ['best NEARLY worst', false],
  ['one near two', false],
])('%s: %s', (query, expected) => {
  expect(fits(query, letter)).toBe(expected);
});

test('their terms are all to be highlighted', () => {
  expect(readQueryString('best NEAR(3) "the worst" ONEAR enemy', now).terms.map(({ text }) => text)).toEqual([
    'best',
    'the worst',
    'enemy',
  ]);
});

test('are found as a search of every pair of places finds them', () => {
  const term = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 });
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(
      words,
      fc.array(term, { minLength: 2, maxLength: 3 }),
      fc.integer({ min: 0, max: 4 }),
      fc.boolean(),
      (text, terms, distance, isOrdered) => {
        const places = terms.map((one) =>
          text.flatMap((_, at) => (one.every((word, index) => text[at + index] === word) ? [[at, at + one.length] as const] : [])),
        );
        const isNear = ([start, end]: readonly [number, number], [from, to]: readonly [number, number]): boolean =>
          (from >= end && from - end < distance) || (!isOrdered && start >= to && start - to < distance);
        const stands = (rest: typeof places, before?: readonly [number, number]): boolean => {
          const [next, ...others] = rest;
          return next === undefined || next.some((place) => (before === undefined || isNear(before, place)) && stands(others, place));
        };
        const query = terms.map((one) => `"${one.join(' ')}"`).join(` ${isOrdered ? 'O' : ''}NEAR(${distance}) `);
        expect(fits(query, { [tags.subject]: text.join(' ') })).toBe(stands(places));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a long text of one word is searched in no time', () => {
  const query = Array.from({ length: 10 }, () => 'a').join(' NEAR(9) ');
  expect(fits(query, { [tags.body]: 'a '.repeat(100_000) })).toBe(true);
  expect(fits(`${query} NEAR b`, { [tags.body]: 'a '.repeat(100_000) })).toBe(false);
});
