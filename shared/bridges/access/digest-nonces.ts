import { randomBytes } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';

/** How long a nonce is good, by the clock of the organisation: a figure of ours. */
const lifetimeMs = 300_000;
/** Nonces that are remembered; the oldest is forgotten first, and its holder begins anew. */
const mostNonces = 10_000;
/** Counts that may still come behind the highest one: clients with several connections overtake themselves. */
const mostBehind = 64;

interface Given {
  readonly at: Instant;
  highest: number;
  readonly seen: Set<number>;
}

/** Nonces as they were given out, each of which counts what is done with it, so that nothing is taken twice (RFC 7616 section 5.5). */
export class DigestNonces {
  readonly #given = new Map<string, Given>();

  give(at: Instant): string {
    const nonce = randomBytes(24).toString('base64');
    this.#given.set(nonce, { at, highest: 0, seen: new Set() });
    for (const [oldest] of this.#given) if (this.#given.size > mostNonces) this.#given.delete(oldest);
    return nonce;
  }

  /** Uses a count of a nonce up. `stale`: the nonce is over, or unknown; `replayed`: that count has been there. */
  take(nonce: string, count: number, at: Instant): 'taken' | 'stale' | 'replayed' {
    const given = this.#given.get(nonce);
    if (given === undefined || at < given.at || at - given.at > lifetimeMs) return 'stale';
    if (count === 0 || given.seen.has(count) || count <= given.highest - mostBehind) return 'replayed';
    given.seen.add(count);
    given.highest = Math.max(given.highest, count);
    for (const one of given.seen) if (one <= given.highest - mostBehind) given.seen.delete(one);
    return 'taken';
  }
}
