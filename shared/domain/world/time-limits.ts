import type { TimeLimits } from '../../kernel/time-limit.ts';
import type { WorldClock } from './clock.ts';

/** Longest wait that setTimeout keeps. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * Limits by the world's clock: while it runs they pass by themselves, a clock that is moved ahead takes those with it that
 * end before, and a frozen one keeps them all.
 */
export function worldTimeLimits(clock: Pick<WorldClock, 'now' | 'runs' | 'watch'>): TimeLimits {
  return (durationMs) => {
    const over = new AbortController();
    const due = clock.now() + durationMs;
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      clearTimeout(timer);
      const leftMs = due - clock.now();
      if (leftMs <= 0) {
        end();
        over.abort();
      } else if (clock.runs()) timer = setTimeout(look, Math.min(leftMs, longestWaitMs));
    };
    const unwatch = clock.watch(look);
    const end = (): void => {
      clearTimeout(timer);
      unwatch();
    };
    look();
    return { signal: over.signal, end };
  };
}
