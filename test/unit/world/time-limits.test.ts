import { expect, test, vi } from 'vitest';
import { createWorldClock } from '../../../shared/domain/world/clock.ts';
import { worldTimeLimits } from '../../../shared/domain/world/time-limits.ts';

const at = Date.UTC(2026, 10, 21);
const clockOf = (realNow: () => number, frozen = true) =>
  createWorldClock({ setting: frozen ? { mode: 'frozen', at } : { mode: 'real' }, organizations: [], realNow });

test('a clock that stands still keeps a limit; one that is moved ends it', () => {
  const clock = clockOf(() => at);
  const limit = worldTimeLimits(clock)(10_000);
  clock.set(at + 9_999);
  expect(limit.signal.aborted).toBe(false);
  clock.set(at - 60_000);
  expect(limit.signal.aborted).toBe(false);
  clock.set(at + 10_000);
  expect(limit.signal.aborted).toBe(true);
});

test('a clock that runs ends it by itself', async () => {
  vi.useFakeTimers({ now: at });
  try {
    const limit = worldTimeLimits(clockOf(() => Date.now(), false))(10_000);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(limit.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(limit.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('one that goes back to the time of the machine goes by that', async () => {
  vi.useFakeTimers({ now: at });
  try {
    const clock = clockOf(() => Date.now());
    const limit = worldTimeLimits(clock)(10_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(limit.signal.aborted).toBe(false);
    clock.set(at + 4_000);
    clock.resume();
    // The machine's clock is a minute ahead by now.
    expect(limit.signal.aborted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test('a limit that nobody waits for any more never ends', () => {
  const clock = clockOf(() => at);
  const limit = worldTimeLimits(clock)(10_000);
  limit.end();
  clock.set(at + 3_600_000);
  expect(limit.signal.aborted).toBe(false);
  expect(worldTimeLimits(clock)(0).signal.aborted).toBe(true);
});
