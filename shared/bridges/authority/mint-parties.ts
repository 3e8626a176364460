import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { authConfigAt, authConfigName, authConfigs } from '../../domain/trust/auth-config.ts';
import { authServers } from '../../domain/trust/auth-servers.ts';
import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { type ServicePrincipal, servicePrincipals } from '../../domain/trust/service-principals.ts';
import { type SigningKey, signingKeys } from '../../domain/trust/signing-keys.ts';
import { authorityScope, exchangeAppId } from '../../domain/trust/well-known.ts';
import type { Instant } from '../../kernel/clock.ts';
import { parseGuid } from '../../kernel/ids.ts';
import type { Need } from './defects/defect.ts';
import type { SigningPair } from './defects/draft.ts';
import { type MintGround, type MintOrder, mintRefusal } from './mint-ground.ts';
import { isTenant, type Tenant } from './urls.ts';

/** The organisation that is meant to receive a token. */
export function receiverOf({ organizations }: MintGround, { organization: name }: MintOrder): Organization {
  const found = organizations.byName(name);
  if (found !== undefined) return found;
  const known = organizations.all.map((one) => one.name).join(', ');
  throw mintRefusal('unknown-organization', `the world has no organisation ${JSON.stringify(name)}; it has ${known}`);
}

/** The tenant that issues: the one that was named, the receiver, one that the receiver trusts, or one that shares a domain with it. */
export async function tenantOf(ground: MintGround, order: MintOrder, receiver: Organization): Promise<Tenant> {
  const tenants = ground.organizations.all.filter(isTenant);
  if (order.tenant !== undefined) {
    const named = tenants.find(({ name, tenantId }) => name === order.tenant || tenantId === order.tenant);
    if (named === undefined) throw mintRefusal('no-tenant', `${JSON.stringify(order.tenant)} is no tenant of the world`);
    return named;
  }
  if (isTenant(receiver)) return receiver;
  const realms = authServers.all(await ground.settings(receiver.name)).map(({ Realm }) => Realm);
  const trusted = tenants.find(({ tenantId }) => realms.includes(tenantId));
  const related = tenants.find(({ domains }) => domains.some((domain) => receiver.domains.includes(domain)));
  const tenant = trusted ?? related;
  if (tenant === undefined)
    throw mintRefusal('no-tenant', `${receiver.name} trusts no tenant; say with "tenant" which one issues the token`);
  return tenant;
}

/** A tenant that is not this one: another one of the world, or one that there is not. */
export function otherTenantId({ organizations }: MintGround, tenant: Tenant): string {
  const other = organizations.all.filter(isTenant).find(({ tenantId }) => tenantId !== tenant.tenantId);
  return other?.tenantId ?? '99999999-9999-4999-8999-999999999999';
}

/** The key that signs what the authentication service issues. */
export async function signerOf(ground: MintGround, { key }: MintOrder): Promise<SigningKey> {
  const keys = signingKeys.all(await ground.settings(authorityScope));
  const found = keys.find(({ x5t, state }) => (key === undefined ? state === 'active' : x5t === key));
  if (found !== undefined) return found;
  const known = keys.map(({ x5t, state }) => `${x5t} (${state})`).join(', ');
  throw mintRefusal('unknown-key', `the authentication service has no key ${key}; it has ${known}`);
}

