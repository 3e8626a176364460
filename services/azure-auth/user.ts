import { createHash } from 'node:crypto';
import { isTenant, type Tenant } from '../../shared/bridges/authority/urls.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import type { Organizations } from '../../shared/domain/organization/registry.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { GrantCall } from './grants/grant.ts';

/** The tenant with an organisation's name, as grants keep it. */
export function tenantNamed(organizations: Organizations, name: string | undefined): Tenant | undefined {
  const organization = organizations.byName(name ?? '');
  return organization !== undefined && isTenant(organization) ? organization : undefined;
}

/**
 * Judges whether a grant is this client's and this tenant's; another client's is as good as none. Checks
 * `grant.tenant` (refused with `ofOtherTenant`), `grant.client`.
 */
export function judgeGrant(
  { judgement, tenant, client }: GrantCall,
  grant: { readonly tenant: string; readonly clientId: Guid },
  ofOtherTenant: '700005' | '70000',
): void {
  const place = { expected: grant.tenant, actual: tenant.name };
  if (grant.tenant !== tenant.name) judgement.refuse('grant.tenant', place, ofOtherTenant);
  judgement.pass('grant.tenant', place);
  const holder = { expected: grant.clientId, actual: client.appId, reference: 'RFC 6749 section 5.2' };
  if (grant.clientId !== client.appId) judgement.refuse('grant.client', holder, '70000');
  judgement.pass('grant.client', holder);
}

/** The user of a grant, who may have gone since or lost the account. */
export async function userOf(call: GrantCall, id: Guid): Promise<Recipient> {
  const { judgement, context, tenant } = call;
  const user = await context.directory(tenant.name).byGuid(id);
  if (user === undefined) return judgement.refuse('user.exists', { actual: id }, '50034', { user: id, tenant: tenant.tenantId });
  judgement.pass('user.exists');
  call.visit.exchange.note({ caller: user.userPrincipalName ?? user.primaryAddress });
  judgeUser(call, user);
  return user;
}

/** Check `user.enabled`. */
export function judgeUser({ judgement }: GrantCall, user: Recipient): void {
  const facts = { expected: 'enabled', actual: user.enabled ? 'enabled' : 'disabled' };
  if (!user.enabled) judgement.refuse('user.enabled', facts, '50057', { user: user.userPrincipalName ?? '' });
  judgement.pass('user.enabled', facts);
}

/** Tells a password from the next one without telling anything of it. */
export function passwordMark({ guid, ntHash }: Recipient): string {
  return createHash('sha256').update(`${guid}/${ntHash}`).digest('base64url').slice(0, 16);
}
