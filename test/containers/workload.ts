import { setTimeout as pause } from 'node:timers/promises';

/** Work that goes on in the background while containers are killed. */
export interface Workload {
  /** Resolves when a kill would break something: what there is, for people. Rejects with what went wrong in the background. */
  ready(): Promise<string>;
  /** Begins nothing new, waits for what is under way, and judges all that was done. Rejects with what went wrong in the background. */
  end(): Promise<Outcome>;
}

export interface Outcome {
  /** What came of it, for people. */
  readonly figures: string;
  /** What should not be, a sentence each. */
  readonly wrong: readonly string[];
}

/** Tasks in the background: the first that fails fails whoever looks after them. */
export function background(tasks: readonly Promise<unknown>[]) {
  const all = Promise.all(tasks);
  const failed = all.then(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  return {
    /** Waits for something beside them. */
    beside: <T>(wanted: Promise<T>): Promise<T> => Promise.race([wanted, failed]),
    ended: async (): Promise<void> => {
      await all;
    },
  };
}

/** Longer than anything that a kill may delay and that is looked for: a move waits half a minute after a failure, what asks again a minute. */
const patienceMs = 100_000;

/** Resolves when something is so; rejects with its name when it is not in time. */
export async function until(passes: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!passes()) {
    if (performance.now() > deadline) throw new Error(`there is not within ${patienceMs / 1_000} s: ${what}`);
    await pause(20);
  }
}
