import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { acsAppId, ewsAccessAsUser, exchangeAppId } from '../../domain/trust/well-known.ts';
import { authenticationService } from '../../domain/world/vocabulary.ts';
import type { Instant } from '../../kernel/clock.ts';
import { parseGuid } from '../../kernel/ids.ts';
import { readJwt, signingCredential, signJwt } from '../../protocols/oauth/jwt.ts';
import { type DraftFacts, type ExpectedRefusal, expectedOf, type TokenDefect } from './defects/defect.ts';
import { assemble, type MintKind, type Part, type SigningPair, type TokenDraft } from './defects/draft.ts';
import { tokenDefects } from './defects/index.ts';
import {
  type IssuingGround,
  issueActorToken,
  issueAppToken,
  issueUserToken,
  type OuterUser,
  outerToken,
  selfIssuedAssertion,
} from './issue.ts';
import { type MintGround, type MintOrder, mintRefusal } from './mint-ground.ts';
import { actorAppId, certificateOf, clientOf, otherTenantId, receiverOf, signerOf, somebody, tenantOf, userOf } from './mint-parties.ts';
import { isTenant, type Tenant } from './urls.ts';

/** A token, and what is wrong with it. */
export interface MintedToken {
  readonly token: string;
  readonly at: Instant;
  readonly defect?: TokenDefect;
  readonly expected?: ExpectedRefusal & { readonly text?: string };
}

/** A good token, what it was made of, and the key of whoever issued it. */
interface GoodToken {
  readonly token: string;
  readonly at: Instant;
  readonly issuer: SigningPair;
  readonly tenant: Tenant;
  readonly host: string;
  readonly user: Recipient | undefined;
}

/**
 * Mints a token as the authentication service issues it, or an assertion as a client makes it: with the real keys of
 * the lab, for anybody, without asking anybody. With a defect, it is that and nothing else that is wrong with it.
 * Refuses with {@link MintRefusalCode}.
 */
export async function mintToken(order: MintOrder, ground: MintGround): Promise<MintedToken> {
  const receiver = receiverOf(ground, order);
  const defect = order.defect === undefined ? undefined : defectOf(order.defect, order.kind, receiver);
  const good = await makers[order.kind](order, ground, receiver);
  if (defect === undefined && order.lifetimeMs === undefined) return { token: good.token, at: good.at };
  const { draft, facts } = await draftOf(order, ground, { receiver, good, defect });
  if (order.lifetimeMs !== undefined) setLifetime(draft, good.at, order.lifetimeMs);
  defect?.spoil(draft, facts);
  const token = assemble(draft, facts.keys);
  if (defect === undefined) return { token, at: good.at };
  const { text, ...expected } = expectedOf(defect, order.kind, receiver.kind);
  const told = typeof text === 'function' ? text(facts) : text;
  return { token, at: good.at, defect, expected: { ...expected, ...(told === undefined ? {} : { text: told }) } };
}

/** The same for the good twin of a defect: what is closest to it and still accepted. */
export async function mintTwin(order: MintOrder & { readonly defect: string }, ground: MintGround): Promise<MintedToken> {
  const receiver = receiverOf(ground, order);
  const { twin } = defectOf(order.defect, order.kind, receiver);
  const good = await makers[order.kind](order, ground, receiver);
  if (twin === undefined) return { token: good.token, at: good.at };
  const { draft, facts } = await draftOf(order, ground, { receiver, good, defect: undefined });
  twin(draft, facts);
  return { token: assemble(draft, facts.keys), at: good.at };
}

function defectOf(slug: string, kind: MintKind, receiver: Organization): TokenDefect {
  const found = tokenDefects.find((one) => one.slug === slug);
  if (found === undefined)
    throw mintRefusal('unknown-defect', `there is no defect ${JSON.stringify(slug)}: coexist token defects lists them`);
  const { kinds, place } = found;
  if (!kinds.includes(kind)) throw mintRefusal('defect-not-applicable', `${slug} is a defect of ${kinds.join(', ')}, not of ${kind}`);
  if (place !== undefined && place !== receiver.kind) {
    throw mintRefusal(
      'defect-not-applicable',
      `${slug} is a defect for organisations of the kind ${place}, and ${receiver.name} is ${receiver.kind}`,
    );
  }
  return found;
}

