import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { allowsOAuth, allowsWsSecurity } from '../../../shared/domain/organization/virtual-directories.ts';

/** The headers by which a probe learns what is offered (the EWS Managed API reads them): `True` or `False`, see README. */
export function endpointHeaders({
  organization,
  settings,
}: {
  readonly organization: Organization;
  readonly settings: Settings;
}): Readonly<Record<string, string>> {
  const wsSecurity = allowsWsSecurity(organization, settings, 'AutodiscoverVirtualDirectory');
  return {
    'X-SOAP-Enabled': 'True',
    'X-WSSecurity-Enabled': pascal(wsSecurity),
    'X-WSSecurity-SymmetricKey-Enabled': pascal(wsSecurity),
    'X-WSSecurity-X509Cert-Enabled': pascal(wsSecurity),
    'X-OAuth-Enabled': pascal(allowsOAuth(organization, settings, 'AutodiscoverVirtualDirectory')),
  };
}

function pascal(flag: boolean): 'True' | 'False' {
  return flag ? 'True' : 'False';
}
