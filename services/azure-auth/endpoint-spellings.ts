import type { Tenant } from '../../shared/bridges/authority/urls.ts';
import type { Authority } from '../../shared/domain/organization/advertised-urls.ts';
import { authenticationNames, microsoftNames } from '../../shared/domain/organization/host-map.ts';
import { type FederationInstance, federationInstances } from '../../shared/domain/trust/federation-instances.ts';
import { acsAppId } from '../../shared/domain/trust/well-known.ts';
import { present } from '../../shared/kernel/assert.ts';

const ownNames: ReadonlySet<string> = new Set(authenticationNames);

/**
 * Whether a text is the address of this token endpoint in one of its spellings: any name of the service, or the one
 * that was asked; the tenant by id, by domain or as `common`; either version, or the issuer's name.
 */
export function isTokenEndpoint(text: string, tenant: Tenant, asked: Authority): boolean {
  const [, authority = '', segment = ''] = entraEndpoint.exec(text) ?? [];
  const folded = segment.toLowerCase();
  const isTenant = folded === tenant.tenantId || tenant.domains.includes(folded) || folded === 'common' || folded === 'organizations';
  return isTenant && isOurAuthority(authority, asked);
}

const entraEndpoint = /^https:\/\/([^/?#]{1,272})\/([^/?#]{1,255})(?:\/|\/oauth2(?:\/v2\.0)?\/token|\/v2\.0)?$/i;

/** The same for `acsAppId/accounts.accesscontrol.windows.net@realm`, the audience of server-to-server assertions. */
export function isAcsAudience(text: string, tenant: Tenant, asked: Authority): boolean {
  const [, id = '', authority = '', realm = ''] = acsAudience.exec(text) ?? [];
  return id.toLowerCase() === acsAppId && isOurAuthority(authority, asked) && realm.toLowerCase() === tenant.tenantId;
}

const acsAudience = /^([0-9a-f-]{36})\/([^/@]{1,272})@([^/@]{1,255})$/i;

/** The instance of the federation gateway that answers under a host: that of consumers under its names, else that of business. */
export function federationInstanceAt(host: string): FederationInstance {
  const name = microsoftNames[host] ?? host;
  const found = federationInstances.find(({ tokenIssuerEpr }) => new URL(tokenIssuerEpr).hostname === name);
  return found ?? present(federationInstances[0], 'an instance of the federation gateway');
}

/** Whether a text is the address of the security token service, of the instance that was asked, in one of its spellings. */
export function isSecurityTokenService(text: string, asked: Authority): boolean {
  const [, authority = ''] = securityTokenService.exec(text) ?? [];
  const host = authority.toLowerCase().replace(/:\d{1,5}$/, '');
  return isOurAuthority(authority, asked) && federationInstanceAt(host) === federationInstanceAt(asked.host);
}

const securityTokenService = /^https:\/\/([^/?#]{1,272})\/extSTS\.srf$/i;

function isOurAuthority(text: string, asked: Authority): boolean {
  const folded = text.toLowerCase().replace(/:443$/, '');
  const port = asked.port === undefined || asked.port === 443 ? '' : `:${asked.port}`;
  return (
    ownNames.has(folded) ||
    folded === `${asked.host}${port}` ||
    (port !== '' && folded.endsWith(port) && ownNames.has(folded.slice(0, -port.length)))
  );
}
