import { expect, test } from 'vitest';
import { eitherSignal } from '../../../shared/net/either-signal.ts';

test.each([0, 1])('aborts when one of two does, for its reason (%i)', (which) => {
  const two = [new AbortController(), new AbortController()] as const;
  const { signal } = eitherSignal(two[0].signal, two[1].signal);
  expect(signal.aborted).toBe(false);
  two[which]?.abort('this one');
  two[1 - which]?.abort('the other');
  expect(signal).toMatchObject({ aborted: true, reason: 'this one' });
});

test.each([0, 1])('has aborted where one has (%i)', (which) => {
  const two = [new AbortController(), new AbortController()] as const;
  two[which]?.abort('before');
  const { signal, end } = eitherSignal(two[0].signal, two[1].signal);
  expect(signal).toMatchObject({ aborted: true, reason: 'before' });
  end();
});

test('aborts no more once it has ended', () => {
  const two = [new AbortController(), new AbortController()] as const;
  const { signal, end } = eitherSignal(two[0].signal, two[1].signal);
  end();
  for (const one of two) one.abort();
  expect(signal.aborted).toBe(false);
});
