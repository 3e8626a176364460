/** The clocks of a place, as dates on the wire are read and written by them. */
export interface Clocks {
  /** The instant at which they show a time: both in milliseconds since 1970. */
  instantAt(wall: number): number;
  /** Minutes to be added to what they show for UTC. */
  biasAt(instant: number): number;
}

let current: Clocks | undefined;

/**
 * Reads or writes with dates on these clocks instead of UTC: texts without a zone are what they show, and instants are
 * written with their offset. For as long as `run` takes, which waits for nothing.
 */
export function onClocks<T>(clocks: Clocks | undefined, run: () => T): T {
  if (clocks === undefined) return run();
  const before = current;
  current = clocks;
  try {
    return run();
  } finally {
    current = before;
  }
}

/** The clocks that {@link onClocks} has set. */
export function currentClocks(): Clocks | undefined {
  return current;
}
