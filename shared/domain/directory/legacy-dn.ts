import type { Guid } from '../../kernel/ids.ts';

/**
 * legacyExchangeDN as Exchange gives it to a new recipient: the administrative group that every organisation has since
 * Exchange 2007, then the object's GUID and its alias, so that it is never given out twice.
 * `organizationName` is `Contoso` on-premises and `ExchangeLabs` in Exchange Online.
 */
export function legacyExchangeDn(organizationName: string, guid: Guid, alias: string): string {
  const group = '/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients';
  return `/o=${organizationName}${group}/cn=${guid.replaceAll('-', '')}-${alias}`;
}
