import { X509Certificate } from 'node:crypto';
import https from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { readAuthMetadata, readFederationMetadata } from '../../../shared/protocols/oauth/metadata.ts';
import { type BrowserLab, openBrowserLab, tenantId } from './browser-lab.ts';

let lab: BrowserLab;
beforeAll(async () => {
  lab = await openBrowserLab();
});
afterAll(() => lab.close());

async function json(url: string, method = 'GET'): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
  const answer = await lab.https(url, { method });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

/** The way of a client without a hosts file. */
function byLocalhost(url: string): Promise<{ body: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve, reject) => {
    const sent = https.get(url, { ca: lab.names.ca, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> }));
    });
    sent.on('error', reject);
  });
}

describe('openid-configuration', () => {
  test.each([
    ['the id of a tenant', tenantId],
    ['the id in capitals', tenantId.toUpperCase()],
    ['a domain', 'contoso.test'],
    ['another domain, in capitals', 'CONTOSO.ONMICROSOFT.TEST'],
  ])('v2 by %s', async (_, segment) => {
    const { status, body } = await json(`${lab.origin}/${segment}/v2.0/.well-known/openid-configuration`);
    const base = `${lab.origin}/${tenantId}`;
    expect({ status, ...body }).toMatchObject({
      status: 200,
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    });
  });

  test('v1, and the templates of common and organizations', async () => {
    const v1 = await json(`${lab.origin}/contoso.test/.well-known/openid-configuration`);
    expect(v1.body).toMatchObject({
      issuer: `https://sts.windows.net/${tenantId}/`,
      token_endpoint: `${lab.origin}/${tenantId}/oauth2/token`,
      jwks_uri: `${lab.origin}/common/discovery/keys`,
    });
    for (const segment of ['common', 'Organizations']) {
      const shared = await json(`${lab.origin}/${segment}/v2.0/.well-known/openid-configuration`);
      expect(shared.body).toMatchObject({
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        token_endpoint: `${lab.origin}/${segment.toLowerCase()}/oauth2/v2.0/token`,
      });
    }
  });

  test('addresses have the authority that was asked', async () => {
    const local = new URL(String(lab.endpoints.organizations['contoso-cloud']?.authority)).origin;
    expect(local).toMatch(/^https:\/\/localhost:\d+$/);
    for (const origin of [local, 'https://login.microsoftonline.com', 'https://accounts.accesscontrol.test']) {
      const { body } = await (origin === local ? byLocalhost : json)(`${origin}/${tenantId}/v2.0/.well-known/openid-configuration`);
      expect(body['token_endpoint']).toBe(`${origin}/${tenantId}/oauth2/v2.0/token`);
      expect(body['issuer']).toBe(`https://login.microsoftonline.com/${tenantId}/v2.0`);
    }
  });

  test.each([
    ['/nowhere.test/v2.0/.well-known/openid-configuration', 90002],
    ['/99999999-9999-4999-8999-999999999999/.well-known/openid-configuration', 90002],
    ['/no-domain/.well-known/openid-configuration', 900023],
    ['/nowhere.test/discovery/v2.0/keys', 90002],
    ['/nowhere.test/metadata/json/1', 90002],
    ['/common/metadata/json/1', 900023],
    ['/nowhere.test/federationmetadata/2007-06/federationmetadata.xml', 90002],
  ])('an unknown tenant: %s', async (path, code) => {
    const { status, body } = await json(`${lab.origin}${path}`);
    expect({ status, ...body }).toMatchObject({ status: 400, error: 'invalid_request', error_codes: [code] });
    expect(body['error_description']).toMatch(new RegExp(`^AADSTS${code}: `));
  });
});

