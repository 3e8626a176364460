import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBasicHeader } from '../../shared/bridges/access/basic-credentials.ts';
import { authenticateClient, type ClientCredentials } from '../../shared/bridges/authority/clients.ts';
import { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { type EndpointVersion, isTenant, readTenantSegment, type Tenant } from '../../shared/bridges/authority/urls.ts';
import { organizationConfig } from '../../shared/domain/organization/organization-config.ts';
import { type ServicePrincipal, servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import { shorten } from '../../shared/kernel/checklist.ts';
import { guidToBytes, parseGuid } from '../../shared/kernel/ids.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { isTokenEndpoint } from './endpoint-spellings.ts';
import { beginAnswer, sendRefusal } from './failures.ts';
import { judgeParameters } from './form.ts';
import type { Grant, TokenBody, TokenRequest } from './grants/grant.ts';
import { grants } from './grants/index.ts';
import { sendIssued } from './issued.ts';
import { activeKey } from './signer.ts';

/** `POST /{tenant}/oauth2/v2.0/token` and, with `version` 1, `/{tenant}/oauth2/token`. */
export async function postToken(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
  version: EndpointVersion,
): Promise<FastifyReply> {
  const visit = visitOf(request);
  visit.exchange.note({ operation: 'token' });
  const judgement = new Judgement();
  let form: ReadonlyMap<string, string> = new Map();
  let body: TokenBody;
  try {
    form = judgeParameters(judgement, request);
    const asked: TokenRequest = { context, visit, organizations: await context.organizations(), version, form, judgement };
    const { tenant } = request.params as { readonly tenant: string };
    body = await answer(asked, tenant, request.headers.authorization);
  } catch (error) {
    const ids = beginAnswer(context, request, reply, form.get('client-request-id'));
    return sendRefusal(request, reply, { error, judgement, ids });
  }
  beginAnswer(context, request, reply, form.get('client-request-id'));
  visit.exchange.judged(judgement.verdict);
  return sendIssued(context, request, reply, version === 1 ? inStrings(body) : body);
}

/** Who asks, where, for what: each step refuses what it does not find. */
async function answer(request: TokenRequest, segment: string, authorization: string | undefined): Promise<TokenBody> {
  const { context, visit } = request;
  const grant = judgeGrantType(request);
  visit.exchange.note({ operation: grant.name });
  const { clientId, ...credentials } = shownCredentials(request, authorization);
  visit.exchange.note({ caller: shorten(clientId) });
  const tenant = await judgeTenant(request, segment, grant);
  visit.exchange.note({ organization: tenant.name });
  const settings = await context.settings(tenant.name);
  const client = judgeClient(request, tenant, servicePrincipals.get(settings, clientId), clientId);
  const at = visit.instant;
  const authentication = await authenticateClient(request.judgement, client, credentials, {
    at,
    ...(grant.unproved === undefined ? {} : { unproved: grant.unproved }),
    isEndpoint: (audience) => isTokenEndpoint(audience, tenant, visit.authority),
    ...(organizationConfig(settings).StrictTokenReplay ? { seen: context.assertions } : {}),
  });
  const tokenId = guidToBytes(context.identifiers.guid()).toString('base64url');
  const ground = { signer: await activeKey(context), tenant, at, tokenId };
  return grant.answer({ ...request, tenant, settings, client, authentication, ground });
}

function judgeGrantType({ judgement, form }: TokenRequest): Grant {
  const name = form.get('grant_type');
  if (name === undefined) return missing(judgement, 'grant_type');
  const grant = grants.get(name);
  const facts = { expected: [...grants.keys()].join(' '), actual: name };
  if (grant === undefined) return judgement.refuse('request.grant-type', facts, '70003', { grantType: name });
  judgement.pass('request.grant-type', facts);
  for (const parameter of grant.required) if (!form.has(parameter)) missing(judgement, parameter);
  judgement.pass('request.parameters');
  return grant;
}

function missing(judgement: Judgement, name: string): never {
  return judgement.refuse('request.parameters', { expected: name, actual: 'nothing' }, '900144', { name });
}

/** RFC 6749 section 2.3.1: in the body, or as user name and password of a Basic header, form-encoded there. */
function shownCredentials({ judgement, form }: TokenRequest, authorization: string | undefined): ClientCredentials & { clientId: string } {
  const inBody = {
    secret: form.get('client_secret'),
    assertion: form.get('client_assertion'),
    assertionType: form.get('client_assertion_type'),
  };
  const basic = authorization === undefined || inBody.secret !== undefined ? undefined : readBasicHeader(authorization);
  if (typeof basic === 'string') return judgement.refuse('client.header', { expected: 'Basic', actual: basic }, '9002313');
  const named = basic === undefined ? undefined : formDecoded(basic.userName);
  const clientId = form.get('client_id') ?? named;
  if (clientId === undefined) return missing(judgement, 'client_id');
  if (named !== undefined && named.toLowerCase() !== clientId.toLowerCase()) {
    judgement.refuse('client.header', { expected: clientId, actual: named }, '9002313');
  }
  const secret = basic === undefined ? inBody.secret : formDecoded(basic.password);
  return {
    clientId,
    ...(secret === undefined ? {} : { secret }),
    ...(inBody.assertion === undefined ? {} : { assertion: inBody.assertion }),
    ...(inBody.assertionType === undefined ? {} : { assertionType: inBody.assertionType }),
  };
}

/** Clients that leave the encoding out are understood as well, where the text is no encoding. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The tenant of the path; at `common` and `organizations` the one that the grant tells of, or else the client's own. */
async function judgeTenant(request: TokenRequest, segment: string, grant: Grant): Promise<Tenant> {
  const { judgement, organizations } = request;
  const read = readTenantSegment(organizations, segment);
  const facts = { expected: 'a tenant, by id or domain', actual: segment };
  if (read === undefined) {
    const isName = parseGuid(segment) !== undefined || /^[\w-]+(?:\.[\w-]+)+$/.test(segment) || segment.toLowerCase() === 'consumers';
    return judgement.refuse('tenant.known', facts, isName ? '90002' : '900023', { tenant: segment });
  }
  const tenant =
    read.kind === 'tenant' ? read.tenant : grant.tenantOf && ((await grant.tenantOf(request)) ?? (await tenantOfClient(request)));
  if (tenant === undefined) return judgement.refuse('tenant.known', facts, '50059', { tenant: segment });
  judgement.pass('tenant.known', { ...facts, actual: tenant.tenantId });
  return tenant;
}

async function tenantOfClient({ context, organizations, form }: TokenRequest): Promise<Tenant | undefined> {
  for (const organization of organizations.all.filter(isTenant)) {
    const client = servicePrincipals.get(await context.settings(organization.name), form.get('client_id') ?? '');
    if (client !== undefined) return organization;
  }
  return undefined;
}

function judgeClient(
  { judgement }: TokenRequest,
  tenant: Tenant,
  client: ServicePrincipal | undefined,
  clientId: string,
): ServicePrincipal {
  const facts = { expected: `an application of ${tenant.name}`, actual: clientId };
  const values = { client: clientId, tenant: tenant.tenantId };
  if (client === undefined) return judgement.refuse('client.exists', facts, '700016', values);
  judgement.pass('client.exists', facts);
  if (!client.accountEnabled) return judgement.refuse('client.enabled', { actual: 'disabled' }, '7000112', values);
  judgement.pass('client.enabled');
  return client;
}

/** The v1 endpoint sends every number as a string. */
function inStrings(body: TokenBody): TokenBody {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
}
