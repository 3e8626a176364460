import { expect, test } from 'vitest';
import { type Choice, keyOf, tellingsOf } from '../../../services/runner/tellings.ts';
import type { Story } from '../../../shared/scenario/story.ts';

const story = (id: string, more: Partial<Story> = {}): Story => ({
  ...{ id, file: `/${id}.yaml`, name: `name of ${id}`, teaches: '', source: '', tags: [], world: { name: 'one' }, clock: '' },
  ...{ eras: [], timeoutMs: 1, acts: [], lab: null },
  ...more,
});
const stories = [
  story('a/one'),
  story('a/two', { world: { name: 'other' } }),
  story('a/three', { eras: ['2019', '2026-10'] }),
  story('b/four'),
  story('b/five', { world: { name: 'other' }, eras: ['2016'] }),
];
const usual: Choice = { everyEra: false, eras: [], repeat: 1, shard: { index: 1, of: 1 }, grep: null, only: null, seed: 's' };
const keys = (choice: Partial<Choice>): readonly string[] => tellingsOf(stories, { ...usual, ...choice }).map(keyOf);

test('each story is told once, in its first era', () => {
  expect(keys({}).toSorted()).toEqual(['a/one', 'a/three@2019', 'a/two', 'b/five@2016', 'b/four']);
});

test('or in every era, or in chosen ones', () => {
  expect(keys({ everyEra: true }).toSorted()).toEqual(['a/one', 'a/three@2019', 'a/three@2026-10', 'a/two', 'b/five@2016', 'b/four']);
  expect(keys({ eras: ['2026-10'] })).toEqual(['a/three@2026-10']);
});

test('the seed decides the order, in which stories of one world stand together', () => {
  expect(keys({})).toEqual(keys({}));
  const orders = Array.from({ length: 20 }, (_, seed) => keys({ seed: String(seed) }));
  expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(5);
  const other = ['a/two', 'b/five@2016'];
  for (const order of orders) expect(Math.abs(order.indexOf(other[0] ?? '') - order.indexOf(other[1] ?? ''))).toBe(1);
});

test('parts are cut alike for every seed, and are the whole together', () => {
  const part = (index: number, seed: string): readonly string[] => keys({ everyEra: true, shard: { index, of: 4 }, seed }).toSorted();
  const parts = [1, 2, 3, 4].map((index) => part(index, `seed ${index}`));
  expect(parts.flat().toSorted()).toEqual(keys({ everyEra: true }).toSorted());
  expect(part(2, 'another')).toEqual(parts[1]);
});

test('some are chosen by a pattern, or because they failed before', () => {
  expect(keys({ grep: /^b|of a\/two/ }).toSorted()).toEqual(['a/two', 'b/five@2016', 'b/four']);
  expect(keys({ everyEra: true, only: new Set(['a/three@2026-10', 'b/four']) }).toSorted()).toEqual(['a/three@2026-10', 'b/four']);
});

test('each may be told more often', () => {
  expect(tellingsOf(stories, { ...usual, repeat: 2, grep: /one/ }).map(({ turn }) => turn)).toEqual([1, 2]);
});
