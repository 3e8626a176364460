import { expect, test } from 'vitest';
import { createTokenMemory } from '../../../shared/domain/identity/tokens/token-memory.ts';

test('a token is known until its life is over', () => {
  const memory = createTokenMemory();
  expect(memory.remember('a', 100, 0)).toBe(true);
  expect(memory.remember('a', 100, 100)).toBe(false);
  expect(memory.remember('b', 100, 100)).toBe(true);
  expect(memory.remember('a', 300, 101)).toBe(true);
  expect(memory.remember('a', 300, 200)).toBe(false);
});

test('a full memory forgets first what is over, then what is oldest', () => {
  const memory = createTokenMemory(3);
  for (const [token, until] of [
    ['a', 1_000],
    ['b', 10],
    ['c', 1_000],
  ] as const)
    memory.remember(token, until, 0);
  expect(memory.remember('d', 1_000, 11)).toBe(true);
  expect(['a', 'c', 'd'].map((token) => memory.remember(token, 1_000, 11))).toEqual([false, false, false]);
  expect(memory.remember('e', 1_000, 11)).toBe(true);
  expect(memory.remember('c', 1_000, 11)).toBe(false);
  expect(memory.remember('a', 1_000, 11)).toBe(true);
});
