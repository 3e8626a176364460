import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../shared/kernel/nearest.ts';

const words = ['status', 'autodiscover', 'ews', 'port-base'];

test.each([
  ['statsu', 'status'],
  ['STATUS', 'status'],
  ['autodicsover', 'autodiscover'],
  ['ewss', 'ews'],
  ['prot-base', 'port-base'],
  ['mrsproxy', undefined],
  ['xyz', undefined],
  ['', undefined],
  ['status'.repeat(1_000), undefined],
])('%s', (word, expected) => {
  expect(nearest(word, words)).toBe(expected);
});

test('says so, or nothing', () => {
  expect(didYouMean('statsu', words)).toBe(' (did you mean "status"?)');
  expect(didYouMean('xyz', words)).toBe('');
  expect(nearest('a', [])).toBeUndefined();
});
