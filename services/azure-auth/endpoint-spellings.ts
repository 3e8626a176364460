import type { Tenant } from '../../shared/bridges/authority/urls.ts';
import type { Authority } from '../../shared/domain/organization/advertised-urls.ts';
import { authenticationNames } from '../../shared/domain/organization/host-map.ts';
import { acsAppId } from '../../shared/domain/trust/well-known.ts';

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

function isOurAuthority(text: string, asked: Authority): boolean {
  const folded = text.toLowerCase().replace(/:443$/, '');
  const port = asked.port === undefined || asked.port === 443 ? '' : `:${asked.port}`;
  return (
    ownNames.has(folded) ||
    folded === `${asked.host}${port}` ||
    (port !== '' && folded.endsWith(port) && ownNames.has(folded.slice(0, -port.length)))
  );
}
