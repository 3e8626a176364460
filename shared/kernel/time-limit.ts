/** A time that somebody is given. */
export interface TimeLimit {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** Nobody waits any more: the signal never aborts after this. */
  end(): void;
}

/** Gives so many milliseconds from now, by whatever clock the giver goes by. */
export type TimeLimits = (durationMs: number) => TimeLimit;
