import { createHash } from 'node:crypto';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { ExchangeCertificate } from '../../domain/trust/exchange-certificates.ts';
import type { ServicePrincipal } from '../../domain/trust/service-principals.ts';
import type { SigningKey } from '../../domain/trust/signing-keys.ts';
import { acsAppId, exchangeAppId } from '../../domain/trust/well-known.ts';
import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type SigningCredential, signingCredential, signJwt, unsignedJwt } from '../../protocols/oauth/jwt.ts';
import { type EndpointVersion, entraIssuer } from './urls.ts';

/** What every token of the authentication service is made on. */
export interface IssuingGround {
  /** The active key. */
  readonly signer: SigningKey;
  readonly tenant: Organization;
  readonly at: Instant;
  /** `uti`: tells tokens apart that are otherwise the same. Absent: taken from the claims. */
  readonly tokenId?: string;
}

/** A token and its life in seconds, as `expires_in` tells it. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresIn: number;
}

/** How the client proved itself (`appidacr`): not at all (a public client), by a secret, by a certificate. */
export type ClientAuthentication = '0' | '1' | '2';

/** `expires_in` that the Entra side tells for access tokens (learn.microsoft.com "OAuth 2.0 client credentials flow"). */
const accessTokenLifeSeconds = 3_599;
/** `expires_in` of ACS (dirkjanm/ROADtools). */
const actorTokenLifeSeconds = 86_399;
/** Life of an assertion that an organisation signs for itself, of Exchange (interoperability; not published). */
const assertionLifeSeconds = 600;
/** Life of a token in which an application speaks for a user (interoperability; not published). */
const outerTokenLifeSeconds = 8 * 3_600;

/** Role template that every user of a tenant has without being given any (`wids`). */
const defaultUserRole = 'b79fbf4d-3ef9-4689-8143-76b194e85509';

/** An access token for an application by itself: `idtyp` app, application roles, v1 claims ("Access token claims reference"). */
export function issueAppToken(
  ground: IssuingGround,
  asked: {
    readonly client: ServicePrincipal;
    readonly clientAuthentication: ClientAuthentication;
    readonly audience: string;
    readonly roles: readonly string[];
  },
): Promise<IssuedToken> {
  const { client, clientAuthentication, audience, roles } = asked;
  const issuer = entraIssuer(tenantIdOf(ground), 1);
  return issue(ground, accessTokenLifeSeconds, {
    aud: audience,
    iss: issuer,
    app_displayname: client.displayName,
    appid: client.appId,
    appidacr: clientAuthentication,
    idp: issuer,
    idtyp: 'app',
    oid: client.objectId,
    ...(roles.length === 0 ? {} : { roles }),
    sub: client.objectId,
  });
}

/** An access token for an application in the name of a user, v1 claims whatever the endpoint (same page). */
export function issueUserToken(
  ground: IssuingGround,
  asked: {
    readonly client: ServicePrincipal;
    readonly clientAuthentication?: ClientAuthentication;
    readonly user: Recipient;
    readonly audience: string;
    readonly scopes: readonly string[];
    /** `['pwd']`, `['pwd', 'mfa']` */
    readonly amr: readonly string[];
  },
): Promise<IssuedToken> {
  const { client, clientAuthentication = '0', user, audience, scopes, amr } = asked;
  return issue(ground, accessTokenLifeSeconds, {
    aud: audience,
    iss: entraIssuer(tenantIdOf(ground), 1),
    acct: 0,
    acr: '1',
    amr,
    app_displayname: client.displayName,
    appid: client.appId,
    appidacr: clientAuthentication,
    ...namesOf(user),
    idtyp: 'user',
    oid: user.guid,
    puid: user.netId,
    scp: scopes.join(' '),
    sub: pairwise(client, user),
    unique_name: user.userPrincipalName ?? user.primaryAddress,
    upn: user.userPrincipalName ?? user.primaryAddress,
    wids: [defaultUserRole],
  });
}

/** What tells a client who has signed in (OpenID Connect Core 2). */
export function issueIdToken(
  ground: IssuingGround,
  asked: {
    readonly client: ServicePrincipal;
    readonly user: Recipient;
    readonly version: EndpointVersion;
    readonly nonce?: string;
    readonly amr: readonly string[];
  },
): Promise<string> {
  const { client, user, version, nonce, amr } = asked;
  const userName = user.userPrincipalName ?? user.primaryAddress;
  const common = {
    aud: client.appId,
    iss: entraIssuer(tenantIdOf(ground), version),
    name: user.displayName,
    oid: user.guid,
    sub: pairwise(client, user),
    ...(nonce === undefined ? {} : { nonce }),
  };
  const more =
    version === 1
      ? { ...namesOf(user), amr, unique_name: userName, upn: userName }
      : { preferred_username: userName, email: user.primaryAddress };
  return issue(ground, accessTokenLifeSeconds, { ...common, ...more }, version).then(({ token }) => token);
}

