import { expect, test } from 'vitest';
import { inTime } from '../../../services/ews/availability/in-time.ts';

test('work that is done in time is given, and so is what went wrong with it', async () => {
  expect(await inTime(Promise.resolve(7), 60_000)).toBe(7);
  await expect(inTime(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
});

test('work that takes longer is late; how it ends is nobody’s business', async () => {
  const work = Promise.withResolvers<number>();
  expect(await inTime(work.promise, 1)).toBe('late');
  work.reject(new Error('too late'));
  await expect(work.promise).rejects.toThrow('too late');
});
