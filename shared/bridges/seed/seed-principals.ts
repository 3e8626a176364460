import { createHash } from 'node:crypto';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { ExchangeCertificate } from '../../domain/trust/exchange-certificates.ts';
import {
  type KeyCredential,
  type PasswordCredential,
  type ServicePrincipal,
  servicePrincipals,
} from '../../domain/trust/service-principals.ts';
import { acsAppId, exchangeAppId, graphAppId, shellAccessAsUser, shellAppId } from '../../domain/trust/well-known.ts';
import { exchangeRoles, exchangeScopes, graphHost, graphRoles } from '../../domain/world/vocabulary.ts';
import type { WorldApplication } from '../../domain/world/world.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';

/** What a tenant's principals are made from. */
interface PrincipalSources {
  /** By which Exchange Online signs its own assertions. */
  readonly certificate: ExchangeCertificate;
  readonly applications: readonly WorldApplication[];
}

/** Permissions of Microsoft Graph that come with signing in. */
const signInScopes = ['openid', 'profile', 'email', 'offline_access', 'User.Read'];
const dayMs = 86_400_000;
/** The longest life of a secret that Entra's own pages offer. */
const secretDays = 2 * 365;

/** Writes the service principals of a new tenant: Microsoft's own and the world's applications, consent given. */
export async function seedServicePrincipals(
  tx: Transaction,
  organization: Organization,
  { certificate, applications }: PrincipalSources,
  at: Instant,
): Promise<void> {
  const principals = [...microsoftPrincipals(organization, certificate), ...applications.map((one) => ownPrincipal(organization, one, at))];
  for (const principal of principals) await servicePrincipals.create(tx, organization.name, principal.appId, principal, at);
}

function bare(organization: Organization, appId: Guid, displayName: string): ServicePrincipal {
  return {
    appId,
    objectId: namedGuid('service-principal', organization.name, appId),
    displayName,
    accountEnabled: true,
    servicePrincipalNames: [appId],
    keyCredentials: [],
    passwordCredentials: [],
    isPublicClient: false,
    redirectUris: [],
    appRoles: [],
    scopes: [],
    appRoleAssignments: [],
    permissionGrants: [],
  };
}

function microsoftPrincipals(organization: Organization, certificate: ExchangeCertificate): readonly ServicePrincipal[] {
  const { web, autodiscover } = organization.hosts;
  const named = (appId: Guid, hosts: readonly string[]) => [appId, ...new Set(hosts.map((host) => `https://${host.toLowerCase()}/`))];
  return [
    {
      ...bare(organization, exchangeAppId, 'Office 365 Exchange Online'),
      servicePrincipalNames: named(exchangeAppId, [web, autodiscover]),
      keyCredentials: [keyCredentialOf(organization, certificate)],
      appRoles: exchangeRoles,
      scopes: [...exchangeScopes, shellAccessAsUser],
    },
    {
      ...bare(organization, acsAppId, 'Azure ESTS Service'),
      servicePrincipalNames: named(acsAppId, ['accounts.accesscontrol.test']),
    },
    {
      ...bare(organization, graphAppId, 'Microsoft Graph'),
      servicePrincipalNames: named(graphAppId, [graphHost]),
      appRoles: graphRoles,
      scopes: signInScopes,
    },
    {
      ...bare(organization, shellAppId, 'Microsoft Exchange Online Remote PowerShell'),
      isPublicClient: true,
      permissionGrants: [{ resource: exchangeAppId, scopes: [shellAccessAsUser] }],
    },
  ];
}

function keyCredentialOf({ name }: Organization, { certificate, NotBefore, NotAfter }: ExchangeCertificate): KeyCredential {
  const der = Buffer.from(certificate, 'base64');
  const x5t = createHash('sha1').update(der).digest('base64url');
  const x5tS256 = createHash('sha256').update(der).digest('base64url');
  return { keyId: namedGuid('key', name, x5tS256), x5t, x5tS256, certificate, startDate: NotBefore, endDate: NotAfter };
}

function ownPrincipal(organization: Organization, application: WorldApplication, at: Instant): ServicePrincipal {
  const { name, clientId, redirectUris, roles, scopes, exposes } = application;
  return {
    ...bare(organization, clientId, name),
    servicePrincipalNames: [clientId, ...(exposes.length === 0 ? [] : [`api://${clientId}`])],
    passwordCredentials: secretOf(organization, application, at),
    isPublicClient: application.public,
    redirectUris,
    scopes: exposes,
    appRoleAssignments: roles.map((role) => ({ resource: exchangeAppId, role })),
    permissionGrants: grantsOf(scopes),
  };
}

function secretOf({ name }: Organization, { clientId, clientSecret }: WorldApplication, at: Instant): readonly PasswordCredential[] {
  if (clientSecret === null) return [];
  const secretHash = createHash('sha256').update(clientSecret).digest('hex');
  const keyId = namedGuid('secret', name, clientId);
  return [{ keyId, secretHash, startDate: at - dayMs, endDate: at + secretDays * dayMs }];
}

/** By resource. Who may act for a user may also sign that user in. */
function grantsOf(scopes: WorldApplication['scopes']): ServicePrincipal['permissionGrants'] {
  if (scopes.length === 0) return [];
  const grants = new Map<Guid, string[]>([[graphAppId, [...signInScopes]]]);
  for (const { application, scope } of scopes) {
    const resource = application ?? exchangeAppId;
    grants.set(resource, [...(grants.get(resource) ?? []), scope]);
  }
  return [...grants].map(([resource, granted]) => ({ resource, scopes: granted }));
}
