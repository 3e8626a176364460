import { expect, test } from 'vitest';
import { authorityDocument } from '../../../shared/bridges/authority/documents.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { Organizations } from '../../../shared/domain/organization/registry.ts';
import type { SigningKey, SigningKeyState } from '../../../shared/domain/trust/signing-keys.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { issueSelfSigned } from '../../../shared/net/self-signed.ts';
import { readAuthMetadata, readFederationMetadata } from '../../../shared/protocols/oauth/metadata.ts';
import { testKey } from '../../support/test-keys.ts';

const tenantId = '11111111-1111-4111-8111-111111111111' as Guid;
const shared = { product: 'exchange-online', netbiosName: 'CONTOSO', hosts: { web: 'w', autodiscover: 'a', redirectOnly: [] } } as const;
const onPremises: Organization = { ...shared, name: 'contoso', kind: 'on-premises', domains: ['contoso.test', 'only-here.test'] };
const cloud: Organization = { ...shared, name: 'contoso-cloud', kind: 'cloud', tenantId, domains: ['contoso.test'] };
const all = [onPremises, cloud];
const organizations: Organizations = {
  all,
  byName: (name) => all.find((one) => one.name === name),
  byHost: () => undefined,
  byDomain: (domain) => all.filter(({ domains }) => domains.includes(domain.toLowerCase())),
};

async function key(number: number, state: SigningKeyState): Promise<SigningKey> {
  const made = await issueSelfSigned({ subject: `CN=${state}`, notBefore: 0, notAfter: 1e12, privateKey: await testKey(number) });
  const x5t = Buffer.from(made.thumbprint, 'hex').toString('base64url');
  return { x5t, certificate: made.certificate, privateKey: '', state, since: 0 };
}

const keys = await Promise.all([key(1, 'staged'), key(2, 'published'), key(3, 'active'), key(4, 'retired')]);
const document = (path: string) => authorityDocument(new URL(path, 'https://localhost:4445'), { organizations, keys });
const told = [keys[2]?.x5t, keys[1]?.x5t];

test('keys that are published or active are told, the one that signs first', () => {
  const x5ts = (read: { readonly keys: readonly { readonly x5t: string }[] }) => read.keys.map(({ x5t }) => x5t);
  for (const path of ['/common/discovery/keys', `/${tenantId}/discovery/keys`, '/CONTOSO.test/Discovery/v2.0/Keys']) {
    expect(x5ts(JSON.parse(document(path)?.body ?? ''))).toEqual(told);
  }
  for (const path of ['/metadata/json/1', '/contoso.test/metadata/json/1', `/${tenantId}/Metadata/JSON/1`]) {
    expect(x5ts(readAuthMetadata(document(path)?.body ?? ''))).toEqual(told);
  }
  const federation = document('/contoso.test/federationmetadata/2007-06/federationmetadata.xml');
  expect(x5ts(readFederationMetadata(federation?.body ?? ''))).toEqual(told);
});

test.each([
  ['/', 'the root'],
  ['/only-here.test/metadata/json/1', 'a domain that no tenant has'],
  ['/common/metadata/json/1', 'no realm'],
  ['/nowhere.test/v2.0/.well-known/openid-configuration', 'an unknown domain'],
  ['/%ff/metadata/json/1', 'octets that are no text'],
  [`/${tenantId}/x/metadata/json/1`, 'one segment too many'],
  [`/${tenantId}/oauth2/v2.0/token`, 'what is not a document'],
])('nothing at %s: %s', (path) => {
  expect(document(path)).toBeUndefined();
});

test('addresses have the authority that was asked, issuers Microsoft’s name', () => {
  expect(JSON.parse(document('/contoso.test/v2.0/.well-known/openid-configuration')?.body ?? '')).toMatchObject({
    issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
    token_endpoint: `https://localhost:4445/${tenantId}/oauth2/v2.0/token`,
  });
});
