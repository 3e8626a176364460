import type { ProductName } from '../../../shared/domain/world/vocabulary.ts';
import { type AnnouncedEndpoints, traitsOf } from '../traits.ts';

const names = {
  soap: 'X-SOAP-Enabled',
  wsSecurity: 'X-WSSecurity-Enabled',
  wsSecuritySymmetricKey: 'X-WSSecurity-SymmetricKey-Enabled',
  wsSecurityX509Cert: 'X-WSSecurity-X509Cert-Enabled',
  oAuth: 'X-OAuth-Enabled',
} as const satisfies Record<keyof AnnouncedEndpoints, string>;

/** The headers by which a probe learns what is offered (reference ews.md 4.4): `True` or `False`, see README. */
export function endpointHeaders(product: ProductName): Readonly<Record<string, string>> {
  const { endpoints } = traitsOf(product);
  const headers: Record<string, string> = {};
  for (const [endpoint, name] of Object.entries(names)) headers[name] = endpoints[endpoint as keyof AnnouncedEndpoints] ? 'True' : 'False';
  return headers;
}
