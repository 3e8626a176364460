import { microsoftNames } from '../../organization/host-map.ts';
import { certificateNames } from '../../organization/organization.ts';
import { authConfigName, authConfigs } from '../../trust/auth-config.ts';
import { authServers } from '../../trust/auth-servers.ts';
import type { TokenGround } from './ground.ts';

/** `id@realm`, in lower case: an issuer, or an application of a realm. */
export interface RealmName {
  readonly id: string;
  readonly realm: string;
}

/** Takes `id@realm` apart at the last `@`; undefined when either part is missing. */
export function parseRealmName(text: string): RealmName | undefined {
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1) return undefined;
  return { id: text.slice(0, at).toLowerCase(), realm: text.slice(at + 1).toLowerCase() };
}

/** Compares identifiers, realms and hosts: none of them has case. */
export function isSame(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

/**
 * Whether a realm is the organisation's: its tenant, an accepted domain, the realm of its AuthConfig, or one for which
 * it trusts an auth server, which is how an organisation on-premises knows its tenant.
 */
export function isOwnRealm({ organization, settings }: Pick<TokenGround, 'organization' | 'settings'>, realm: string): boolean {
  if (organization.tenantId !== undefined && isSame(organization.tenantId, realm)) return true;
  if (organization.domains.some((domain) => isSame(domain, realm))) return true;
  const own = authConfigs.get(settings, authConfigName)?.Realm ?? '';
  if (own !== '' && isSame(own, realm)) return true;
  return authServers
    .all(settings)
    .some(
      ({ Enabled, Realm, DomainName, IssuerIdentifier }) =>
        Enabled &&
        ((Realm !== '' && isSame(Realm, realm)) ||
          DomainName.some((domain) => isSame(domain, realm)) ||
          isSame(tenantOfIssuer(IssuerIdentifier), realm)),
    );
}

/** Names whose realm it is, for people: `x (fabrikam-cloud)`, or the bare realm. */
export function realmWithOwners({ organizations }: Pick<TokenGround, 'organizations'>, realm: string): string {
  const owners = organizations.all.filter(({ tenantId, domains }) => [tenantId ?? '', ...domains].some((own) => isSame(own, realm)));
  return owners.length === 0 ? realm : `${realm} (${owners.map(({ name }) => name).join(', ')})`;
}

/** The tenant in `https://sts.windows.net/{tenant}/`; '' for any other issuer. */
function tenantOfIssuer(issuer: string): string {
  return /^https:\/\/sts\.windows\.net\/([^/]+)\/$/i.exec(issuer)?.[1] ?? '';
}

/** `host[:port]` in one spelling: lower case, our own names for Microsoft's, no port where it is that of https. */
export function canonicalAuthority(text: string): string {
  const lower = text.toLowerCase();
  const colon = lower.lastIndexOf(':');
  const host = colon < 0 ? lower : lower.slice(0, colon);
  const port = colon < 0 ? '' : lower.slice(colon);
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  const ours = Object.hasOwn(microsoftNames, name) ? (microsoftNames[name] ?? name) : name;
  return port === '' || port === ':443' ? ours : `${ours}${port}`;
}

/** Whether an authority, in its canonical spelling, is one of the organisation's hosts. */
export function isOwnHost({ organization }: Pick<TokenGround, 'organization'>, authority: string): boolean {
  return certificateNames(organization).some((name) => canonicalAuthority(name) === authority);
}
