import type { Instant } from '../../kernel/clock.ts';
import { createDelegationCache, type DelegationCache } from './delegation-cache.ts';

/** A token of the organisation itself, without any user in it. */
export interface CachedToken {
  readonly token: string;
  readonly obtained: Instant;
  readonly expires: Instant;
}

/** Tokens that the servers of one process hold for their organisations; world time. */
export interface TokenCache {
  /** Undefined when there is none, or less than two thirds of its life are left (reference auth.md 2.8, end). */
  get(organization: string, resource: string, now: Instant): CachedToken | undefined;
  put(organization: string, resource: string, token: CachedToken): void;
  /** What the organisations hold for their users at others, and where those are. */
  readonly delegations: DelegationCache;
  /** Forgets what an organisation holds. */
  clear(organization: string): void;
}

const mostTokens = 1_000;

/** An empty cache, which never holds more than a thousand tokens: the oldest go first. */
export function createTokenCache(): TokenCache {
  const tokens = new Map<string, CachedToken>();
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
      tokens.delete(keyOf(organization, resource));
      tokens.set(keyOf(organization, resource), token);
      for (const oldest of tokens.keys()) {
        if (tokens.size <= mostTokens) break;
        tokens.delete(oldest);
      }
    },
    clear(organization) {
      delegations.clear(organization);
      for (const key of tokens.keys()) if (key.startsWith(`${organization}\n`)) tokens.delete(key);
    },
  };
}
