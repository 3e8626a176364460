import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { allowsOAuth } from '../../../shared/domain/organization/virtual-directories.ts';
import { type AnnouncedEndpoints, traitsOf } from '../traits.ts';

const names = {
  soap: 'X-SOAP-Enabled',
  wsSecurity: 'X-WSSecurity-Enabled',
  wsSecuritySymmetricKey: 'X-WSSecurity-SymmetricKey-Enabled',
  wsSecurityX509Cert: 'X-WSSecurity-X509Cert-Enabled',
  oAuth: 'X-OAuth-Enabled',
} as const satisfies Record<keyof AnnouncedEndpoints | 'oAuth', string>;

/** The headers by which a probe learns what is offered (reference ews.md 4.4): `True` or `False`, see README. */
export function endpointHeaders({
  organization,
  settings,
}: {
  readonly organization: Organization;
  readonly settings: Settings;
}): Readonly<Record<string, string>> {
  const { endpoints } = traitsOf(organization.product);
  const offered = { ...endpoints, oAuth: allowsOAuth(organization, settings, 'AutodiscoverVirtualDirectory') };
  const headers: Record<string, string> = {};
  for (const [endpoint, name] of Object.entries(names)) headers[name] = offered[endpoint as keyof typeof offered] ? 'True' : 'False';
  return headers;
}
