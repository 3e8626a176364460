import type { TimeLimits } from '../../../shared/kernel/time-limit.ts';

/** Waits by the world's clock, which a test may move ahead; one that stands still holds nobody for longer than machine time. */
export async function patience(limits: TimeLimits | undefined, durationMs: number): Promise<void> {
  const limit = limits?.(durationMs);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, durationMs);
  limit?.signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  limit?.end();
}
