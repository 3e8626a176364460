import { beforeAll, expect, test } from 'vitest';
import {
  type FederationMetadata,
  readFederationMetadata,
  writeFederationMetadata,
} from '../../../shared/protocols/wstrust/federation-metadata.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';

let current: Identity;
let previous: Identity;
beforeAll(async () => {
  current = await federationIdentity(1, 'with-identifier');
  previous = await federationIdentity(2, 'with-identifier');
});

const metadata = (): FederationMetadata => ({
  issuerUri: 'urn:federation:MicrosoftOnline',
  tokenIssuerEpr: 'https://login.microsoftonline.test/extSTS.srf',
  webRequestorRedirectEpr: 'https://login.microsoftonline.test/login.srf',
  signingCertificate: current.certificate,
  previousCertificate: previous.certificate,
});

test('what is written is read, with a previous certificate and without', () => {
  expect(readFederationMetadata(writeFederationMetadata(metadata()))).toEqual(metadata());
  const alone = { ...metadata(), previousCertificate: undefined };
  expect(writeFederationMetadata(alone)).not.toContain('stsbcer');
  expect(readFederationMetadata(writeFederationMetadata(alone))).toEqual(alone);
});

/** Another writer's document: other prefixes, more elements, attributes in one spelling, white space in the certificates. */
const foreign = (): string => `<?xml version="1.0"?>
<FederationMetadata xmlns="http://schemas.xmlsoap.org/ws/2006/03/federation" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">
  <Federation FederationID="FederationId">
    <TokenSigningKeyInfo wsu:Id="stsbcer"><wsse:SecurityTokenReference xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><X509Data xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Certificate>
      ${previous.certificate.replace(/.{64}/g, '$&\n')}
    </X509Certificate></X509Data></wsse:SecurityTokenReference></TokenSigningKeyInfo>
    <TokenSigningKeyInfo wsu:Id="stscer"><d:X509Data xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:X509Certificate>${current.certificate}</d:X509Certificate></d:X509Data></TokenSigningKeyInfo>
    <IssuerNamesOffered><IssuerName uri="urn:federation:MicrosoftOnline"/></IssuerNamesOffered>
    <TargetServiceEndpoint><Address xmlns="http://www.w3.org/2005/08/addressing"> https://login.microsoftonline.test/extSTS.srf </Address></TargetServiceEndpoint>
    <AutomaticPseudonyms>false</AutomaticPseudonyms>
    <WebRequestorRedirectEndpoint><Address xmlns="http://www.w3.org/2005/08/addressing">https://login.microsoftonline.test/login.srf</Address></WebRequestorRedirectEndpoint>
  </Federation>
</FederationMetadata>`;

test('the document of another writer is read', () => {
  expect(readFederationMetadata(foreign())).toEqual(metadata());
});

test.each<[string, (text: string) => string]>([
  ['no XML', () => 'Service Unavailable'],
  ['a document type', (text) => text.replace('?>', '?><!DOCTYPE a>')],
  ['no federation', (text) => text.replaceAll('<Federation ', '<Fed ').replaceAll('</Federation>', '</Fed>')],
  ['another namespace', (text) => text.replaceAll('2006/03/federation', '2006/12/federation')],
  ['no issuer', (text) => text.replace('uri="urn:federation:MicrosoftOnline"', '')],
  ['no current key', (text) => text.replace('"stscer"', '"other"')],
  ['an Id without its namespace', (text) => text.replace('wsu:Id="stscer"', 'Id="stscer"')],
  ['a certificate that is none', (text) => text.replace(current.certificate, 'AAAA')],
  ['a previous certificate that is none', (text) => text.replace(/(<X509Certificate>)[^<]*/, '$1AAAA')],
  ['no token endpoint', (text) => text.replaceAll('TargetServiceEndpoint', 'Other')],
  ['no redirect endpoint', (text) => text.replaceAll('WebRequestorRedirectEndpoint', 'Other')],
  ['an endpoint without an address', (text) => text.replace(' https://login.microsoftonline.test/extSTS.srf ', '')],
])('%s is refused', (_name, spoil) => {
  const spoilt = spoil(foreign());
  expect(spoilt).not.toBe(foreign());
  expect(() => readFederationMetadata(spoilt)).toThrow(expect.objectContaining({ code: 'MalformedFederationMetadata' }));
});