type Maker = (order: MintOrder, ground: MintGround, receiver: Organization) => Promise<GoodToken>;

const makers: Readonly<Record<MintKind, Maker>> = {
  's2s-act-as': makeActAs,
  's2s-app': makeActor,
  user: makeUserToken,
  app: makeAppToken,
  assertion: makeAssertion,
  'client-assertion': makeClientAssertion,
};

async function issuing(order: MintOrder, ground: MintGround, receiver: Organization): Promise<IssuingGround & { readonly tenant: Tenant }> {
  const [signer, tenant] = await Promise.all([signerOf(ground, order), tenantOf(ground, order, receiver)]);
  return { signer, tenant, at: order.at ?? ground.now(authenticationService) };
}

async function makeActor(order: MintOrder, ground: MintGround, receiver: Organization): Promise<GoodToken> {
  const issue = await issuing(order, ground, receiver);
  const { audience, host } = serverAudience(order.resource, receiver, issue.tenant);
  const { token } = await issueActorToken(issue, { clientAppId: await actorAppId(ground, order, issue.tenant), audience });
  return { token, at: issue.at, issuer: issue.signer, tenant: issue.tenant, host, user: undefined };
}

async function makeActAs(order: MintOrder, ground: MintGround, receiver: Organization): Promise<GoodToken> {
  const user = await userOf(ground, order, receiver);
  const actor = await makeActor(order, ground, receiver);
  const { at, tenant } = actor;
  const appId = await actorAppId(ground, order, tenant);
  const { audience } = serverAudience(order.resource, receiver, tenant);
  const named = assertedUser(user, receiver);
  return { ...actor, user, token: outerToken({ appId, realm: tenant.tenantId, audience, user: named, actorToken: actor.token, at }) };
}

/** On-premises a user is known by the SID, in a tenant by the network id (interoperability; not published). */
function assertedUser(user: Recipient, receiver: Organization): OuterUser {
  const id = isTenant(receiver)
    ? { nameid: user.netId, nii: 'urn:federation:MicrosoftOnline' }
    : { nameid: user.sid, nii: 'urn:office:idp:activedirectory' };
  return { ...id, ...(user.userPrincipalName === null ? {} : { upn: user.userPrincipalName }), smtp: user.primaryAddress };
}

async function makeUserToken(order: MintOrder, ground: MintGround, receiver: Organization): Promise<GoodToken> {
  const issue = await issuing(order, ground, receiver);
  const client = await clientOf(ground, order, issue.tenant);
  const user = await userOf(ground, order, issue.tenant);
  const granted = client.permissionGrants.filter(({ resource }) => resource === exchangeAppId).flatMap(({ scopes }) => scopes);
  const scopes = granted.length === 0 ? [ewsAccessAsUser] : granted;
  const audience = order.resource ?? `https://${receiver.hosts.web}`;
  const { token } = await issueUserToken(issue, { client, user, audience, scopes, amr: ['pwd'] });
  return { token, at: issue.at, issuer: issue.signer, tenant: issue.tenant, host: receiver.hosts.web, user };
}

async function makeAppToken(order: MintOrder, ground: MintGround, receiver: Organization): Promise<GoodToken> {
  const issue = await issuing(order, ground, receiver);
  const client = await clientOf(ground, order, issue.tenant);
  const roles = client.appRoleAssignments.filter(({ resource }) => resource === exchangeAppId).map(({ role }) => role);
  const audience = order.resource ?? `https://${receiver.hosts.web}`;
  const { token } = await issueAppToken(issue, { client, clientAuthentication: '1', audience, roles });
  return { token, at: issue.at, issuer: issue.signer, tenant: issue.tenant, host: receiver.hosts.web, user: undefined };
}

