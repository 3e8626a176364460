import type { FastifyReply } from 'fastify';
import { issueIdToken } from '../../shared/bridges/authority/issue.ts';
import type { Tenant } from '../../shared/bridges/authority/urls.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import { servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';
import type { EntraErrorCode } from '../../shared/protocols/oauth/entra-errors.ts';
import type { AuthorizationRequest, ReplyTarget } from './authorization-request.ts';
import { type BrowserVisit, clientInfo, sendPage, tellError } from './browser-visit.ts';
import { judgeConditionalAccess, resourceOf } from './conditional-access.ts';
import { formPostPage } from './pages/sign-in-pages.ts';
import type { SignedIn } from './sign-ins.ts';
import { activeKey } from './signer.ts';
import { tenantNamed } from './user.ts';

/** Sends the browser back to the client with what it asked for. */
export async function answerAuthorization(visit: BrowserVisit, request: AuthorizationRequest, who: SignedIn): Promise<FastifyReply> {
  const { context, at } = visit;
  const { client, responseTypes, challenge, nonce, resource, redirectUri, scope } = request;
  const { tenant, user } = await judgeMembership(visit, request, who);
  const settings = await context.settings(tenant.name);
  const resourceAppId = await resourceOf(context, settings, { is: 'authorize', request });
  judgeConditionalAccess(visit.judgement, settings, { user, amr: who.amr, resourceAppId });
  const grant = {
    ...{ tenant: tenant.name, clientId: client.appId, user: user.guid, redirectUri, scope, amr: who.amr },
    ...(resource === undefined ? {} : { resource }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(nonce === undefined ? {} : { nonce }),
  };
  return carry(visit, request, {
    code: responseTypes.has('code') ? await context.pending.addCode(grant, at) : undefined,
    id_token: responseTypes.has('id_token') ? await idToken(visit, request, { tenant, user, amr: who.amr }) : undefined,
    client_info: request.wantsClientInfo ? clientInfo(user.guid, tenant.tenantId) : undefined,
    session_state: context.identifiers.guid(),
  });
}

/** Sends the browser back to the client with an error. */
export function answerRefusal(visit: BrowserVisit, target: ReplyTarget, refusal: Refusal<EntraErrorCode>): FastifyReply {
  const { error, error_description, claims } = tellError(visit, refusal).body;
  return carry(visit, target, { error: redirectErrors[refusal.code] ?? error, error_description, claims });
}

/** OpenID Connect has words of its own for what the token endpoint calls a bad grant (Core 3.1.2.6). */
const redirectErrors: Readonly<Partial<Record<EntraErrorCode, string>>> = {
  '50076': 'interaction_required',
  '53003': 'interaction_required',
};

interface Member {
  readonly tenant: Tenant;
  readonly user: Recipient;
}

/** Looks whether the user is still there and their tenant knows the client: the path may have named no tenant. */
async function judgeMembership({ context, judgement }: BrowserVisit, request: AuthorizationRequest, who: SignedIn): Promise<Member> {
  const tenant = present(tenantNamed(await context.organizations(), who.tenant), 'the tenant of a user');
  const { appId } = request.client;
  const user = await context.directory(tenant.name).byGuid(who.user);
  const values = { appId, user: who.user, tenant: tenant.domains[0] ?? tenant.tenantId };
  if (user?.enabled !== true)
    return judgement.refuse('user.enabled', { actual: user === undefined ? 'gone' : 'disabled' }, '50057', values);
  if (servicePrincipals.get(await context.settings(tenant.name), appId) === undefined) {
    return judgement.refuse('client.in-tenant', { expected: request.home.name, actual: tenant.name }, '700016', values);
  }
  judgement.pass('client.in-tenant', { actual: tenant.name });
  return { tenant, user };
}

async function idToken(
  visit: BrowserVisit,
  request: AuthorizationRequest,
  { tenant, user, amr }: Member & { readonly amr: readonly string[] },
): Promise<string> {
  const signer = await activeKey(visit.context);
  const { client, version, nonce } = request;
  return issueIdToken({ signer, tenant, at: visit.at }, { client, user, version, amr, ...(nonce === undefined ? {} : { nonce }) });
}

/** OAuth 2.0 Multiple Response Types 2.1; OAuth 2.0 Form Post Response Mode. */
function carry({ reply }: BrowserVisit, target: ReplyTarget, answer: Readonly<Record<string, string | undefined>>): FastifyReply {
  const { redirectUri, responseMode, state } = target;
  const given = Object.entries({ ...answer, state }).filter((field): field is [string, string] => field[1] !== undefined);
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
  if (responseMode === 'form_post') return sendPage(reply, formPostPage(redirectUri, Object.fromEntries(given)));
  const parameters = new URLSearchParams(given).toString();
  if (responseMode === 'fragment') return reply.code(302).header('location', `${redirectUri}#${parameters}`).send();
  const separator = redirectUri.includes('?') ? '&' : '?';
  return reply.code(302).header('location', `${redirectUri}${separator}${parameters}`).send();
}