describe('keys', () => {
  test('the set of each address holds the same key, which is its certificate’s', async () => {
    const sets = await Promise.all(
      ['/common/discovery/keys', `/${tenantId}/discovery/keys`, `/${tenantId}/discovery/v2.0/keys`].map((path) =>
        json(`${lab.origin}${path}`),
      ),
    );
    const kids = sets.map(({ body }) => (body['keys'] as { kid: string }[]).map(({ kid }) => kid));
    expect(kids[0]).toHaveLength(1);
    expect(kids[1]).toEqual(kids[0]);
    expect(kids[2]).toEqual(kids[0]);
    type Key = { x5c: string[]; x5t: string; kid: string; n: string; e: string; issuer: string };
    const [key] = present(sets[2], 'a set').body['keys'] as [Key];
    const certificate = new X509Certificate(Buffer.from(key.x5c[0] ?? '', 'base64'));
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject({ n: key.n, e: key.e });
    expect(Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url')).toBe(key.x5t);
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', kid: key.x5t, issuer: `https://login.microsoftonline.com/${tenantId}/v2.0` });
  });

  test('federation and server-to-server metadata tell of it too', async () => {
    const federation = await lab.https(`${lab.origin}/contoso.test/FederationMetadata/2007-06/FederationMetadata.xml`);
    const read = readFederationMetadata(federation.body);
    expect(read).toMatchObject({
      issuer: `https://sts.windows.net/${tenantId}/`,
      authorizationEndpoint: expect.stringContaining(lab.origin),
    });
    const acs = 'https://accounts.accesscontrol.test';
    const withRealm = readAuthMetadata((await lab.https(`${acs}/contoso.test/metadata/json/1`)).body);
    expect(withRealm).toMatchObject({
      realm: tenantId,
      issuer: `00000001-0000-0000-c000-000000000000@${tenantId}`,
      keys: read.keys,
      endpoints: [{ location: `${acs}/${tenantId}/tokens/OAuth/2`, protocol: 'OAuth2', usage: 'issuance' }],
    });
    const general = JSON.parse((await lab.https(`${acs}/metadata/json/1`)).body) as Record<string, unknown>;
    expect(general).toMatchObject({ endpoints: [{ location: `${acs}/tokens/OAuth/2` }] });
  });
});

describe('instance discovery', () => {
  const ask = (endpoint: string, method = 'GET') =>
    json(`${lab.origin}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`, method);

  test('Microsoft’s own name and ours', async () => {
    const real = await ask('https://login.microsoftonline.com/contoso.test/oauth2/v2.0/authorize');
    expect(real).toMatchObject({
      status: 200,
      body: {
        tenant_discovery_endpoint: 'https://login.microsoftonline.com/contoso.test/v2.0/.well-known/openid-configuration',
        metadata: [
          { preferred_network: 'login.microsoftonline.com', aliases: expect.arrayContaining(['sts.windows.net', 'login.windows.net']) },
        ],
      },
    });
    expect(real.body['metadata']).toHaveLength(1);
    const local = await ask('https://localhost:4445/contoso.test/oauth2/authorize');
    expect(local.body).toMatchObject({
      tenant_discovery_endpoint: 'https://localhost:4445/contoso.test/.well-known/openid-configuration',
      metadata: [{}, { preferred_network: 'localhost:4445', preferred_cache: 'localhost:4445', aliases: ['localhost:4445'] }],
    });
  });

  test.each([
    'https://login.example.org/common/oauth2/v2.0/authorize',
    'https://login.microsoftonline.com.example.org/common/oauth2/authorize',
    'http://login.microsoftonline.com/common/oauth2/authorize',
    'https://login.microsoftonline.com/',
    'no address',
  ])('%s is none', async (endpoint) => {
    expect(await ask(endpoint)).toMatchObject({ status: 400, body: { error: 'invalid_instance', error_codes: [50049] } });
  });

  test('without an address', async () => {
    expect(await json(`${lab.origin}/common/discovery/instance`)).toMatchObject({ status: 400, body: { error_codes: [900144] } });
  });
});

describe('user realm', () => {
  test('a domain of a tenant is managed, whether or not there is such a user', async () => {
    for (const user of ['joe@contoso.test', 'nobody@contoso.test']) {
      expect(await json(`${lab.origin}/common/userrealm/${user}?api-version=1.0`)).toEqual({
        status: 200,
        body: {
          ver: '1.0',
          account_type: 'Managed',
          domain_name: 'contoso.test',
          cloud_instance_name: 'microsoftonline.com',
          cloud_audience_urn: 'urn:federation:MicrosoftOnline',
        },
      });
    }
    expect((await json(`${lab.origin}/common/UserRealm/joe%40contoso.test?api-version=2.1`)).body).toMatchObject({
      Login: 'joe@contoso.test',
      NameSpaceType: 'Managed',
      DomainName: 'contoso.test',
    });
    expect((await json(`${lab.origin}/GetUserRealm.srf?login=joe@contoso.test`)).body).toMatchObject({ NameSpaceType: 'Managed' });
  });

  test.each(['joe@nowhere.test', 'joe', '@', '%00', '%F0%9F%98%80@x'])('%s is unknown', async (user) => {
    expect(await json(`${lab.origin}/common/userrealm/${user}?api-version=1.0`)).toMatchObject({
      status: 200,
      body: { account_type: 'Unknown' },
    });
  });

  test('without a user', async () => {
    expect(await json(`${lab.origin}/GetUserRealm.srf`)).toMatchObject({ status: 400, body: { error_codes: [900144] } });
  });
});

test('what is not there is 404, a method that is not offered 405', async () => {
  expect(await lab.https(`${lab.origin}/`)).toMatchObject({ status: 404 });
  expect(await lab.https(`${lab.origin}/${tenantId}/oauth2/v3.0/authorize`)).toMatchObject({ status: 404 });
  const refused = await lab.https(`${lab.origin}/${tenantId}/v2.0/.well-known/openid-configuration`, { method: 'DELETE' });
  expect(refused).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  const head = await lab.https(`${lab.origin}/${tenantId}/v2.0/.well-known/openid-configuration`, { method: 'HEAD' });
  expect(head).toMatchObject({ status: 200, body: '' });
});
