import type { TimeLimits } from './time-limit.ts';

/** Time that this side is ready to wait, by the machine's clock less what was held: while somebody looks at a hop, nobody grows impatient. */
export interface Patience {
  /** Milliseconds since some moment; stands while something is held. */
  now(): number;
  readonly limits: TimeLimits;
  /** Whether something is held, or was so less than some milliseconds ago: what has idled for so long need not have idled by itself. */
  heldWithin(durationMs: number): boolean;
  /** Has all limits stand still. Returns the function that lets them go on, each with what it had left. */
  hold(): () => void;
}

/** Longest wait that setTimeout keeps. */
const longestWaitMs = 2 ** 31 - 1;

export function createPatience(): Patience {
  let lostMs = 0;
  let heldAt: number | undefined;
  let endedAt = Number.NEGATIVE_INFINITY;
  let holders = 0;
  const running = new Set<() => void>();
  const now = (): number => (heldAt ?? performance.now()) - lostMs;
  return {
    now,
    heldWithin: (durationMs) => holders > 0 || performance.now() - endedAt < durationMs,
    limits(durationMs) {
      const over = new AbortController();
      const due = now() + durationMs;
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(timer);
        running.delete(look);
      };
      const look = (): void => {
        clearTimeout(timer);
        if (holders > 0) return;
        const leftMs = due - now();
        if (leftMs > 0) timer = setTimeout(look, Math.min(Math.ceil(leftMs), longestWaitMs));
        else {
          end();
          over.abort();
        }
      };
      running.add(look);
      look();
      return { signal: over.signal, end };
    },
    hold() {
      if (holders === 0) heldAt = performance.now();
      holders += 1;
      for (const look of running) look();
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        holders -= 1;
        if (holders > 0 || heldAt === undefined) return;
        endedAt = performance.now();
        lostMs += endedAt - heldAt;
        heldAt = undefined;
        for (const look of [...running]) look();
      };
    },
  };
}
