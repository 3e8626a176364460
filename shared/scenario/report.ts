import type { Outcome } from './outcome.ts';

/** One telling of a story: in one era, once more. */
export interface Telling {
  readonly id: string;
  readonly file: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly era: string | null;
  /** From 1; more than 1 with `--repeat`. */
  readonly turn: number;
}

/** How a telling ended. `flaky`: it failed and passed when it was tried again, which is no success. */
export interface Told extends Telling {
  readonly status: 'passed' | 'failed' | 'flaky';
  /** Of the first attempt that failed; of the only one otherwise. */
  readonly outcome: Outcome;
  readonly attempts: number;
  /** Absolute; null where none was written. */
  readonly traceFile: string | null;
}

/** A whole run. */
export interface RunReport {
  readonly seed: string;
  readonly told: readonly Told[];
  /** Those that a run that ended early has not come to, and those of another world than the lab's that was named. */
  readonly skipped: readonly Telling[];
  readonly durationMs: number;
}

/** Hears of a run while it goes on. */
export interface Reporter {
  begin?(tellings: readonly Telling[], seed: string): void;
  told?(told: Told): void;
  end?(report: RunReport): void;
}
