import { beforeAll, expect, test } from 'vitest';
import { federationDocument } from '../../../shared/bridges/authority/federation/federation-document.ts';
import type { SigningKey, SigningKeyState } from '../../../shared/domain/trust/signing-keys.ts';
import { readFederationMetadata } from '../../../shared/protocols/wstrust/federation-metadata.ts';
import { federationIdentity } from '../saml/identities.ts';

let certificates: readonly string[];
beforeAll(async () => {
  const identities = await Promise.all([1, 2, 3, 4].map((number) => federationIdentity(number, 'with-identifier')));
  certificates = identities.map(({ certificate }) => certificate);
});

/** Keys in those states, each younger than the one before. */
function keysOf(...states: readonly SigningKeyState[]): readonly SigningKey[] {
  return states.map((state, index) => ({
    x5t: String(index),
    certificate: certificates[index] ?? '',
    privateKey: '',
    state,
    since: index,
  }));
}

const path = '/federationmetadata/2006-12/federationmetadata.xml';
const read = (url: string, keys = keysOf('active')) => readFederationMetadata(federationDocument(new URL(url), keys) ?? '');

test.each([
  [`https://nexus.microsoftonline-p.test${path}`, 'urn:federation:MicrosoftOnline', 'https://login.microsoftonline.test'],
  [`https://nexus.microsoftonline-p.com${path}`, 'urn:federation:MicrosoftOnline', 'https://login.microsoftonline.com'],
  [`https://nexus.microsoftonline-p.test:4445${path}`, 'urn:federation:MicrosoftOnline', 'https://login.microsoftonline.test:4445'],
  [`https://nexus.passport.test${path}`, 'uri:WindowsLiveID', 'https://login.live.test'],
  [`https://nexus.passport.com:8443${path}`, 'uri:WindowsLiveID', 'https://login.live.com:8443'],
  [`https://localhost:4445${path}`, 'urn:federation:MicrosoftOnline', 'https://localhost:4445'],
  [`https://[::1]:4445${path}`, 'urn:federation:MicrosoftOnline', 'https://[::1]:4445'],
  [
    `https://nexus.microsoftonline-p.test/FederationMetadata/2006-12/FederationMetadata.XML`,
    'urn:federation:MicrosoftOnline',
    'https://login.microsoftonline.test',
  ],
])('%s is of %s at %s', (url, issuerUri, origin) => {
  expect(read(url)).toEqual({
    issuerUri,
    tokenIssuerEpr: `${origin}/extSTS.srf`,
    webRequestorRedirectEpr: `${origin}/login.srf`,
    signingCertificate: certificates[0],
    previousCertificate: undefined,
  });
});

test.each<[string, readonly SigningKeyState[], number, number | undefined]>([
  ['a key that is staged is told to nobody', ['active', 'staged'], 0, undefined],
  ['a published key is the other one', ['active', 'published'], 0, 1],
  ['after activation the old one is', ['published', 'active'], 1, 0],
  ['the newest of several published keys is', ['published', 'active', 'published', 'retired'], 1, 2],
  ['a retired key is told to nobody', ['retired', 'active'], 1, undefined],
])('%s', (_name, states, current, previous) => {
  expect(read(`https://nexus.microsoftonline-p.test${path}`, keysOf(...states))).toMatchObject({
    signingCertificate: certificates[current],
    previousCertificate: previous === undefined ? undefined : certificates[previous],
  });
});

test.each(['/', '/federationmetadata/2007-06/federationmetadata.xml', `${path}/more`])('there is none at %s', (other) => {
  expect(federationDocument(new URL(`https://nexus.microsoftonline-p.test${other}`), keysOf('active'))).toBeUndefined();
});
