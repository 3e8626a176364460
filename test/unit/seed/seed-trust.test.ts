import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import { organizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import { openRegistry, type Registry } from '../../../shared/domain/organization/registry.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { authConfigName, authConfigs } from '../../../shared/domain/trust/auth-config.ts';
import { authServers } from '../../../shared/domain/trust/auth-servers.ts';
import { delegationPartners, partnersOf } from '../../../shared/domain/trust/delegation-partners.ts';
import { authCertificateSubject, exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { federationOf } from '../../../shared/domain/trust/federated-organization.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { partnerApplications } from '../../../shared/domain/trust/partner-applications.ts';
import { servicePrincipals } from '../../../shared/domain/trust/service-principals.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { acsAppId, exchangeAppId, graphAppId } from '../../../shared/domain/trust/well-known.ts';
import type { World } from '../../../shared/domain/world/world.ts';
import type { Store } from '../../../shared/store/database.ts';
import { anchor, contosoHybrid, seeded, worldOf } from './worlds.ts';

/** The shipped world before anybody has run a cmdlet. */
const untouched: World = {
  ...contosoHybrid,
  organizations: contosoHybrid.organizations.map((organization) => ({
    ...organization,
    cmdlets: [],
    recipients: organization.recipients.map((recipient) => ({
      ...recipient,
      content: { messages: 'none', calendar: 'none', folders: [] },
    })),
  })),
};
const names = untouched.organizations.map(({ name }) => name);
const tenantId = '11111111-1111-4111-8111-111111111111';
const dayMs = 86_400_000;

let store: Store;
let registry: Registry;
let authority: Settings;
let cloud: Settings;
beforeAll(async () => {
  store = await seeded(untouched);
  registry = openRegistry(store);
  authority = await registry.settings('');
  cloud = await registry.settings('contoso-cloud');
});
afterAll(async () => {
  registry.close();
  await store.close();
});

const read = (certificate: string) => new X509Certificate(Buffer.from(certificate, 'base64'));
const authCertificates = (of: Settings) => exchangeCertificates.all(of).filter(({ Subject }) => Subject === authCertificateSubject);
const x5tOf = (certificate: string) => createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url');

test('the authentication service has one key, which signs', () => {
  const [key, ...others] = signingKeys.all(authority);
  expect(others).toEqual([]);
  expect(key).toMatchObject({ state: 'active', since: anchor, x5t: x5tOf(key?.certificate ?? '') });
  expect(read(key?.certificate ?? '').checkPrivateKey(createPrivateKey(key?.privateKey ?? ''))).toBe(true);
  expect(signingKeys.get(authority, key?.x5t ?? '')).toEqual(key);
});

test('every organisation has a certificate of its own for five years, and an AuthConfig that names it', async () => {
  const seen = new Set<string>();
  for (const name of names) {
    const settings = await registry.settings(name);
    const [certificate, ...others] = authCertificates(settings);
    expect(others).toEqual([]);
    if (certificate === undefined) throw new Error(`${name} has no certificate`);
    const parsed = read(certificate.certificate);
    expect(parsed.subject).toBe(authCertificateSubject);
    expect(parsed.checkPrivateKey(createPrivateKey(certificate.privateKey))).toBe(true);
    expect(certificate.Thumbprint).toBe(parsed.fingerprint.replaceAll(':', ''));
    expect([parsed.validFromDate.getTime(), parsed.validToDate.getTime()]).toEqual([certificate.NotBefore, certificate.NotAfter]);
    expect([anchor - certificate.NotBefore, certificate.NotAfter - anchor]).toEqual([dayMs, 5 * 365 * dayMs]);
    expect(authConfigs.get(settings, authConfigName)).toEqual({
      ServiceName: exchangeAppId,
      Realm: name === 'contoso-cloud' ? tenantId : '',
      CurrentCertificateThumbprint: certificate.Thumbprint,
      PreviousCertificateThumbprint: '',
      NextCertificateThumbprint: '',
      NextCertificateEffectiveDate: null,
    });
    expect(organizationConfig(settings).OAuth2ClientProfileEnabled).toBe(name === 'contoso-cloud');
    seen.add(certificate.Thumbprint);
  }
  expect(seen.size).toBe(names.length);
});

test('on-premises nobody is trusted until a cmdlet says so', async () => {
  for (const name of ['contoso', 'fabrikam']) {
    const settings = await registry.settings(name);
    expect([...authServers.all(settings), ...partnerApplications.all(settings), ...servicePrincipals.all(settings)]).toEqual([]);
  }
});

test('the cloud trusts the authentication service, with the key of the moment', () => {
  const [key] = signingKeys.all(authority);
  const keys = [{ x5t: key?.x5t, certificate: key?.certificate }];
  expect(authServers.get(cloud, 'ACS')).toMatchObject({
    Type: 'MicrosoftACS',
    IssuerIdentifier: acsAppId,
    Realm: tenantId,
    AuthMetadataUrl: `https://accounts.accesscontrol.test/${tenantId}/metadata/json/1`,
    TokenIssuingEndpoint: `https://accounts.accesscontrol.test/${tenantId}/tokens/OAuth/2`,
    IsDefaultAuthorizationEndpoint: false,
    Enabled: true,
    keys,
  });
  expect(authServers.get(cloud, 'EvoSTS')).toMatchObject({
    Type: 'AzureAD',
    IssuerIdentifier: `https://sts.windows.net/${tenantId}/`,
    AuthorizationEndpoint: 'https://login.microsoftonline.test/common/oauth2/authorize',
    IsDefaultAuthorizationEndpoint: true,
    keys,
  });
  expect(partnerApplications.all(cloud)).toMatchObject([
    { Name: 'Exchange Online', ApplicationIdentifier: exchangeAppId, UseAuthServer: true, AcceptSecurityIdentifierInformation: true },
  ]);
});

test("Exchange's principal has the tenant's certificate as its key and the tenant's hosts as its names", () => {
  const [certificate] = authCertificates(cloud);
  expect(servicePrincipals.get(cloud, exchangeAppId)).toMatchObject({
    servicePrincipalNames: [exchangeAppId, 'https://outlook.office365.test/', 'https://autodiscover-s.outlook.test/'],
    keyCredentials: [{ x5t: x5tOf(certificate?.certificate ?? ''), certificate: certificate?.certificate }],
    appRoles: expect.arrayContaining(['full_access_as_app']),
    scopes: expect.arrayContaining(['EWS.AccessAsUser.All']),
    appRoleAssignments: [],
  });
  expect(servicePrincipals.get(cloud, acsAppId)?.servicePrincipalNames).toContain('https://accounts.accesscontrol.test/');
  expect(servicePrincipals.get(cloud, graphAppId)?.scopes).toContain('User.Read');
});

describe('the applications of the world', () => {
  const principal = (id: string) => {
    const found = servicePrincipals.get(cloud, id);
    if (found === undefined) throw new Error(`no principal ${id}`);
    return found;
  };
  const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

  test('daemon', () => {
    expect(principal('22222222-2222-4222-8222-222222222222')).toMatchObject({
      displayName: 'daemon',
      isPublicClient: false,
      servicePrincipalNames: ['22222222-2222-4222-8222-222222222222'],
      passwordCredentials: [{ secretHash: hashOf('daemon-Pa55word!'), startDate: anchor - dayMs, endDate: anchor + 730 * dayMs }],
      appRoleAssignments: [{ resource: exchangeAppId, role: 'full_access_as_app' }],
      permissionGrants: [],
    });
  });

  test('web', () => {
    expect(principal('33333333-3333-4333-8333-333333333333')).toMatchObject({
      isPublicClient: false,
      redirectUris: ['http://localhost'],
      servicePrincipalNames: ['33333333-3333-4333-8333-333333333333', 'api://33333333-3333-4333-8333-333333333333'],
      passwordCredentials: [{ secretHash: hashOf('web-Pa55word!') }],
      scopes: ['access_as_user'],
      permissionGrants: expect.arrayContaining([{ resource: exchangeAppId, scopes: ['EWS.AccessAsUser.All'] }]),
    });
  });

  test('public', () => {
    expect(principal('44444444-4444-4444-8444-444444444444')).toMatchObject({
      isPublicClient: true,
      passwordCredentials: [],
      keyCredentials: [],
      permissionGrants: [
        { resource: graphAppId, scopes: expect.arrayContaining(['openid', 'offline_access']) },
        { resource: exchangeAppId, scopes: ['EWS.AccessAsUser.All', 'SMTP.Send'] },
        { resource: '33333333-3333-4333-8333-333333333333', scopes: ['access_as_user'] },
      ],
    });
  });
});

test('a person has the same security identifier and the same NetID on both sides, and nobody else has them', async () => {
  const [here, there] = [openDirectory(store, 'contoso'), openDirectory(store, 'contoso-cloud')];
  for (const mail of ['mary@contoso.test', 'joe@contoso.test', 'info@contoso.test']) {
    const [left, right] = [await here.byAddress(mail), await there.byAddress(mail)];
    expect(left?.sid).toMatch(/^S-1-5-21(-\d{1,10}){3}-\d{4}$/);
    expect(left?.netId).toMatch(/^1003[0-9A-F]{12}$/);
    expect([right?.sid, right?.netId]).toEqual([left?.sid, left?.netId]);
    expect(left?.guid).not.toBe(right?.guid);
    expect((await there.bySid(left?.sid ?? ''))?.primaryAddress).toBe(mail);
  }
  const rows = await store.read.selectFrom('recipient').select(['organization', 'sid']).execute();
  expect(new Set(rows.map(({ organization, sid }) => `${organization} ${sid}`)).size).toBe(rows.length);
  for (const directory of [here, there]) directory.close();
});

test("the shipped world's cmdlets leave trust on-premises in the tenant, none at the partner", async () => {
  const ready = await seeded({ ...untouched, organizations: contosoHybrid.organizations });
  const view = openRegistry(ready);
  const settings = await view.settings('contoso');
  expect(authServers.all(settings).map(({ Type }) => Type)).toEqual(['MicrosoftACS', 'AzureAD']);
  expect(authServers.all(settings).flatMap(({ keys }) => keys)).toEqual(
    [0, 1].map(() => expect.objectContaining({ x5t: signingKeys.all(authority)[0]?.x5t })),
  );
  expect(partnerApplications.all(settings)).toMatchObject([{ ApplicationIdentifier: exchangeAppId }]);
  const exchange = servicePrincipals.get(await view.settings('contoso-cloud'), exchangeAppId);
  expect(exchange?.servicePrincipalNames).toContain('https://mail.contoso.test/');
  expect(exchange?.keyCredentials).toHaveLength(2);
  expect(authServers.all(await view.settings('fabrikam'))).toEqual([]);
  view.close();
  await ready.close();
});

describe('federation', () => {
  const federationCertificateOf = (of: Settings) =>
    exchangeCertificates.all(of).find(({ FriendlyName }) => FriendlyName === 'Exchange Delegation Federation');

  test('Exchange Online is one partner of both instances of the gateway, under a certificate of its own', () => {
    const held = federationCertificateOf(cloud);
    expect(held).toMatchObject({ Subject: 'CN=Federation', NotBefore: anchor - dayMs });
    expect(delegationPartners.all(authority)).toHaveLength(2);
    for (const instance of ['business', 'consumer'] as const) {
      const found = partnersOf(authority, instance).byUri('OUTLOOK.com');
      expect(found).toMatchObject({ appId: '260563', instance, hostsTenants: true, uris: ['outlook.com'], certificate: held?.certificate });
      expect(partnersOf(authority, instance).bySubjectKeyIdentifier(found?.subjectKeyIdentifier ?? '')).toBe(found);
    }
  });

  test('a tenant has both trusts and an identifier that is enabled', () => {
    const [key] = signingKeys.all(authority);
    const shared = {
      ApplicationIdentifier: '260563',
      ApplicationUri: 'outlook.com',
      OrgCertificate: federationCertificateOf(cloud)?.Thumbprint,
      TokenIssuerCertificate: key?.certificate,
      TokenIssuerPrevCertificate: '',
      refreshed: anchor,
    };
    expect(federationTrusts.get(cloud, 'MicrosoftOnline')).toMatchObject({ ...shared, TokenIssuerUri: 'urn:federation:MicrosoftOnline' });
    expect(federationTrusts.get(cloud, 'WindowsLiveId')).toMatchObject({ ...shared, TokenIssuerUri: 'uri:WindowsLiveID' });
    expect(federationOf(cloud)).toMatchObject({
      identifier: { AccountNamespace: 'outlook.com', Domains: expect.arrayContaining(['contoso.onmicrosoft.test']) },
      trust: { Name: 'MicrosoftOnline' },
    });
  });

  test('on-premises there is none of it, and in a world without the cloud nowhere', async () => {
    for (const name of ['contoso', 'fabrikam']) {
      const settings = await registry.settings(name);
      expect([federationOf(settings), federationTrusts.all(settings), federationCertificateOf(settings)]).toEqual([
        undefined,
        [],
        undefined,
      ]);
    }
    const alone = await seeded(await worldOf('{"version":1,"organizations":{"acme":{"kind":"on-premises","domains":["acme.test"]}}}'));
    expect(await delegationPartners.list(alone.read, '')).toEqual([]);
    await alone.close();
  });
});
