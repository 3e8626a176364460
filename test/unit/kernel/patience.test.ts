import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPatience } from '../../../shared/kernel/patience.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('limits pass by the machine’s time, and end with whoever waits no longer', () => {
  const { limits } = createPatience();
  const [one, other] = [limits(1_000), limits(1_000)];
  other.end();
  vi.advanceTimersByTime(999);
  expect(one.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect([one.signal.aborted, other.signal.aborted]).toEqual([true, false]);
  expect(vi.getTimerCount()).toBe(0);
});

test('while anything is held they stand still, those that begin meanwhile too', () => {
  const patience = createPatience();
  const early = patience.limits(1_000);
  vi.advanceTimersByTime(400);
  const [first, second] = [patience.hold(), patience.hold()];
  const before = patience.now();
  const late = patience.limits(300);
  vi.advanceTimersByTime(3_600_000);
  first();
  first();
  vi.advanceTimersByTime(3_600_000);
  expect(patience.now()).toBe(before);
  expect([early.signal.aborted, late.signal.aborted]).toEqual([false, false]);
  second();
  vi.advanceTimersByTime(300);
  expect([early.signal.aborted, late.signal.aborted]).toEqual([false, true]);
  vi.advanceTimersByTime(299);
  expect(early.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(early.signal.aborted).toBe(true);
});

test('whether something was held lately is known for as long as somebody may have idled for it', () => {
  const patience = createPatience();
  expect(patience.heldWithin(1_000)).toBe(false);
  const goOn = patience.hold();
  vi.advanceTimersByTime(3_600_000);
  expect(patience.heldWithin(0)).toBe(true);
  goOn();
  vi.advanceTimersByTime(999);
  expect([patience.heldWithin(1_000), patience.heldWithin(999)]).toEqual([true, false]);
});