/** The organisation that signs an assertion, and its Auth certificate. */
export async function certificateOf(
  ground: MintGround,
  { from, at }: MintOrder,
  tenant: Tenant,
): Promise<{ readonly organization: Organization; readonly pair: SigningPair; readonly at: Instant }> {
  const { organizations } = ground;
  const organization =
    from === undefined
      ? (organizations.all.find(({ kind, domains }) => kind === 'on-premises' && domains.some((one) => tenant.domains.includes(one))) ??
        tenant)
      : receiverOf(ground, { kind: 'assertion', organization: from });
  const now = at ?? ground.now(organization.name);
  const settings = await ground.settings(organization.name);
  const config = authConfigs.get(settings, authConfigName);
  const thumbprint = config === undefined ? '' : authConfigAt(config, now).CurrentCertificateThumbprint;
  const certificate = thumbprint === '' ? undefined : exchangeCertificates.get(settings, thumbprint);
  if (certificate === undefined)
    throw mintRefusal('no-certificate', `${organization.name} has no current Auth certificate (Get-AuthConfig)`);
  const { certificate: der, privateKey } = certificate;
  const x5t = Buffer.from(thumbprint, 'hex').toString('base64url');
  return { organization, pair: { x5t, certificate: der, privateKey }, at: now };
}

/** A user of an organisation, who is named where the kind of token needs one. */
export async function userOf(ground: MintGround, order: MintOrder, organization: Organization): Promise<Recipient> {
  const { user: name, kind } = order;
  if (name === undefined) throw mintRefusal('user-required', `a token of the kind ${kind} is about a user: say whom`);
  const directory = ground.directory(organization.name);
  const found = (await directory.byAddress(name)) ?? (await directory.byUserPrincipalName(name));
  if (found === undefined) throw mintRefusal('unknown-user', `${organization.name} has no user ${JSON.stringify(name)}`);
  return found;
}

/** The application that a token of Entra is issued to; unless it is named, the first one that has been granted something on Exchange. */
export async function clientOf(ground: MintGround, { kind, application }: MintOrder, tenant: Tenant): Promise<ServicePrincipal> {
  const all = servicePrincipals.all(await ground.settings(tenant.name));
  const isWanted = (one: ServicePrincipal): boolean =>
    application === undefined ? isGranted(one, kind === 'user') : isNamed(one, application);
  const found = all.find(isWanted);
  if (found !== undefined) return found;
  const known = all.map(({ displayName, appId }) => `${displayName} (${appId})`).join(', ');
  throw mintRefusal(
    'unknown-application',
    `${tenant.name} has no application ${application ?? 'with permissions on Exchange'}; it has ${known}`,
  );
}

function isGranted({ permissionGrants, appRoleAssignments, isPublicClient }: ServicePrincipal, forUsers: boolean): boolean {
  return forUsers
    ? isPublicClient && permissionGrants.some(({ resource }) => resource === exchangeAppId)
    : appRoleAssignments.some(({ resource }) => resource === exchangeAppId);
}

function isNamed({ appId, displayName }: ServicePrincipal, name: string): boolean {
  return appId === name.toLowerCase() || displayName.toLowerCase() === name.toLowerCase();
}

/** The id of an application that acts server to server: Exchange, one of the tenant's by name, or any id. */
export async function actorAppId(ground: MintGround, order: MintOrder, tenant: Tenant): Promise<string> {
  if (order.application === undefined) return exchangeAppId;
  return parseGuid(order.application) ?? (await clientOf(ground, order, tenant)).appId;
}

/** Somebody of the receiver who has what a defect needs. */
export async function somebody(ground: MintGround, receiver: Organization, need: Need, user: Recipient | undefined): Promise<Recipient> {
  const wanted: Readonly<Record<Need, (one: Recipient) => boolean>> = {
    'another-user': ({ guid, type, enabled }) => type === 'UserMailbox' && enabled && guid !== user?.guid,
    'disabled-account': ({ enabled, userPrincipalName }) => !enabled && userPrincipalName !== null,
    group: ({ type }) => type === 'MailUniversalDistributionGroup',
  };
  const found = (await ground.recipients(receiver.name)).find(wanted[need]);
  if (found === undefined) throw mintRefusal('nobody-fits', `the defect needs ${needs[need]}, and ${receiver.name} has none`);
  return found;
}

const needs: Readonly<Record<Need, string>> = {
  'another-user': 'a second user with a mailbox',
  'disabled-account': 'an account that is disabled',
  group: 'a group',
};
