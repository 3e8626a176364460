import type { FastifyReply, FastifyRequest } from 'fastify';
import { claimText, judgeForm, judgeLifetime, judgeReplay, judgeSignature } from '../../shared/bridges/authority/clients.ts';
import { issueActorToken } from '../../shared/bridges/authority/issue.ts';
import { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { resolveResource } from '../../shared/bridges/authority/resources.ts';
import { findTenant, type Tenant } from '../../shared/bridges/authority/urls.ts';
import { organizationConfig } from '../../shared/domain/organization/organization-config.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { type ServicePrincipal, servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';
import { type EntraErrorCode, entraErrors } from '../../shared/protocols/oauth/entra-errors.ts';
import type { Jwt } from '../../shared/protocols/oauth/jwt.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { isAcsAudience } from './endpoint-spellings.ts';
import { beginAnswer, sendRefusal, type Wording } from './failures.ts';
import { judgeParameters } from './form.ts';
import { sendIssued } from './issued.ts';
import { localNames } from './resource.ts';
import { activeKey } from './signer.ts';

const bearerGrant = 'http://oauth.net/grant_type/jwt/1.0/bearer';

/** One request to the server-to-server side. */
interface AcsCall {
  readonly context: AzureAuthContext;
  readonly request: FastifyRequest;
  readonly form: ReadonlyMap<string, string>;
  readonly judgement: Judgement;
}

/** `POST [/{tenant}]/tokens/OAuth/2` (dirkjanm/ROADtools): an assertion that an organisation signed itself, for an actor token. */
export async function postServerToServerToken(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { exchange } = visitOf(request);
  exchange.note({ operation: 'server-to-server' });
  const judgement = new Judgement();
  let body: Readonly<Record<string, string>>;
  try {
    const form = judgeParameters(judgement, request);
    body = await answer({ context, request, form, judgement });
  } catch (error) {
    return sendRefusal(request, reply, { error, judgement, ids: beginAnswer(context, request, reply), wording: classic });
  }
  beginAnswer(context, request, reply);
  exchange.judged(judgement.verdict);
  return sendIssued(context, request, reply, body);
}

async function answer(call: AcsCall): Promise<Readonly<Record<string, string>>> {
  const { context, request, form, judgement } = call;
  const { instant: at, authority, exchange } = visitOf(request);
  const [assertion, asked] = judgeRequest(call);
  const tenant = await judgeRealm(call);
  exchange.note({ organization: tenant.name });
  const settings = await context.settings(tenant.name);
  const jwt = judgeForm(judgement, assertion);
  const client = judgeIssuer(call, jwt, tenant, settings);
  exchange.note({ caller: client.appId });
  const audience = { expected: 'this service', actual: claimText(jwt.claims['aud']), reference: 'MS-SPS2SAUTH, the self-issued token' };
  await judgeSignature(judgement, jwt, client.keyCredentials, at, { client: client.appId });
  if (!isAcsAudience(audience.actual, tenant, authority))
    judgement.refuse('assertion.audience', audience, '700023', { client: client.appId });
  judgement.pass('assertion.audience', audience);
  const until = judgeLifetime(judgement, jwt, at);
  if (organizationConfig(settings).StrictTokenReplay)
    await judgeReplay(judgement, jwt, { seen: context.assertions, until, at, client: client.appId });
  const resource = resolveResource(settings, asked, localNames(await context.organizations(), context.publishedPorts()));
  const wanted = {
    expected: 'appid/host@realm, the host among the service principal names',
    actual: asked,
    reference: 'servicePrincipalNames of the service principal',
  };
  if (resource === undefined || (resource.realm !== undefined && resource.realm.toLowerCase() !== tenant.tenantId)) {
    return judgement.refuse('resource.principal', wanted, '50001', { resource: asked, tenant: tenant.tenantId });
  }
  judgement.pass('resource.principal', wanted);
  const ground = { signer: await activeKey(context), tenant, at };
  const { token, expiresIn } = await issueActorToken(ground, { clientAppId: client.appId, audience: resource.audience });
  exchange.note({ detail: `issued for ${resource.audience}` });
  const seconds = Math.floor(at / 1_000);
  return {
    token_type: 'Bearer',
    expires_in: String(expiresIn),
    not_before: String(seconds),
    expires_on: String(seconds + expiresIn),
    resource: form.get('resource') ?? '',
    access_token: token,
  };
}

/** The assertion and the resource of a request that has both. */
function judgeRequest({ form, judgement }: AcsCall): readonly [assertion: string, resource: string] {
  const [assertion = '', resource = ''] = ['assertion', 'resource'].map((name) => form.get(name));
  const absent = ['grant_type', 'assertion', 'resource'].find((name) => !form.has(name));
  if (absent !== undefined) judgement.refuse('request.parameters', { expected: absent, actual: 'nothing' }, '900144', { name: absent });
  judgement.pass('request.parameters');
  const grantType = { expected: bearerGrant, actual: form.get('grant_type') ?? '' };
  if (grantType.actual !== bearerGrant) judgement.refuse('request.grant-type', grantType, '70003', { grantType: grantType.actual });
  judgement.pass('request.grant-type', grantType);
  return [assertion, resource];
}

/** The tenant of the path, or of the `realm` parameter; where both are given they must be one. */
async function judgeRealm({ context, request, form, judgement }: AcsCall): Promise<Tenant> {
  const organizations = await context.organizations();
  const { tenant: segment } = request.params as { readonly tenant?: string };
  const realm = form.get('realm');
  const named = segment ?? realm;
  if (named === undefined)
    return judgement.refuse('request.parameters', { expected: 'realm', actual: 'nothing' }, '900144', { name: 'realm' });
  const tenant = findTenant(organizations, named);
  const known = { expected: 'a tenant, by id or domain', actual: named };
  if (tenant === undefined) return judgement.refuse('tenant.known', known, '90002', { tenant: named });
  judgement.pass('tenant.known', { ...known, actual: tenant.tenantId });
  const fits = { expected: tenant.tenantId, actual: realm ?? 'nothing' };
  if (realm !== undefined && findTenant(organizations, realm) !== tenant)
    return judgement.refuse('request.realm', fits, '90023', { name: 'realm' });
  judgement.pass('request.realm', fits);
  return tenant;
}

/** The application that has signed: `appid@realm`, of this realm. */
function judgeIssuer({ judgement }: AcsCall, jwt: Jwt, tenant: Tenant, settings: Settings): ServicePrincipal {
  const text = claimText(jwt.claims['iss']);
  const [, id = '', realm = ''] = /^([0-9a-f-]{36})@([^@]{1,255})$/i.exec(text) ?? [];
  const facts = { expected: `appid@${tenant.tenantId}`, actual: text, reference: 'MS-SPS2SAUTH, the self-issued token' };
  const values = { client: id === '' ? text : id, tenant: tenant.tenantId };
  if (realm.toLowerCase() !== tenant.tenantId) return judgement.refuse('assertion.issuer', facts, '700021', values);
  judgement.pass('assertion.issuer', facts);
  const client = servicePrincipals.get(settings, id);
  if (client === undefined) return judgement.refuse('client.exists', { actual: id }, '700016', values);
  judgement.pass('client.exists', { actual: id });
  if (!client.accountEnabled) return judgement.refuse('client.enabled', { actual: 'disabled' }, '7000112', values);
  judgement.pass('client.enabled');
  return client;
}

/** What ACS says of every assertion that does not hold: two numbers, the second with the reason ("Resolve free/busy errors"). */
function classic({ code, values }: Refusal<EntraErrorCode>): Wording {
  if (!assertionCodes.has(code)) return { codes: [code] };
  const reason = entraErrors[code === '700027' ? '50012' : code].text(values);
  return { codes: ['70002', '50012'], description: `AADSTS70002: ${entraErrors['70002'].text(values)} AADSTS50012: ${reason}` };
}

const assertionCodes: ReadonlySet<EntraErrorCode> = new Set(['700021', '700023', '700024', '700027']);