/** An actor token: a client of ACS may act at one host of one organisation (MS-SPS2SAUTH). */
export async function issueActorToken(
  ground: IssuingGround,
  asked: { readonly clientAppId: string /** `appid/host@realm` */; readonly audience: string },
): Promise<IssuedToken> {
  const realm = tenantIdOf(ground);
  const seconds = Math.floor(ground.at / 1_000);
  const claims = {
    aud: asked.audience,
    iss: `${acsAppId}@${realm}`,
    nbf: String(seconds),
    exp: String(seconds + actorTokenLifeSeconds),
    nameid: `${asked.clientAppId}@${realm}`,
    identityprovider: `${acsAppId}@${realm}`,
  };
  return { token: await signJwt(claims, credentialOf(ground.signer)), expiresIn: actorTokenLifeSeconds };
}

/** The assertion by which an organisation's servers ask ACS for a token (dirkjanm/ROADtools `auth.py`). */
export function selfIssuedAssertion(assertion: {
  /** Exchange's own id, or the one that stands in for it. */
  readonly appId?: string;
  readonly realm: string;
  readonly certificate: Pick<ExchangeCertificate, 'certificate' | 'privateKey'>;
  /** `acsAppId/accounts.accesscontrol.windows.net@realm` */
  readonly audience: string;
  readonly at: Instant;
}): Promise<string> {
  const { appId = exchangeAppId, realm, certificate, audience, at } = assertion;
  const seconds = Math.floor(at / 1_000);
  const claims = {
    iss: `${appId}@${realm}`,
    aud: audience,
    nameid: `${appId}@${realm}`,
    iat: String(seconds),
    nbf: String(seconds),
    exp: String(seconds + assertionLifeSeconds),
  };
  return signJwt(claims, signingCredential(certificate.certificate, certificate.privateKey));
}

/** The token in which an application says for whom it acts; nobody signs it, the actor token inside is what counts (MS-XOAUTH). */
export function outerToken(token: {
  readonly appId: string;
  readonly realm: string;
  /** `appid/host@realm` */
  readonly audience: string;
  readonly user: OuterUser;
  readonly actorToken: string;
  readonly at: Instant;
}): string {
  const { appId, realm, audience, user, actorToken, at } = token;
  const seconds = Math.floor(at / 1_000);
  return unsignedJwt({
    iss: `${appId}@${realm}`,
    aud: audience,
    nbf: String(seconds),
    exp: String(seconds + outerTokenLifeSeconds),
    ...user,
    actortoken: actorToken,
  });
}

/** Claims by which the receiver finds the user; `nii` says which of them count. */
export interface OuterUser {
  readonly nameid?: string;
  readonly nii: string;
  readonly upn?: string;
  readonly smtp?: string;
  readonly sip?: string;
}

/** Signs claims with the times, the tenant and the token's own id added, as both kinds of Entra token have them. */
async function issue(ground: IssuingGround, lifeSeconds: number, claims: object, version: EndpointVersion = 1): Promise<IssuedToken> {
  const { signer, at } = ground;
  const seconds = Math.floor(at / 1_000);
  const dated = { ...claims, iat: seconds, nbf: seconds, exp: seconds + lifeSeconds, tid: tenantIdOf(ground) };
  const uti = ground.tokenId ?? createHash('sha256').update(JSON.stringify(dated)).digest().subarray(0, 16).toString('base64url');
  const all = { ...dated, uti, ver: version === 1 ? '1.0' : '2.0' };
  return { token: await signJwt(all, credentialOf(signer), { kid: signer.x5t }), expiresIn: lifeSeconds };
}

const credentials = new WeakMap<SigningKey, SigningCredential>();

function credentialOf(key: SigningKey): SigningCredential {
  const known = credentials.get(key) ?? signingCredential(key.certificate, key.privateKey);
  credentials.set(key, known);
  return known;
}

function tenantIdOf({ tenant }: IssuingGround): string {
  return present(tenant.tenantId, `the tenant id of ${tenant.name}`);
}

function namesOf(user: Recipient): object {
  const { givenName, surname } = user.details;
  return {
    ...(surname === undefined ? {} : { family_name: surname }),
    ...(givenName === undefined ? {} : { given_name: givenName }),
    name: user.displayName,
  };
}

/** `sub`: the same for one user and one application, another for the next application. */
function pairwise(client: ServicePrincipal, user: Recipient): string {
  return createHash('sha256').update(`${client.appId}/${user.guid}`).digest('base64url');
}
