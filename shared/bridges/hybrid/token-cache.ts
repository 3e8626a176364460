import type { Instant } from '../../kernel/clock.ts';
import type { BearerChallenge } from '../../protocols/oauth/challenge.ts';
import { createDelegationCache, type DelegationCache } from './delegation-cache.ts';

/** A token of the organisation itself, without any user in it. */
export interface CachedToken {
  readonly token: string;
  readonly obtained: Instant;
  readonly expires: Instant;
}

/** Tokens that the servers of one process hold for their organisations; world time. */
export interface TokenCache {
  /** Undefined when there is none, or less than two thirds of its life are left (interoperability; not published). */
  get(organization: string, resource: string, now: Instant): CachedToken | undefined;
  put(organization: string, resource: string, token: CachedToken): void;
  /** Forgets tokens that were refused. */
  forget(organization: string, isIt: (resource: string) => boolean): void;
  /** What a host of another organisation said of itself not long ago, when it was asked with an empty Bearer. */
  challenge(organization: string, host: string, now: Instant): BearerChallenge | undefined;
  keepChallenge(organization: string, host: string, challenge: BearerChallenge, now: Instant): void;
  forgetChallenge(organization: string, host: string): void;
  /** What the organisations hold for their users at others, and where those are. */
  readonly delegations: DelegationCache;
  /** Forgets what an organisation holds. */
  clear(organization: string): void;
}

const mostTokens = 1_000;
/** Ours: as long as an address that Autodiscover told is believed. */
const challengeLifeMs = 600_000;

/** An empty cache, which never holds more than a thousand tokens: the oldest go first. */
export function createTokenCache(): TokenCache {
  const tokens = new Map<string, CachedToken>();
  const challenges = new Map<string, { readonly challenge: BearerChallenge; readonly since: Instant }>();
  const delegations = createDelegationCache();
  const keyOf = (organization: string, resource: string): string => `${organization}\n${resource}`;
  return {
    delegations,
    get(organization, resource, now) {
      const cached = tokens.get(keyOf(organization, resource));
      if (cached === undefined || now < cached.obtained) return undefined;
      return (cached.expires - now) * 3 < (cached.expires - cached.obtained) * 2 ? undefined : cached;
    },
    put(organization, resource, token) {
      keep(tokens, keyOf(organization, resource), token);
    },
    forget(organization, isIt) {
      const own = keyOf(organization, '');
      for (const key of tokens.keys()) if (key.startsWith(own) && isIt(key.slice(own.length))) tokens.delete(key);
    },
    challenge(organization, host, now) {
      const known = challenges.get(keyOf(organization, host));
      return known === undefined || now < known.since || now >= known.since + challengeLifeMs ? undefined : known.challenge;
    },
    keepChallenge: (organization, host, challenge, now) => keep(challenges, keyOf(organization, host), { challenge, since: now }),
    forgetChallenge: (organization, host) => void challenges.delete(keyOf(organization, host)),
    clear(organization) {
      delegations.clear(organization);
      for (const held of [tokens, challenges]) {
        for (const key of held.keys()) if (key.startsWith(`${organization}\n`)) held.delete(key);
      }
    },
  };
}

function keep<T>(held: Map<string, T>, key: string, value: T): void {
  held.delete(key);
  held.set(key, value);
  for (const oldest of held.keys()) {
    if (held.size <= mostTokens) break;
    held.delete(oldest);
  }
}
