import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, element, elements, text as textOf, type XmlElement } from '../../xml/element.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { writeXml } from '../../xml/write.ts';
import { certificateData } from '../saml/key-info.ts';
import { certificateFacts } from '../saml/keys.ts';
import { federationPrefixes, namespaces } from '../saml/namespaces.ts';
import { identified } from '../saml/sign.ts';
import { endpointReference } from './addressing.ts';

/** What an instance of the federation gateway publishes of itself. Certificates are DER, base64. */
export interface FederationMetadata {
  /** `urn:federation:MicrosoftOnline` */
  readonly issuerUri: string;
  /** Where tokens are asked for: `https://login.microsoftonline.com/extSTS.srf`. */
  readonly tokenIssuerEpr: string;
  readonly webRequestorRedirectEpr: string;
  /** By which tokens are signed. */
  readonly signingCertificate: string;
  /** By which they were signed before, or will be. */
  readonly previousCertificate: string | undefined;
}

export type FederationMetadataRefusal = 'MalformedFederationMetadata';

/** WS-Federation as it was in March 2006, whose document lies under `2006-12`. */
const federation = 'http://schemas.xmlsoap.org/ws/2006/03/federation';
const limits = { maxBytes: 1024 * 1024, maxDepth: 32, maxElements: 2_000 };
/** Ids of the two keys in the document. */
const keyIds = { current: 'stscer', previous: 'stsbcer' } as const;

/** Writes `/federationmetadata/2006-12/federationmetadata.xml`, without a signature: TLS vouches for it. */
export function writeFederationMetadata(metadata: FederationMetadata): string {
  const { issuerUri, tokenIssuerEpr, webRequestorRedirectEpr, signingCertificate, previousCertificate } = metadata;
  // Readers ask for either spelling of the attribute.
  const issuer = fed('IssuerName', [], { Uri: issuerUri, uri: issuerUri });
  const content = fed(
    'Federation',
    [
      signingKey(keyIds.current, signingCertificate),
      ...(previousCertificate === undefined ? [] : [signingKey(keyIds.previous, previousCertificate)]),
      fed('IssuerNamesOffered', [issuer]),
      fed('TargetServiceEndpoint', [endpointReference(tokenIssuerEpr)]),
      fed('WebRequestorRedirectEndpoint', [endpointReference(webRequestorRedirectEpr)]),
    ],
    { FederationID: issuerUri },
  );
  const root = fed('FederationMetadata', [content]);
  return writeXml(root, { declaration: true, prefixes: { ...federationPrefixes, [federation]: 'fed' } });
}

/**
 * Reads what {@link writeFederationMetadata} writes, and what the real service does: other elements between and around, a
 * signature (which is not verified: TLS vouches for the document). Throws a `Refusal<FederationMetadataRefusal>`, its detail a
 * sentence, for what is not such a document or lacks anything but the previous certificate.
 */
export function readFederationMetadata(text: string): FederationMetadata {
  const root = parsed(text);
  const content = first(root, federation, 'Federation');
  if (content === undefined) throw malformed('The document describes no federation.');
  const offered = first(content, federation, 'IssuerNamesOffered');
  const issuer = offered && first(offered, federation, 'IssuerName');
  const issuerUri = issuer && (attribute(issuer, 'Uri') ?? attribute(issuer, 'uri'));
  const signingCertificate = certificateOf(content, keyIds.current);
  if (issuerUri === undefined || issuerUri === '') throw malformed('The document offers no name of an issuer.');
  if (signingCertificate === undefined) throw malformed('The document has no signing certificate.');
  return {
    issuerUri,
    tokenIssuerEpr: addressOf(content, 'TargetServiceEndpoint'),
    webRequestorRedirectEpr: addressOf(content, 'WebRequestorRedirectEndpoint'),
    signingCertificate,
    previousCertificate: certificateOf(content, keyIds.previous),
  };
}

function signingKey(id: string, certificate: string): XmlElement {
  const reference = element(namespaces.wsse, 'SecurityTokenReference', [certificateData(certificate)]);
  return identified(fed('TokenSigningKeyInfo', [reference]), id);
}

function parsed(text: string): XmlElement {
  try {
    return parseXml(text, limits);
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw malformed('The document is not XML.');
    throw error;
  }
}

function certificateOf(content: XmlElement, id: string): string | undefined {
  const info = every(content, federation, 'TokenSigningKeyInfo').find(({ attributes }) =>
    attributes.some(({ namespace, name, value }) => namespace === namespaces.wsu && name === 'Id' && value === id),
  );
  const found = info && first(info, namespaces.ds, 'X509Certificate');
  if (found === undefined) return undefined;
  const certificate = textOf(found).replace(/\s/g, '');
  try {
    certificateFacts(certificate);
  } catch (error) {
    if (error instanceof Refusal) throw malformed(`The certificate ${id} cannot be read.`);
    throw error;
  }
  return certificate;
}

function addressOf(content: XmlElement, name: string): string {
  const endpoint = first(content, federation, name);
  const reference = endpoint && first(endpoint, namespaces.wsa, 'Address');
  const address = reference === undefined ? '' : textOf(reference).trim();
  if (!URL.canParse(address)) throw malformed(`The document has no address of the ${name}.`);
  return address;
}

/** The first of all elements of that name under an element, or the element itself. */
function first(under: XmlElement, namespace: string, name: string): XmlElement | undefined {
  return child(under, namespace, name) ?? every(under, namespace, name)[0];
}

function every(under: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  const own = under.namespace === namespace && under.name === name ? [under] : [];
  return [...own, ...elements(under).flatMap((part) => every(part, namespace, name))];
}

function fed(name: string, children: readonly XmlElement[], attributes: Readonly<Record<string, string>> = {}): XmlElement {
  return element(federation, name, children, attributes);
}

function malformed(detail: string): Refusal<FederationMetadataRefusal> {
  return new Refusal('MalformedFederationMetadata', { detail });
}
