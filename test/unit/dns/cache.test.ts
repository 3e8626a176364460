import { expect, test } from 'vitest';
import type { NameAnswer } from '../../../shared/kernel/resource-record.ts';
import { createNameCache } from '../../../shared/net/dns-cache.ts';

function cacheOf(answer: (name: string) => NameAnswer, mostEntries?: number) {
  const asked: string[] = [];
  const time = { now: 1_000_000 };
  const cache = createNameCache({
    clock: { now: () => time.now },
    async ask({ name, type }) {
      asked.push(`${name} ${type}`);
      return answer(name);
    },
    ...(mostEntries === undefined ? {} : { mostEntries }),
  });
  return { cache, asked, time };
}

const found = (...ttls: readonly number[]): NameAnswer => ({
  code: 'NOERROR',
  answers: ttls.map((ttlSeconds) => ({ name: 'a.test', ttlSeconds, type: 'A', address: '127.0.0.1' })),
  authorities: [],
});

test('an answer holds until the first of its records expires, whatever the letter case', async () => {
  const { cache, asked, time } = cacheOf(() => found(60, 30));
  await cache.lookUp('a.test', 'A');
  time.now += 29_999;
  await cache.lookUp('A.TEST.', 'A');
  expect(asked).toHaveLength(1);
  time.now += 1;
  await cache.lookUp('a.test', 'A');
  await cache.lookUp('a.test', 'AAAA');
  expect(asked).toEqual(['a.test A', 'a.test A', 'a.test AAAA']);
});

test('a clock that is set back, nothing to hold, and failures', async () => {
  const { cache, asked, time } = cacheOf(() => found(60));
  await cache.lookUp('a.test', 'A');
  time.now -= 1;
  await cache.lookUp('a.test', 'A');
  expect(asked).toHaveLength(2);
  const zero = cacheOf(() => found(0));
  const failed = cacheOf(() => ({ code: 'SERVFAIL', answers: [], authorities: [] }));
  for (const one of [zero, failed]) {
    await one.cache.lookUp('a.test', 'A');
    await one.cache.lookUp('a.test', 'A');
    expect(one.asked).toHaveLength(2);
  }
});

test('it is bounded, the oldest go first, and it can be emptied', async () => {
  const { cache, asked } = cacheOf(() => found(60), 2);
  for (const name of ['a', 'b', 'c', 'b', 'a']) await cache.lookUp(name, 'A');
  expect(asked).toEqual(['a A', 'b A', 'c A', 'a A']);
  cache.clear();
  await cache.lookUp('a', 'A');
  expect(asked).toHaveLength(5);
});
