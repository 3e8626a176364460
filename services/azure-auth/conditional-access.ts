import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { readScope, resolveResource } from '../../shared/bridges/authority/resources.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import {
  type ConditionalAccess,
  type ConditionalAccessPolicy,
  conditionalAccess,
  conditionalAccessPolicies,
} from '../../shared/domain/trust/conditional-access-policies.ts';
import { graphAppId } from '../../shared/domain/trust/well-known.ts';
import type { AzureAuthContext } from './context.ts';
import { localNames } from './resource.ts';
import type { Purpose } from './sign-ins.ts';

/** A user who asks for a token of a resource, and how they have signed in. */
export interface AccessAsked {
  readonly user: Recipient;
  readonly amr: readonly string[];
  readonly resourceAppId: string;
  /** Stands for the OAuth error of the numbers. */
  readonly error?: string;
}

/**
 * Judges by the tenant's policies whether a user may have a token; throws the refusal: 53003 where a policy blocks,
 * 50076 where one demands a second factor that was not shown, each with the policy in `claims`. Check
 * `user.conditional-access`.
 */
export function judgeConditionalAccess(judgement: Judgement, settings: Settings, { user, amr, resourceAppId, error }: AccessAsked): void {
  const policies = conditionalAccessPolicies.all(settings);
  if (policies.length === 0) return;
  const found = conditionalAccess(policies, user.guid, resourceAppId);
  const facts = { expected: 'no policy against it', actual: told(found), reference: 'learn.microsoft.com, Conditional Access' };
  if (found.is === 'blocked' || (found.is === 'mfa' && !amr.includes('mfa'))) {
    const values = { resource: resourceAppId, claims: claimsFor(found.policy), ...(error === undefined ? {} : { error }) };
    judgement.refuse('user.conditional-access', facts, found.is === 'blocked' ? '53003' : '50076', values);
  }
  judgement.pass('user.conditional-access', facts);
}

/** Whether a user has to show a second factor for what they sign in for: by themselves, or by a policy. */
export async function needsSecondFactor(context: AzureAuthContext, tenant: string, user: Recipient, purpose: Purpose): Promise<boolean> {
  if (user.mfa) return true;
  const settings = await context.settings(tenant);
  const policies = conditionalAccessPolicies.all(settings);
  if (policies.length === 0) return false;
  return conditionalAccess(policies, user.guid, await resourceOf(context, settings, purpose)).is === 'mfa';
}

/** Application id of the resource that a sign-in is for. */
export async function resourceOf(context: AzureAuthContext, settings: Settings, purpose: Purpose): Promise<string> {
  const { request } = purpose;
  const scope = readScope(request.scope);
  const text = request.resource ?? ('problem' in scope ? undefined : scope.resource);
  if (text === undefined) return graphAppId;
  const names = localNames(await context.organizations(), context.publishedPorts());
  return resolveResource(settings, text, names)?.principal.appId ?? graphAppId;
}

function told(found: ConditionalAccess): string {
  return found.is === 'granted' ? 'none in force is about it' : `'${found.policy.DisplayName}': ${found.is}`;
}

/** Observed: answers of the service in AzureAD/microsoft-authentication-library-for-js issue 5491 and many logs. */
function claimsFor({ Id }: ConditionalAccessPolicy): string {
  return JSON.stringify({ access_token: { capolids: { essential: true, values: [Id] } } });
}
