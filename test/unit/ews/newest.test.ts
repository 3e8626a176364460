import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Newest } from '../../../services/ews/conversations/newest.ts';

const noted = fc.record({ value: fc.integer({ min: 0, max: 30 }), delivered: fc.integer({ min: 0, max: 20 }) });

test('the newest of many are those that sorting all of them would give, each once', () => {
  fc.assert(
    fc.property(fc.array(noted, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (all, most) => {
      const newest = new Newest<number>(most);
      // Each note has an age of its own: a counter.
      for (const [counter, { value, delivered }] of all.entries()) newest.note(value, { delivered, counter });
      const sorted = [...all.entries()].toSorted(([one, a], [other, b]) => b.delivered - a.delivered || other - one);
      const expected = [...new Set(sorted.map(([, { value }]) => value))].slice(0, most);
      expect(newest.newestFirst()).toEqual(expected);
      expect(newest.isEmpty).toBe(all.length === 0);
    }),
  );
});

test('what has one age stays in the order in which it was noted', () => {
  const newest = new Newest<string>(3);
  for (const [delivered, names] of [
    ['b', 'a'],
    ['c', 'b'],
  ].entries())
    for (const name of names) newest.note(name, { delivered, counter: 1 });
  expect(newest.newestFirst()).toEqual(['c', 'b', 'a']);
});
