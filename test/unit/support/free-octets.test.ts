import { expect, test } from 'vitest';
import { freeOctets } from '../../../shared/kernel/free-octets.ts';

test('octets that have their memory to themselves are let go, once; those that share it stay', () => {
  const own = new Uint8Array(100_000);
  freeOctets(own);
  freeOctets(own);
  expect([own.length, own.buffer.detached]).toEqual([0, true]);
  const most = new Uint8Array(100_000).subarray(1, 90_000);
  freeOctets(most);
  expect(most.length).toBe(0);
  const [some, pooled] = [new Uint8Array(100_000).subarray(0, 50_000), Buffer.from('a few')];
  freeOctets(some);
  freeOctets(pooled);
  expect([some.length, pooled.toString()]).toEqual([50_000, 'a few']);
});
