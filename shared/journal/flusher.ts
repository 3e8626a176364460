import type { Logger } from '../kernel/logger.ts';
import type { Archive } from './archive.ts';
import type { Ring } from './ring.ts';
import { toRow } from './rows.ts';

/** Carries closed exchanges from the ring to the store, in batches and off the request's path. */
export interface Flusher {
  /** Stores all that has closed so far; rejects with what the store threw. */
  flush(): Promise<void>;
  /** Ends the interval; stores nothing more by itself. */
  stop(): void;
}

const batchSize = 32;
/** Of each interval, the part that may go into storing: under load the requests come first. */
const share = 0.2;
const pauseAfterFailureMs = 1_000;

/** Begins to store every `intervalMs`. */
export function createFlusher(ring: Ring, archive: Archive, intervalMs: number, logger: Logger | undefined): Flusher {
  /** Stores until `until()` or nothing is left. One run at a time: rows are written in the order of their sequence. */
  let storing: Promise<void> = Promise.resolve();
  const storeUntil = (until: () => boolean): Promise<void> => {
    const run = async (): Promise<void> => {
      while (!until()) {
        const entries = ring.unstored(batchSize);
        if (entries.length === 0) return;
        await archive.append(entries.map((entry) => toRow(entry.record(), entry.octets())));
        for (const entry of entries) ring.stored(entry);
      }
    };
    const result = storing.then(run);
    storing = result.catch(() => undefined);
    return result;
  };

  let restUntilMs = 0;
  let busy = false;
  const tick = async (): Promise<void> => {
    const startedMs = performance.now();
    if (busy || ring.unstoredCount === 0 || startedMs < restUntilMs) return;
    busy = true;
    try {
      await storeUntil(() => performance.now() - startedMs > intervalMs * share);
      const endedMs = performance.now();
      restUntilMs = endedMs + (endedMs - startedMs) * (1 / share - 1) - intervalMs;
    } catch (error) {
      restUntilMs = performance.now() + pauseAfterFailureMs;
      logger?.log('error', 'the journal could not be stored', { error: error instanceof Error ? error.message : String(error) });
    } finally {
      busy = false;
    }
  };
  // An interval, and not a timer set by a request: that one would inherit the request's transaction scope.
  const interval = setInterval(() => void tick(), intervalMs).unref();

  return {
    async flush() {
      const target = ring.lastSequence;
      await storeUntil(() => ring.lastSequence - ring.unstoredCount >= target);
    },
    stop: () => clearInterval(interval),
  };
}
