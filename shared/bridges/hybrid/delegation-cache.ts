import type { OfferName } from '../../domain/trust/offers.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { TokenResponse } from '../../protocols/wstrust/response.ts';

/** A token by which a user of one organisation is known at another one. */
export interface DelegationToken extends Pick<TokenResponse, 'token' | 'assertionId' | 'proofKey'> {
  /** By the clock of the organisation that asked. */
  readonly obtained: Instant;
  readonly expires: Instant;
}

/** Whose token it is, and what for. */
export interface DelegationKey {
  readonly organization: string;
  /** ApplicationUri and issuer under which the organisation asked: another federation is another organisation. */
  readonly issuedTo: string;
  readonly user: string;
  /** ApplicationUri of the other side. */
  readonly target: string;
  readonly offer: OfferName;
}

/** What the servers of one process hold for the users of their organisations; world time. */
export interface DelegationCache {
  /** Undefined when there is none, or less than a fifth of its life is left. */
  token(key: DelegationKey, now: Instant): DelegationToken | undefined;
  keepToken(key: DelegationKey, token: DelegationToken): void;
  /** The EWS address that an Autodiscover endpoint told for a mailbox not long ago. */
  endpoint(organization: string, asked: EndpointKey, now: Instant): string | undefined;
  keepEndpoint(organization: string, asked: EndpointKey, url: string, now: Instant): void;
  /** Forgets an address that did not answer. */
  forgetEndpoint(organization: string, url: string): void;
  /** Forgets what an organisation holds. */
  clear(organization: string): void;
}

/** Which Autodiscover endpoint was asked for which mailbox. */
export interface EndpointKey {
  readonly endpoint: string;
  readonly mailbox: string;
}

interface KnownEndpoint {
  readonly url: string;
  readonly since: Instant;
}

const mostEntries = 1_000;
const endpointLifeMs = 600_000;

/** An empty cache, which never holds more than a thousand tokens and as many addresses: the oldest go first. */
export function createDelegationCache(): DelegationCache {
  const tokens = new Map<string, DelegationToken>();
  const endpoints = new Map<string, KnownEndpoint>();
  const tokenKey = ({ organization, issuedTo, user, target, offer }: DelegationKey): string =>
    keyOf(organization, issuedTo, user, target.toLowerCase(), offer);
  const endpointKey = (organization: string, { endpoint, mailbox }: EndpointKey): string =>
    keyOf(organization, endpoint, mailbox.toLowerCase());
  return {
    token(key, now) {
      const held = tokens.get(tokenKey(key));
      // A clock that was set back makes what it has seen come to be unknown again.
      if (held === undefined || now < held.obtained) return undefined;
      return (held.expires - now) * 5 < held.expires - held.obtained ? undefined : held;
    },
    keepToken: (key, token) => keep(tokens, tokenKey(key), token),
    endpoint(organization, asked, now) {
      const known = endpoints.get(endpointKey(organization, asked));
      return known === undefined || now < known.since || now >= known.since + endpointLifeMs ? undefined : known.url;
    },
    keepEndpoint: (organization, asked, url, now) => keep(endpoints, endpointKey(organization, asked), { url, since: now }),
    forgetEndpoint(organization, url) {
      for (const [key, known] of endpoints) if (known.url === url && key.startsWith(keyOf(organization, ''))) endpoints.delete(key);
    },
    clear(organization) {
      for (const held of [tokens, endpoints]) {
        for (const key of held.keys()) if (key.startsWith(keyOf(organization, ''))) held.delete(key);
      }
    },
  };
}

/** None of the parts has a line end in it. */
function keyOf(...parts: readonly string[]): string {
  return parts.join('\n');
}

function keep<T>(held: Map<string, T>, key: string, value: T): void {
  held.delete(key);
  held.set(key, value);
  for (const oldest of held.keys()) {
    if (held.size <= mostEntries) break;
    held.delete(oldest);
  }
}
