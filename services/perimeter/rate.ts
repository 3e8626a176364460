import type { Instant } from '../../shared/kernel/clock.ts';

const minuteMs = 60_000;
const mostAddresses = 10_000;

/** Requests of each address in the minute of world time that is running. Bounded: when too many addresses ask, all begin anew. */
export class RequestCounts {
  readonly #counts = new Map<string, number>();
  #minute = -1;

  /** Counts one more; gives how many there are in this minute. */
  add(address: string, at: Instant): number {
    const minute = Math.floor(at / minuteMs);
    if (minute !== this.#minute || this.#counts.size >= mostAddresses) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count;
  }
}
