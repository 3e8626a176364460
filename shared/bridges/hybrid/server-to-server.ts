import { type AuthServer, authServers } from '../../domain/trust/auth-servers.ts';
import type { ExchangeCertificate } from '../../domain/trust/exchange-certificates.ts';
import { acsAppId } from '../../domain/trust/well-known.ts';
import type { BearerChallenge } from '../../protocols/oauth/challenge.ts';
import { askForChallenge, requestToken } from '../../protocols/oauth/client.ts';
import { type OuterUser, outerToken, selfIssuedAssertion } from '../authority/issue.ts';
import { dialing, type OutboundCredential, type OutboundParty, signingCertificate, tokenOf } from './party.ts';
import { hybridRefusal } from './refusals.ts';

/**
 * The server-to-server flow of MS-SPS2SAUTH as a caller: an empty Bearer asks `url` whom it trusts, a self-issued
 * assertion gets the organisation's token for that host from the trusted issuer, and an unsigned outer token names the
 * user (undefined: the organisation speaks for itself). Refuses with {@link HybridRefusalCode}; the dialer's refusals
 * pass through.
 */
export async function serverToServerCredential(
  party: OutboundParty,
  url: string,
  user: OuterUser | undefined,
): Promise<OutboundCredential> {
  const { host } = new URL(url);
  const signer = signingCertificate(party);
  const { clientId, issuer, realm } = await trustedIssuer(party, url);
  const resource = `${clientId}/${host}@${realm}`;
  const cached = party.tokens.get(party.organization.name, resource, party.at);
  const actor =
    cached?.token ?? (await freshToken(party, { issuer, realm, resource, appId: signer.serviceName, signer: signer.certificate }));
  party.tell?.(cached === undefined ? `obtained a token for ${resource}` : `the token for ${resource} is in the cache`);
  const appId = signer.serviceName;
  const token = user === undefined ? actor : outerToken({ appId, realm, audience: resource, user, actorToken: actor, at: party.at });
  return { authorization: `Bearer ${token}`, resource, fromCache: cached !== undefined };
}

interface Issuer {
  readonly clientId: string;
  readonly issuer: AuthServer;
  readonly realm: string;
}

/** The issuer that both sides trust, by the other side's challenge. */
async function trustedIssuer(party: OutboundParty, url: string): Promise<Issuer> {
  const challenge = await challengeOf(party, url);
  const known = authServers.all(party.settings).filter(({ Enabled, Type }) => Enabled && Type === 'MicrosoftACS');
  for (const entry of challenge.trustedIssuers) {
    const { id, realm } = entryOf(entry);
    const issuer = known.find((one) => one.IssuerIdentifier === id && (realm === '*' || one.Realm === '' || one.Realm === realm));
    if (issuer !== undefined) return { clientId: challenge.clientId, issuer, realm: realm === '*' ? issuer.Realm : realm };
  }
  throw hybridRefusal('issuer-not-trusted', notConfigured(challenge));
}

async function challengeOf(party: OutboundParty, url: string): Promise<BearerChallenge> {
  const { host } = new URL(url);
  const { tokens, organization, at } = party;
  const known = tokens.challenge(organization.name, host, at);
  if (known !== undefined) {
    party.tell?.(`${host} has said not long ago that it trusts ${known.trustedIssuers.join(', ')}`);
    return known;
  }
  const { challenge, status } = await askForChallenge(party.dialer, url, dialing(party));
  if (challenge === undefined)
    throw hybridRefusal('no-challenge', `The server at ${host} answered ${status} to an empty Bearer, without a Bearer challenge.`);
  tokens.keepChallenge(organization.name, host, challenge, at);
  party.tell?.(`${host} trusts ${challenge.trustedIssuers.join(', ')}`);
  return challenge;
}

function entryOf(entry: string): { readonly id: string; readonly realm: string } {
  const at = entry.lastIndexOf('@');
  return at < 0 ? { id: entry, realm: '*' } : { id: entry.slice(0, at), realm: entry.slice(at + 1) };
}

function notConfigured({ trustedIssuers }: BearerChallenge): string {
  return `The trusted issuers contained the following entries '${trustedIssuers.join(',')}'. None of them are configured locally.`;
}

async function freshToken(
  party: OutboundParty,
  asked: {
    readonly issuer: AuthServer;
    readonly realm: string;
    readonly resource: string;
    readonly appId: string;
    readonly signer: ExchangeCertificate;
  },
): Promise<string> {
  const { issuer, realm, resource, appId, signer } = asked;
  const endpoint = issuer.TokenIssuingEndpoint;
  const audience = `${acsAppId}/${new URL(endpoint).host}@${realm}`;
  const assertion = await selfIssuedAssertion({ appId, realm, certificate: signer, audience, at: party.at });
  const answer = await requestToken(
    party.dialer,
    endpoint,
    { grant_type: 'http://oauth.net/grant_type/jwt/1.0/bearer', assertion, resource, realm },
    { ...dialing(party), clientRequestId: party.identifiers.guid() },
  );
  const { token, expiresInSeconds } = tokenOf(answer, endpoint);
  const expires = party.at + expiresInSeconds * 1_000;
  party.tokens.put(party.organization.name, resource, { token, obtained: party.at, expires });
  return token;
}
