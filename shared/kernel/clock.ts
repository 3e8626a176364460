/**
 * A moment of the world, in milliseconds since 1970-01-01T00:00:00Z. World time is not the machine's time:
 * it may be offset, frozen or skewed for one organisation (services/README, `coexist clock`).
 */
export type Instant = number;

/** What tells the time. Hosts read it once per request and pass the instant on; nobody below a host asks again. */
export interface Clock {
  /** The world's time, or the time as one organisation's servers see it (world time plus that organisation's skew). */
  now(organization?: string): Instant;
}
