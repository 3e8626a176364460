import { element, type XmlElement } from '../../xml/element.ts';
import { federationPrefixes, namespaces } from '../saml/namespaces.ts';
import { soapNamespace } from '../soap/envelope.ts';
import { addressingHeaders, mustUnderstand, toHeader } from './addressing.ts';

/**
 * `wsse:Security` of a SOAP 1.1 request with a delegation token and nothing else: neither timestamp nor signature goes with it
 * (OfficeDev/ews-managed-api, `WSSecurityBasedCredentials.cs`).
 */
export function tokenHeader(token: XmlElement): XmlElement {
  const security = mustUnderstand(element(namespaces.wsse, 'Security', [token]), soapNamespace);
  return { ...security, declares: declaring(namespaces.wsse, namespaces.xenc, namespaces.ds) };
}

/** All header blocks of such a request where its protocol has none of WS-Addressing itself. */
export function tokenHeaders(action: string, to: string, token: XmlElement): readonly XmlElement[] {
  const addressing = [...addressingHeaders({ action, to }, soapNamespace), toHeader(to, soapNamespace)];
  return [...addressing.map((block) => ({ ...block, declares: declaring(namespaces.wsa) })), tokenHeader(token)];
}

/** The prefixes that signed and encrypted parts are written with everywhere. */
function declaring(...uris: readonly string[]): NonNullable<XmlElement['declares']> {
  return uris.map((uri) => [federationPrefixes[uri] ?? '', uri] as const);
}
