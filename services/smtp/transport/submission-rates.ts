import type { Instant } from '../../../shared/kernel/clock.ts';

/** Who may send how often by a connector. */
export interface RateLimit {
  readonly connector: string;
  /** Messages a minute. */
  readonly perMinute: number;
  /** What counts as one client; `All`: the address and the user, each for itself. */
  readonly source: 'IPAddress' | 'User' | 'All';
}

/** Whoever sends; the user is undefined until somebody has signed in. */
export interface RatedClient {
  readonly address: string;
  readonly user: string | undefined;
}

const minuteMs = 60_000;
/** Clients that are remembered; those that sent longest ago are forgotten first. A bound of ours. */
const mostClients = 10_000;

/** How often clients have sent by the connectors of a listener, in the minute of the world's clock that ends now. */
export class SubmissionRates {
  readonly #sent = new Map<string, readonly Instant[]>();

  /** Counts a message; false, and not counted, when it is one too many. */
  take({ connector, perMinute, source }: RateLimit, { address, user }: RatedClient, at: Instant): boolean {
    const keys = [
      ...(source === 'User' ? [] : [`${connector} address ${address}`]),
      ...(source === 'IPAddress' || user === undefined ? [] : [`${connector} user ${user.toLowerCase()}`]),
    ];
    const recent = keys.map((key) => (this.#sent.get(key) ?? []).filter((sent) => sent > at - minuteMs && sent <= at));
    if (recent.some((sent) => sent.length >= perMinute)) return false;
    for (const [index, key] of keys.entries()) {
      this.#sent.delete(key);
      this.#sent.set(key, [...(recent[index] ?? []), at]);
    }
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > mostClients && oldest !== undefined) this.#sent.delete(oldest);
    return true;
  }
}