async function makeAssertion(order: MintOrder, ground: MintGround, receiver: Organization): Promise<GoodToken> {
  const tenant = await tenantOf(ground, order, receiver);
  const { pair, at } = await certificateOf(ground, order, tenant);
  const realm = tenant.tenantId;
  const host = 'accounts.accesscontrol.windows.net';
  const audience = order.resource ?? `${acsAppId}/${host}@${realm}`;
  const token = await selfIssuedAssertion({ appId: await actorAppId(ground, order, tenant), realm, certificate: pair, audience, at });
  return { token, at, issuer: pair, tenant, host, user: undefined };
}

/** Life of a client assertion, as MSAL makes it. */
const clientAssertionSeconds = 600;

/** `client_assertion` of RFC 7523, signed with an organisation's Auth certificate: what a dedicated hybrid application does. */
async function makeClientAssertion(order: MintOrder, ground: MintGround, receiver: Organization): Promise<GoodToken> {
  const tenant = await tenantOf(ground, order, receiver);
  const { pair, at } = await certificateOf(ground, order, tenant);
  const { appId } = await clientOf(ground, order, tenant);
  const host = 'login.microsoftonline.com';
  const seconds = Math.floor(at / 1_000);
  const claims = {
    aud: order.resource ?? `https://${host}/${tenant.tenantId}/oauth2/v2.0/token`,
    iss: appId,
    sub: appId,
    jti: `${seconds}-${pair.x5t}`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + clientAssertionSeconds,
  };
  const token = await signJwt(claims, signingCredential(pair.certificate, pair.privateKey));
  return { token, at, issuer: pair, tenant, host, user: undefined };
}

/** `appid/host@realm` for a host, or an audience that is written out. */
function serverAudience(
  resource: string | undefined,
  receiver: Organization,
  tenant: Tenant,
): { readonly audience: string; readonly host: string } {
  const [, id = ''] = /^([^/@]+)[/@]/.exec(resource ?? '') ?? [];
  if (resource !== undefined && parseGuid(id) !== undefined) {
    return { audience: resource, host: /\/([^/@]+)@/.exec(resource)?.[1] ?? receiver.hosts.web };
  }
  const host = resource === undefined ? receiver.hosts.web : (/^https:\/\/([^/]+)/i.exec(resource)?.[1] ?? resource);
  return { audience: `${exchangeAppId}/${host}@${tenant.tenantId}`, host };
}

async function draftOf(
  { kind }: MintOrder,
  ground: MintGround,
  { receiver, good, defect }: { readonly receiver: Organization; readonly good: GoodToken; readonly defect: TokenDefect | undefined },
): Promise<{ readonly draft: TokenDraft; readonly facts: DraftFacts }> {
  const whole = partOf(good.token);
  const { actortoken, ...outerClaims } = whole.claims;
  const isActAs = kind === 's2s-act-as';
  const unchanged = (token: string): string => token;
  const signed = isActAs ? partOf(String(actortoken)) : whole;
  const outer: Part | undefined = isActAs ? { ...whole, claims: outerClaims, signer: 'nobody' } : undefined;
  const needs = defect?.needs;
  const { at, tenant, host, user, issuer } = good;
  const facts: DraftFacts = {
    ...{ at, host, organization: receiver, tenantId: tenant.tenantId, otherTenantId: otherTenantId(ground, tenant) },
    user,
    keys: { issuer, stranger: await ground.stranger() },
    others: needs === undefined ? {} : { [needs]: await somebody(ground, receiver, needs, user) },
  };
  return { draft: { kind, signed, outer, touch: unchanged, finish: unchanged }, facts };
}

function partOf(token: string): Part {
  const jwt = readJwt(token);
  if ('problem' in jwt) throw new Error(`defect: a good token cannot be read: ${jwt.problem}`);
  return { header: { ...jwt.header }, claims: { ...jwt.claims }, signer: 'issuer' };
}

/** Ends a token, and the one around it, so long after its issue. Times are written as they were. */
function setLifetime({ signed, outer }: TokenDraft, at: Instant, lifetimeMs: number): void {
  const end = Math.floor((at + lifetimeMs) / 1_000);
  for (const { claims } of [signed, ...(outer === undefined ? [] : [outer])]) {
    claims['exp'] = typeof claims['exp'] === 'string' ? String(end) : end;
  }
}
