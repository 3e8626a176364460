import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, element, elements, text as textOf, type XmlElement } from '../../xml/element.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { writeXml } from '../../xml/write.ts';
import { thumbprints } from './jwt.ts';

/** A signing certificate in a metadata document. */
export interface MetadataKey {
  /** SHA-1 of the certificate, base64url. */
  readonly x5t: string;
  /** DER, base64. */
  readonly certificate: string;
}

/** What an issuer of server-to-server tokens publishes about itself (MS-SPS2SAUTH). What is not told is empty. */
export interface AuthMetadata {
  readonly issuer: string;
  readonly realm: string;
  readonly serviceName: string;
  readonly name: string;
  readonly allowedAudiences: readonly string[];
  readonly keys: readonly MetadataKey[];
  readonly endpoints: readonly MetadataEndpoint[];
}

export interface MetadataEndpoint {
  readonly location: string;
  /** `OAuth2`, `DelegationIssuance1.0` ... */
  readonly protocol: string;
  /** `issuance`, `management` ... */
  readonly usage: string;
}

export type MetadataRefusalCode = 'MalformedMetadata';

const maxCharacters = 1024 * 1024;

/**
 * Writes `/metadata/json/1`. ACS and Exchange spell the members of a key differently, and ACS tells of keys and endpoints
 * alone where it is asked without a realm (`realm` is '').
 */
export function writeAuthMetadata(metadata: AuthMetadata, spelling: 'acs' | 'exchange'): string {
  const { issuer, realm, serviceName, name, allowedAudiences, endpoints } = metadata;
  const isWithoutRealm = spelling === 'acs' && realm === '';
  const [info, value] = spelling === 'acs' ? ['keyInfo', 'keyValue'] : ['keyinfo', 'keyvalue'];
  const keys = metadata.keys.map(({ x5t, certificate }) => ({
    usage: 'signing',
    ...(isWithoutRealm ? {} : { [info]: { x5t } }),
    [value]: { type: 'x509Certificate', value: certificate },
  }));
  const about = { id: '_guid', version: '1.0', name, realm, serviceName, issuer, allowedAudiences };
  return JSON.stringify({ ...(isWithoutRealm ? {} : about), keys, endpoints });
}

/**
 * Reads what {@link writeAuthMetadata} writes, member names in any case. Thumbprints are taken from the certificates,
 * whatever the document says. Throws a `Refusal<MetadataRefusalCode>` 'MalformedMetadata', its detail a sentence, for what
 * is not such a document or has no signing certificate.
 */
export function readAuthMetadata(text: string): AuthMetadata {
  if (text.length > maxCharacters) throw malformed('The document is too long.');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('The document is not JSON.');
  }
  const keys = list(member(document, 'keys')).flatMap((key) => {
    const usage = string(member(key, 'usage'));
    const certificate = string(member(member(key, 'keyValue'), 'value'));
    return certificate === '' || !isSigning(usage) ? [] : [readKey(certificate)];
  });
  return {
    issuer: string(member(document, 'issuer')),
    realm: string(member(document, 'realm')),
    serviceName: string(member(document, 'serviceName')),
    name: string(member(document, 'name')),
    allowedAudiences: list(member(document, 'allowedAudiences')).map(string),
    keys: some(keys),
    endpoints: list(member(document, 'endpoints')).map((endpoint) => ({
      location: string(member(endpoint, 'location')),
      protocol: string(member(endpoint, 'protocol')),
      usage: string(member(endpoint, 'usage')),
    })),
  };
}

/** What a tenant of Entra ID publishes about its token service in the way of WS-Federation. */
export interface FederationMetadata {
  /** `https://sts.windows.net/{tenant id}/` */
  readonly entityId: string;
  /** `https://login.microsoftonline.com/{tenant}/wsfed` */
  readonly passiveEndpoint: string;
  readonly keys: readonly Pick<MetadataKey, 'certificate'>[];
}

/** What a receiver of tokens keeps of it. */
export interface FederationIssuer {
  readonly issuer: string;
  readonly keys: readonly MetadataKey[];
  /** Where people sign in for OAuth; absent where the document's own place for that does not tell. */
  readonly authorizationEndpoint?: string;
}

const saml = 'urn:oasis:names:tc:SAML:2.0:metadata';
const signature = 'http://www.w3.org/2000/09/xmldsig#';
const federation = 'http://docs.oasis-open.org/wsfed/federation/200706';
const addressing = 'http://www.w3.org/2005/08/addressing';
const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';

