import { expect, test } from 'vitest';
import { SmartLockout } from '../../../services/azure-auth/smart-lockout.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { at } from './ground.ts';

const joe = namedGuid('joe');
const minuteMs = 60_000;

function guess(lockout: SmartLockout, from: number, to: number, when = at, tenant = 'cloud'): void {
  for (let number = from; number <= to; number += 1) lockout.failed(tenant, joe, `guess ${number}`, when);
}

test('ten wrong passwords lock an account for a minute, each further one for longer, an hour at most', () => {
  const lockout = new SmartLockout();
  guess(lockout, 1, 9);
  expect(lockout.lockedUntil('cloud', joe, at)).toBeUndefined();
  guess(lockout, 10, 10);
  expect(lockout.lockedUntil('cloud', joe, at)).toBe(at + minuteMs);
  expect(lockout.lockedUntil('cloud', joe, at + minuteMs - 1)).toBe(at + minuteMs);
  expect(lockout.lockedUntil('cloud', joe, at + minuteMs)).toBeUndefined();
  // Somebody has set the clock back, or the world.
  expect(lockout.lockedUntil('cloud', joe, at - 1)).toBeUndefined();
  const later = at + minuteMs;
  const periods = [11, 12, 13, 20, 21].map((number) => {
    guess(lockout, number, number, later);
    return ((lockout.lockedUntil('cloud', joe, later) ?? 0) - later) / minuteMs;
  });
  expect(periods).toEqual([2, 4, 8, 16, 32]);
  guess(lockout, 30, 60, later);
  expect(lockout.lockedUntil('cloud', joe, later)).toBe(later + 60 * minuteMs);
});

test('the right password starts anew', () => {
  const lockout = new SmartLockout();
  guess(lockout, 1, 9);
  lockout.succeeded('cloud', joe);
  guess(lockout, 10, 18);
  expect(lockout.lockedUntil('cloud', joe, at)).toBeUndefined();
});

test('the last three wrong passwords count once', () => {
  const lockout = new SmartLockout();
  for (let round = 0; round < 10; round += 1) guess(lockout, 1, 3);
  expect(lockout.lockedUntil('cloud', joe, at)).toBeUndefined();
  // The fourth pushes the first out of memory, and so on.
  guess(lockout, 4, 4);
  guess(lockout, 1, 4);
  guess(lockout, 1, 1);
  expect(lockout.lockedUntil('cloud', joe, at)).toBeUndefined();
  guess(lockout, 2, 2);
  expect(lockout.lockedUntil('cloud', joe, at)).toBe(at + minuteMs);
});

test('a user of another tenant and another user are not meant; past ten thousand accounts the oldest is forgotten', () => {
  const lockout = new SmartLockout();
  guess(lockout, 1, 10);
  expect(lockout.lockedUntil('other', joe, at)).toBeUndefined();
  expect(lockout.lockedUntil('cloud', namedGuid('zoe'), at)).toBeUndefined();
  for (let number = 1; number <= 9_999; number += 1) lockout.failed('cloud', namedGuid(`${number}`), 'x', at);
  expect(lockout.lockedUntil('cloud', joe, at)).toBe(at + minuteMs);
  lockout.failed('cloud', namedGuid('one more'), 'x', at);
  expect(lockout.lockedUntil('cloud', joe, at)).toBeUndefined();
});
