import type { Organization } from '../../domain/organization/organization.ts';
import type { Organizations } from '../../domain/organization/registry.ts';
import { type Guid, parseGuid } from '../../kernel/ids.ts';

/** A tenant of the authentication service: an organisation of the cloud with its id. */
export type Tenant = Organization & { readonly tenantId: Guid };

/**
 * What the first segment of a path stands for: a tenant, or every tenant at once (`common`, `organizations`). `text` is
 * how the service spells it in its own addresses.
 */
export type TenantSegment =
  | { readonly kind: 'tenant'; readonly text: Guid; readonly tenant: Tenant }
  | { readonly kind: 'shared'; readonly text: 'common' | 'organizations' };

/** Path segments that stand for no tenant in particular. */
const sharedSegments = ['common', 'organizations'] as const;

/** Reads a path segment, in any case: a tenant by its id or one of its accepted domains, or one of the shared words. */
export function readTenantSegment(organizations: Organizations, segment: string): TenantSegment | undefined {
  const folded = segment.toLowerCase();
  const shared = sharedSegments.find((word) => word === folded);
  if (shared !== undefined) return { kind: 'shared', text: shared };
  const tenant = findTenant(organizations, segment);
  return tenant === undefined ? undefined : { kind: 'tenant', text: tenant.tenantId, tenant };
}

/** The tenant with an id or an accepted domain. A domain that a tenant shares with an organisation on-premises is the tenant's. */
export function findTenant(organizations: Organizations, idOrDomain: string): Tenant | undefined {
  const id = parseGuid(idOrDomain);
  return id === undefined
    ? organizations.byDomain(idOrDomain).find(isTenant)
    : organizations.all.filter(isTenant).find(({ tenantId }) => tenantId === id);
}

/** Whether an organisation is a tenant. */
export function isTenant(organization: Organization): organization is Tenant {
  return organization.kind === 'cloud' && organization.tenantId !== undefined;
}

/** Format of tokens and of the endpoints that name it: `/oauth2/` is 1, `/oauth2/v2.0/` is 2. */
export type EndpointVersion = 1 | 2;

/**
 * Who tokens say that they are from: always Microsoft's own spelling, which clients take for known wherever the
 * service is reached (msal-node 7.2.1). `{tenantid}` where no tenant is known yet, as in the documents of `common`.
 */
export function entraIssuer(tenantId: string, version: EndpointVersion): string {
  return version === 1 ? `https://sts.windows.net/${tenantId}/` : `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

/** Addresses of the Entra side under an authority (`https://localhost:4445`) for a tenant segment. */
export function entraEndpoints(origin: string, segment: string, version: EndpointVersion): EntraEndpoints {
  const base = `${origin}/${segment}`;
  const oauth = version === 1 ? `${base}/oauth2` : `${base}/oauth2/v2.0`;
  return {
    authorization: `${oauth}/authorize`,
    token: `${oauth}/token`,
    deviceAuthorization: `${oauth}/devicecode`,
    endSession: `${oauth}/logout`,
    keys: version === 1 ? `${origin}/common/discovery/keys` : `${base}/discovery/v2.0/keys`,
    openIdConfiguration: version === 1 ? `${base}/.well-known/openid-configuration` : `${base}/v2.0/.well-known/openid-configuration`,
  };
}

export interface EntraEndpoints {
  readonly authorization: string;
  readonly token: string;
  readonly deviceAuthorization: string;
  readonly endSession: string;
  readonly keys: string;
  readonly openIdConfiguration: string;
}

/** Where server-to-server tokens are issued for a realm (microsoft/CSS-Exchange, FreeBusyChecker). */
export function acsTokenEndpoint(origin: string, realm: string): string {
  return `${origin}/${realm}/tokens/OAuth/2`;
}