/** Writes `/{tenant}/federationmetadata/2007-06/federationmetadata.xml` (WS-Federation 1.2, 3.1), without a signature. */
export function writeFederationMetadata({ entityId, passiveEndpoint, keys }: FederationMetadata): string {
  const descriptors = keys.map(({ certificate }) => {
    const data = element(signature, 'X509Data', [element(signature, 'X509Certificate', [certificate])]);
    return element(saml, 'KeyDescriptor', [element(signature, 'KeyInfo', [data])], { use: 'signing' });
  });
  const reference = element(addressing, 'EndpointReference', [element(addressing, 'Address', [passiveEndpoint])]);
  const endpoints = ['SecurityTokenServiceEndpoint', 'PassiveRequestorEndpoint'].map((name) => element(federation, name, [reference]));
  const role: XmlElement = {
    ...element(saml, 'RoleDescriptor', [...descriptors, ...endpoints]),
    attributes: [
      // The prefix in the value is the one declared here.
      { namespace: schemaInstance, name: 'type', value: 'fed:SecurityTokenServiceType' },
      { namespace: '', name: 'protocolSupportEnumeration', value: federation },
    ],
    declares: [
      ['xsi', schemaInstance],
      ['fed', federation],
    ],
  };
  const prefixes = { [saml]: '', [signature]: '', [addressing]: 'wsa' };
  return writeXml(element(saml, 'EntityDescriptor', [role], { entityID: entityId }), { declaration: true, prefixes });
}

/**
 * Reads what {@link writeFederationMetadata} writes, and what Entra does: several roles with the same keys, other elements
 * between, a signature (which is not verified: TLS vouches for the document). Throws like {@link readAuthMetadata}.
 */
export function readFederationMetadata(text: string): FederationIssuer {
  const root = parsed(text);
  const issuer = root.namespace === saml && root.name === 'EntityDescriptor' ? attribute(root, 'entityID') : undefined;
  if (issuer === undefined || issuer === '') throw malformed('The document describes no entity.');
  const certificates = new Set<string>();
  let passive: string | undefined;
  for (const role of elements(root)) {
    for (const part of elements(role)) {
      if (part.name === 'KeyDescriptor' && isSigning(attribute(part, 'use') ?? '')) {
        const info = child(part, signature, 'KeyInfo');
        const data = info === undefined ? undefined : child(info, signature, 'X509Data');
        const certificate = data === undefined ? undefined : child(data, signature, 'X509Certificate');
        if (certificate !== undefined) certificates.add(textOf(certificate).replace(/\s/g, ''));
      } else if (part.name === 'PassiveRequestorEndpoint') passive ??= addressOf(part);
    }
  }
  const authorizationEndpoint = passive?.replace(/\/wsfed$/, '/oauth2/authorize');
  return {
    issuer,
    keys: some([...certificates].map(readKey)),
    ...(authorizationEndpoint === undefined || authorizationEndpoint === passive ? {} : { authorizationEndpoint }),
  };
}

function parsed(text: string): XmlElement {
  try {
    return parseXml(text, { maxBytes: maxCharacters, maxDepth: 16, maxElements: 10_000 });
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw malformed('The document is not XML.');
    throw error;
  }
}

function addressOf(endpoint: XmlElement): string | undefined {
  const [reference] = elements(endpoint);
  const address = reference === undefined ? undefined : child(reference, addressing, 'Address');
  return address === undefined ? undefined : textOf(address).trim();
}

/** A key that does not say what it is for is for anything. */
function isSigning(usage: string): boolean {
  return usage === '' || usage.toLowerCase() === 'signing';
}

function readKey(certificate: string): MetadataKey {
  try {
    return { x5t: thumbprints(certificate).x5t, certificate };
  } catch (error) {
    if (error instanceof Refusal) throw malformed('The document has a certificate that cannot be read.');
    throw error;
  }
}

function some(keys: readonly MetadataKey[]): readonly MetadataKey[] {
  if (keys.length === 0) throw malformed('The document has no signing key.');
  return keys;
}

/** A member of an object, its name in any case; undefined when there is none, and when `of` is no object. */
function member(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null) return undefined;
  return Object.entries(of).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function malformed(detail: string): Refusal<MetadataRefusalCode> {
  return new Refusal<MetadataRefusalCode>('MalformedMetadata', { detail });
}
