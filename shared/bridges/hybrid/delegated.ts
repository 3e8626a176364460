import type { Recipient } from '../../domain/directory/recipient.ts';
import { type Federation, federationOf } from '../../domain/trust/federated-organization.ts';
import { type OfferName, offerDurationMs } from '../../domain/trust/offers.ts';
import type { OrganizationRelationship } from '../../domain/trust/organization-relationships.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { dialMessage } from '../../net/dial-words.ts';
import type { CallResult } from '../../protocols/ews/client.ts';
import type { Contract } from '../../protocols/ews/contract-type.ts';
import { messages } from '../../protocols/ews/namespaces.ts';
import { requestSecurityToken, type SecurityTokenResult } from '../../protocols/wstrust/client.ts';
import type { TokenResponse } from '../../protocols/wstrust/response.ts';
import { tokenHeader, tokenHeaders } from '../../protocols/wstrust/token-headers.ts';
import { writeDelegationRequest } from '../authority/federation/on-behalf-of.ts';
import { callElsewhere } from './call-elsewhere.ts';
import type { DelegationToken } from './delegation-cache.ts';
import { type Discovered, discoverEws, isCallable, knownOrDiscovered } from './discover.ts';
import { federatedUser } from './federated-user.ts';
import { certificateInForce, dialing, type OutboundParty } from './party.ts';
import { hybridRefusal } from './refusals.ts';

const limits = { timeoutMs: 10_000, maxBytes: 1_048_576 };

/** What a request for free/busy information is for, wherever it goes: one token serves Autodiscover and EWS. */
const freeBusy: OfferName = 'MSExchange.SharingCalendarFreeBusy';

/**
 * A token by which a user of the organisation is known at the organisation whose ApplicationUri is `target`: one that is at
 * hand, or a new one from the security token service of the federation gateway (MS-OXWSLVID 3.3). Refuses with
 * `HybridRefusalCode`, for an unreachable service too.
 */
export async function delegationToken(
  party: OutboundParty,
  { target, offer, user }: { readonly target: string; readonly offer: OfferName; readonly user: Recipient },
): Promise<DelegationToken & { readonly fromCache: boolean }> {
  const federation = federationOf(party.settings);
  // Published: the text of ErrorOrganizationNotFederated (OfficeDev/ews-managed-api, `ServiceError.cs`).
  if (federation === undefined) throw hybridRefusal('federation-not-configured', 'Organization is not federated.');
  if (target === '') throw hybridRefusal('relationship-incomplete', 'The organization relationship has no TargetApplicationUri.');
  const asserted = federatedUser(federation.identifier, user);
  const { tokens, organization, at } = party;
  const issuedTo = `${federation.trust.ApplicationUri} ${federation.trust.TokenIssuerUri}`;
  const key = { organization: organization.name, issuedTo, user: `${user.guid} ${asserted.emailAddresses[0]}`, target, offer };
  const held = tokens.delegations.token(key, at);
  if (held !== undefined) {
    party.tell?.(`the token for ${target} is in the cache`);
    return { ...held, fromCache: true };
  }
  const { token, assertionId, proofKey, lifetime } = await freshToken(party, federation, { target, offer, user: asserted });
  const lifeMs = Math.min(lifetime.expires - lifetime.created, offerDurationMs(offer));
  const fresh = { token, assertionId, proofKey, obtained: at, expires: at + lifeMs };
  tokens.delegations.keepToken(key, fresh);
  party.tell?.(`obtained a token for ${target} as ${asserted.emailAddresses[0]}`);
  return { ...fresh, fromCache: false };
}

