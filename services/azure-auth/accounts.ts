import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { findTenant, isTenant, readTenantSegment, type Tenant, type TenantSegment } from '../../shared/bridges/authority/urls.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import { verifyPassword } from '../../shared/domain/identity/nt-hash.ts';
import { type ServicePrincipal, servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { parseGuid } from '../../shared/kernel/ids.ts';
import type { AzureAuthContext } from './context.ts';
import { judgeKnownPassword, judgePasswordAge } from './password.ts';

/** A user of a tenant. */
export interface Account {
  readonly tenant: Tenant;
  readonly user: Recipient;
}

const mostShown = 100;

/** The tenant that a path names. Throws the refusal of a segment that names none; check `tenant.known`. */
export async function judgeSegment(context: AzureAuthContext, judgement: Judgement, text: string): Promise<TenantSegment> {
  const segment = readTenantSegment(await context.organizations(), text);
  if (segment === undefined) {
    const tenant = text.slice(0, mostShown);
    const isName = parseGuid(text) !== undefined || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text);
    return judgement.refuse('tenant.known', { actual: tenant }, isName ? '90002' : '900023', { tenant });
  }
  judgement.pass('tenant.known', { actual: segment.text });
  return segment;
}

/** The application with an id, and the tenant that knows it. Checks `client.exists`, `client.enabled`. */
export async function judgeClient(
  context: AzureAuthContext,
  judgement: Judgement,
  segment: TenantSegment,
  clientId: string,
): Promise<{ readonly client: ServicePrincipal; readonly home: Tenant }> {
  const found = await findClient(context, segment, clientId);
  const values = {
    appId: clientId.slice(0, mostShown),
    tenant: segment.kind === 'tenant' ? (segment.tenant.domains[0] ?? segment.text) : segment.text,
  };
  if (found === undefined) return judgement.refuse('client.exists', { actual: clientId }, '700016', values);
  judgement.pass('client.exists', { actual: `${found.client.displayName} ${found.client.appId}` });
  if (!found.client.accountEnabled) return judgement.refuse('client.enabled', { actual: 'disabled' }, '7000112', values);
  judgement.pass('client.enabled');
  return found;
}

async function findClient(
  context: AzureAuthContext,
  segment: TenantSegment,
  clientId: string,
): Promise<{ readonly client: ServicePrincipal; readonly home: Tenant } | undefined> {
  const appId = parseGuid(clientId);
  if (appId === undefined) return undefined;
  for (const home of await tenantsOf(context, segment)) {
    const client = servicePrincipals.get(await context.settings(home.name), appId);
    if (client !== undefined) return { client, home };
  }
  return undefined;
}

/** The user whom a name means, within the tenant of the path or, where it names none, within the tenant that has the name's domain. */
export async function findUser(context: AzureAuthContext, segment: TenantSegment, userName: string): Promise<Account | undefined> {
  const name = userName.trim();
  const at = name.lastIndexOf('@');
  if (at <= 0) return undefined;
  const tenant = segment.kind === 'tenant' ? segment.tenant : findTenant(await context.organizations(), name.slice(at + 1));
  if (tenant === undefined) return undefined;
  const user = await context.directory(tenant.name).byUserPrincipalName(name);
  return user === undefined ? undefined : { tenant, user };
}

/**
 * Judges a user name and password; throws the refusal. A password is hashed and compared in every case. Checks
 * `user.exists`, `user.lockout`, `user.password`, `user.enabled`, `user.password-age`.
 */
export async function judgePassword(
  context: AzureAuthContext,
  judgement: Judgement,
  segment: TenantSegment,
  given: { readonly userName: string; readonly password: string; readonly at: Instant },
): Promise<Account> {
  const account = await findUser(context, segment, given.userName);
  const isRight = verifyPassword(account?.user.ntHash ?? null, given.password);
  const user = given.userName.slice(0, mostShown);
  if (account === undefined) return judgement.refuse('user.exists', { actual: 'no such user' }, '50034', { user, tenant: segment.text });
  judgement.pass('user.exists', { actual: account.user.primaryAddress });
  await judgeKnownPassword(context, judgement, { tenant: account.tenant.name, user: account.user, ...given, isRight }, { user });
  if (!account.user.enabled) return judgement.refuse('user.enabled', { actual: 'disabled' }, '50057', { user });
  judgement.pass('user.enabled');
  await judgePasswordAge(context, judgement, { tenant: account.tenant.name, user: account.user, at: given.at }, { user });
  return account;
}

/** Tenants that a path segment leads to. */
export async function tenantsOf(context: AzureAuthContext, segment: TenantSegment): Promise<readonly Tenant[]> {
  if (segment.kind === 'tenant') return [segment.tenant];
  return (await context.organizations()).all.filter(isTenant);
}
