import type { Instant } from '../../../shared/kernel/clock.ts';

/** Who may send how often by a connector. */
export interface RateLimit {
  /** Whose limit it is: a connector, or the throttling policies. */
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

  /** Counts a message; the limit by which it is one too many, and then it is not counted. */
  take(limits: readonly RateLimit[], client: RatedClient, at: Instant): RateLimit | undefined {
    const counted = limits.flatMap((limit) =>
      keysOf(limit, client).map((key) => ({
        ...{ limit, key },
        recent: (this.#sent.get(key) ?? []).filter((sent) => sent > at - minuteMs && sent <= at),
      })),
    );
    const full = counted.find(({ limit, recent }) => recent.length >= limit.perMinute);
    if (full !== undefined) return full.limit;
    for (const { key, recent } of counted) {
      this.#sent.delete(key);
      this.#sent.set(key, [...recent, at]);
      const [oldest] = this.#sent.keys();
      if (this.#sent.size > mostClients && oldest !== undefined) this.#sent.delete(oldest);
    }
    return undefined;
  }
}

function keysOf({ connector, source }: RateLimit, { address, user }: RatedClient): readonly string[] {
  return [
    ...(source === 'User' ? [] : [`${connector} address ${address}`]),
    ...(source === 'IPAddress' || user === undefined ? [] : [`${connector} user ${user.toLowerCase()}`]),
  ];
}