async function freshToken(
  party: OutboundParty,
  { trust }: Federation,
  asked: { readonly target: string; readonly offer: OfferName; readonly user: ReturnType<typeof federatedUser> },
): Promise<TokenResponse> {
  const { certificate, privateKey } = certificateInForce(party, trust.OrgCertificate);
  const { TokenIssuerUri: issuerUri, TokenIssuerEpr: tokenIssuerEpr, ApplicationUri: applicationUri } = trust;
  const request = { issuerUri, tokenIssuerEpr, applicationUri, certificate, privateKey, at: party.at, ids: party.identifiers, ...asked };
  if (!isCallable(tokenIssuerEpr)) throw hybridRefusal('issuer-unreadable', `TokenIssuerEpr is no https address: ${tokenIssuerEpr}`);
  const octets = writeDelegationRequest(request);
  let result: SecurityTokenResult;
  try {
    result = await requestSecurityToken(party.dialer, tokenIssuerEpr, octets, { ...dialing(party), ...limits });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw issuerUnreachable(tokenIssuerEpr, error);
  }
  if (result.is === 'token') return result.response;
  if (result.is === 'unreadable')
    throw hybridRefusal('issuer-unreadable', `${tokenIssuerEpr} answered ${result.status} without a token: ${result.detail}`);
  const { reason, subcode, error } = result;
  // The beginning is published ("Resolve free/busy errors"), as are the causes that the service names.
  const text = `Soap fault exception received. ${(error?.text ?? '') === '' ? reason : error?.text}`;
  throw hybridRefusal('delegation-token-refused', text.trim(), {
    ...(subcode === '' ? {} : { Subcode: subcode }),
    ...(error === undefined ? {} : { Status: error.status, Code: error.code }),
  });
}

/** Published (same page) for a server that does not answer, with a full stop; other causes are told in .NET's words. */
function issuerUnreachable(tokenIssuerEpr: string, refusal: Refusal): Refusal {
  const inner = dialMessage(refusal, new URL(tokenIssuerEpr).hostname) ?? refusal.detail ?? refusal.code;
  const text = `Failed to communicate with ${tokenIssuerEpr}., inner exception: ${inner.replace(/\.?$/, '.')}`;
  return hybridRefusal('issuer-unreachable', text, { DialRefusal: refusal.code });
}

/**
 * The EWS addresses, ending in `/WSSecurity`, at which mailboxes of the other organisation are asked for on behalf of a user:
 * `TargetSharingEpr`, where the relationship has one; else what `TargetAutodiscoverEpr` tells a caller with a token, unless
 * it has told so in the last ten minutes; or why there is none. Refuses with `HybridRefusalCode` where the relationship names
 * neither.
 */
export async function delegatedTargets(
  party: OutboundParty,
  relationship: OrganizationRelationship,
  mailboxes: readonly string[],
  user: Recipient,
  offer: OfferName = freeBusy,
): Promise<readonly Discovered[]> {
  const { Name, TargetSharingEpr, TargetAutodiscoverEpr: endpoint, TargetApplicationUri: target } = relationship;
  if (TargetSharingEpr !== '') {
    party.tell?.(`the organization relationship '${Name}' names the address ${TargetSharingEpr}`);
    return mailboxes.map(() => underWsSecurity(TargetSharingEpr));
  }
  if (endpoint === '')
    throw hybridRefusal(
      'relationship-incomplete',
      `The organization relationship '${Name}' has neither TargetAutodiscoverEpr nor TargetSharingEpr.`,
    );
  return knownOrDiscovered(party, endpoint, mailboxes, async (unknown) => {
    const { token } = await delegationToken(party, { target, offer, user });
    const told = await discoverEws(party, endpoint, unknown, { headers: [tokenHeader(token)] });
    return told.map((url) => (typeof url === 'string' ? underWsSecurity(url) : url));
  });
}

/**
 * Calls an operation of EWS in another organisation with a delegation token in `wsse:Security`: what
 * the token says of the user is the only credential. Refusals of the dialer pass through; an address that did not answer as EWS
 * is forgotten.
 *
 * @param url as {@link delegatedTargets} gave it
 */
export async function callDelegated<Request, Response>(
  party: OutboundParty,
  {
    url,
    token,
    contract,
    request,
  }: {
    readonly url: string;
    readonly token: DelegationToken['token'];
    readonly contract: Contract<Request, Response>;
    readonly request: Request;
  },
): Promise<CallResult<Response>> {
  const headers = tokenHeaders(`${messages}/${contract.name}`, url, token);
  return callElsewhere(party, { url, credentials: { is: 'anonymous' }, contract, request, headers });
}

function underWsSecurity(url: string): string {
  const trimmed = url.replace(/\/+$/, '');
  return /\/wssecurity$/i.test(trimmed) ? trimmed : `${trimmed}/WSSecurity`;
}
