import { issueIdToken, issueUserToken } from '../../shared/bridges/authority/issue.ts';
import { type AskedScope, defaultScope, type Resource, readScope } from '../../shared/bridges/authority/resources.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import { graphAppId } from '../../shared/domain/trust/well-known.ts';
import { judgeConditionalAccess } from './conditional-access.ts';
import type { GrantCall, TokenBody } from './grants/grant.ts';
import { judgeResource } from './resource.ts';
import { sealRefreshGrant } from './sealed-grant.ts';
import { passwordMark } from './user.ts';

/** A user who has signed in, and what is asked for in the user's name. */
export interface UserAnswer {
  readonly user: Recipient;
  readonly amr: readonly string[];
  /** For the v2 endpoint. */
  readonly scope: string | undefined;
  /** For the v1 endpoint. */
  readonly resource: string | undefined;
  readonly nonce?: string | undefined;
}

/** The tokens for a user, as far as there is consent. Checks `request.scope`, `resource.principal`, `user.conditional-access`, `resource.scopes`, `client.consent`. */
export async function answerForUser(call: GrantCall, answer: UserAnswer): Promise<TokenBody> {
  const { ground, client, authentication, version, form, tenant } = call;
  const { user, amr, nonce } = answer;
  const asked = version === 2 ? askedScope(call, answer.scope) : askedResource(call, answer.resource);
  const target = judgeResource(call, asked.resource ?? graphAppId);
  judgeConditionalAccess(call.judgement, call.settings, {
    user,
    amr,
    resourceAppId: target.principal.appId,
    // Observed: learn.microsoft.com "Microsoft identity platform and OAuth 2.0 On-Behalf-Of flow", error response example.
    ...(form.has('requested_token_use') ? { error: 'interaction_required' } : {}),
  });
  const permissions = judgeConsent(call, asked, target);
  const { audience } = target;
  const scopes = permissions.length > 0 ? permissions : asked.openId.filter((scope) => scope !== 'offline_access');
  const { token, expiresIn } = await issueUserToken(ground, {
    client,
    clientAuthentication: authentication,
    user,
    audience,
    scopes,
    amr,
  });
  call.visit.exchange.note({ detail: `issued for ${audience}` });
  const wantsId = version === 1 || asked.openId.includes('openid');
  const wantsRefresh = version === 1 || asked.openId.includes('offline_access');
  const issued = Math.floor(ground.at / 1_000);
  return {
    token_type: 'Bearer',
    scope: version === 2 ? scopeTold(asked, permissions) : permissions.join(' '),
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    ...(version === 1 ? { expires_on: issued + expiresIn, not_before: issued, resource: audience } : {}),
    access_token: token,
    ...(wantsRefresh ? { refresh_token: refreshTokenFor(call, answer) } : {}),
    ...(wantsId ? { id_token: await issueIdToken(ground, { client, user, version, amr, ...(nonce === undefined ? {} : { nonce }) }) } : {}),
    ...(form.get('client_info') === '1' ? { client_info: clientInfo(user.guid, tenant.tenantId) } : {}),
  };
}

function askedScope({ judgement }: GrantCall, text: string | undefined): AskedScope {
  if (text === undefined) {
    return judgement.refuse('request.parameters', { expected: 'scope', actual: 'nothing' }, '900144', { name: 'scope' });
  }
  const scope = readScope(text);
  const facts = { expected: 'permissions of one resource', actual: text };
  if ('problem' in scope) {
    return judgement.refuse('request.scope', facts, scope.problem === 'several-resources' ? '700022' : '70011', { scope: scope.scope });
  }
  judgement.pass('request.scope', facts);
  return scope;
}

/** The v1 endpoint knows no scopes: all that has been granted on the resource is asked for. */
function askedResource({ judgement }: GrantCall, resource: string | undefined): AskedScope {
  if (resource === undefined) {
    return judgement.refuse('request.parameters', { expected: 'resource', actual: 'nothing' }, '900144', { name: 'resource' });
  }
  return { resource, permissions: [defaultScope], openId: [] };
}

/** The permissions that were asked for, spelled as the resource does. With none asked (OpenID Connect alone) none is needed. */
function judgeConsent({ judgement, client }: GrantCall, asked: AskedScope, { principal }: Resource): readonly string[] {
  const { permissions } = asked;
  const granted = client.permissionGrants.filter(({ resource }) => resource === principal.appId).flatMap(({ scopes }) => scopes);
  const has = (names: readonly string[], name: string): string | undefined => names.find((one) => one.toLowerCase() === name.toLowerCase());
  const wanted = permissions[0] === defaultScope ? granted : permissions.map((name) => has(principal.scopes, name) ?? name);
  const unknown = wanted.find((name) => has(principal.scopes, name) === undefined);
  const offered = { expected: principal.scopes.join(' '), actual: wanted.join(' ') };
  if (unknown !== undefined) judgement.refuse('resource.scopes', offered, '70011', { scope: unknown });
  judgement.pass('resource.scopes', offered);
  const consent = {
    expected: wanted.join(' '),
    actual: granted.join(' '),
    reference: 'learn.microsoft.com, Microsoft Entra authentication and authorization error codes',
  };
  if (wanted.some((name) => has(granted, name) === undefined) || (permissions.length > 0 && wanted.length === 0)) {
    judgement.refuse('client.consent', consent, '65001', { client: client.appId, clientName: client.displayName });
  }
  judgement.pass('client.consent', consent);
  return wanted;
}

/** `scope` of the answer: permissions with their resource in front, as they were asked for. */
function scopeTold({ resource, permissions, openId }: AskedScope, granted: readonly string[]): string {
  const whole = permissions[0] === defaultScope ? [...granted, defaultScope] : granted;
  const named = whole.map((name) => (resource === undefined ? name : `${resource}/${name}`));
  return [...named, ...openId.filter((scope) => scope !== 'offline_access')].join(' ');
}

function refreshTokenFor({ tenant, client, ground, version }: GrantCall, { user, amr, scope, resource }: UserAnswer): string {
  const target = version === 2 ? (scope === undefined ? {} : { scope }) : resource === undefined ? {} : { resource };
  const grant = {
    tenant: tenant.name,
    clientId: client.appId,
    user: user.guid,
    ...target,
    amr,
    issued: ground.at,
    password: passwordMark(user),
  };
  return sealRefreshGrant(grant, ground.signer);
}

/** What MSAL keeps accounts by. */
function clientInfo(uid: string, utid: string): string {
  return Buffer.from(JSON.stringify({ uid, utid })).toString('base64url');
}
