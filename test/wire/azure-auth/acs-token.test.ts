import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { selfIssuedAssertion } from '../../../shared/bridges/authority/issue.ts';
import { authCertificateSubject, exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { acsAppId, authorityScope, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { readJwt, verificationKey, verifySignature } from '../../../shared/protocols/oauth/jwt.ts';
import {
  type ClaimChanges,
  claimsOf,
  clientAssertion,
  cloud,
  daemon,
  type Form,
  formText,
  labTime,
  openTokenLab,
  refusalOf,
  type TokenLab,
  type TokenReply,
  thumbprints,
} from './token-lab.ts';

let lab: TokenLab;
let certificate: { readonly certificate: string; readonly privateKey: string; readonly thumbprint: string };
beforeAll(async () => {
  lab = await openTokenLab();
  const all = await exchangeCertificates.list(lab.store.read, cloud);
  const own = all.find(({ value }) => value.Subject === authCertificateSubject);
  if (own === undefined) throw new Error('the cloud has no certificate');
  certificate = { ...own.value, thumbprint: own.value.Thumbprint };
});
afterAll(() => lab.close());

const seconds = labTime / 1_000;
const bearer = 'http://oauth.net/grant_type/jwt/1.0/bearer';
const here = '/tokens/OAuth/2';

const claims = (changes: ClaimChanges = {}): ClaimChanges => ({
  iss: `${exchangeAppId}@${lab.tenantId}`,
  aud: `${acsAppId}/accounts.accesscontrol.windows.net@${lab.tenantId}`,
  nbf: String(seconds),
  exp: String(seconds + 600),
  ...changes,
});

let assertion: string;
beforeEach(async () => {
  assertion = await clientAssertion(certificate, claims());
});

const cloudResource = (): string => `${exchangeAppId}/outlook.office365.com@${lab.tenantId}`;
const form = (more: Form = {}): Form => ({ grant_type: bearer, assertion, resource: cloudResource(), realm: lab.tenantId, ...more });
const ask = (more: Form = {}, path = `/${lab.tenantId}${here}`): Promise<TokenReply> => lab.post(path, form(more));

test('an assertion becomes an actor token, all in strings', async () => {
  const headers = { 'client-request-id': '0d6e1b0a-58c3-4b5f-9b0e-3f3f3f3f3f3f', 'return-client-request-id': 'True' };
  const reply = await lab.post(`/${lab.tenantId}${here}`, form(), headers);
  expect(reply.body).toEqual({
    token_type: 'Bearer',
    expires_in: '86399',
    not_before: String(seconds),
    expires_on: String(seconds + 86_399),
    resource: cloudResource(),
    access_token: expect.any(String),
  });
  expect(reply.headers).toMatchObject({ 'client-request-id': headers['client-request-id'], 'cache-control': 'no-store, no-cache' });
  const acs = `${acsAppId}@${lab.tenantId}`;
  expect(claimsOf(reply.body['access_token'])).toEqual({
    aud: cloudResource(),
    iss: acs,
    nbf: String(seconds),
    exp: String(seconds + 86_399),
    nameid: `${exchangeAppId}@${lab.tenantId}`,
    identityprovider: acs,
  });
  const jwt = readJwt(String(reply.body['access_token']));
  const [key] = await signingKeys.list(lab.store.read, authorityScope);
  if ('problem' in jwt || key === undefined) throw new Error('no token, or no key');
  expect(jwt.header).toEqual({ typ: 'JWT', alg: 'RS256', x5t: key.value.x5t });
  expect(await verifySignature(jwt, verificationKey(key.value.certificate))).toBe(true);
  expect(await lab.exchangeOf(reply.answer)).toMatchObject({
    operation: 'server-to-server',
    caller: exchangeAppId,
    organization: cloud,
    outcome: 'answered',
  });
});

test('our own assertion is one', async () => {
  const audience = `${acsAppId}/accounts.accesscontrol.windows.net@${lab.tenantId}`;
  const own = await selfIssuedAssertion({ realm: lab.tenantId, certificate, audience, at: labTime });
  expect(await ask({ assertion: own })).toMatchObject({ status: 200 });
});

describe('is accepted', () => {
  const good: readonly [title: string, ask: () => Promise<TokenReply>][] = [
    ['without a realm', () => ask({ realm: undefined })],
    ['with the realm in the body alone', () => ask({}, here)],
    ['with tenant and realm by domain', () => ask({ realm: 'contoso.onmicrosoft.test' }, `/Contoso.test${here}`)],
    [
      'under the other name of the service',
      async () => {
        const answer = await lab.https(`https://accounts.accesscontrol.windows.net/${lab.tenantId}${here}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: formText(form()),
        });
        return { ...answer, body: {}, text: answer.body, answer };
      },
    ],
    [
      'with a padded thumbprint',
      async () => ask({ assertion: await clientAssertion(certificate, claims(), { x5t: `${thumbprints(certificate.certificate).x5t}=` }) }),
    ],
    [
      'with times as numbers',
      async () => ask({ assertion: await clientAssertion(certificate, claims({ nbf: seconds, exp: seconds + 600 })) }),
    ],
    [
      'with our spelling of the audience',
      async () =>
        ask({ assertion: await clientAssertion(certificate, claims({ aud: `${acsAppId}/accounts.accesscontrol.test@${lab.tenantId}` })) }),
    ],
    [
      'of another application with a key',
      async () => {
        const iss = `${daemon}@${lab.tenantId}`;
        return ask({ assertion: await clientAssertion(lab.certificate, claims({ iss })) });
      },
    ],
    ['for the host of Autodiscover', () => ask({ resource: `${exchangeAppId}/autodiscover-s.outlook.com@${lab.tenantId}` })],
    [
      'for a host that is reached by localhost',
      () => {
        const port = String(lab.names.hosts['outlook.office365.test']).split(':').at(-1);
        return ask({ resource: `${exchangeAppId}/localhost:${port}@${lab.tenantId}` });
      },
    ],
  ];
  test.each(good)('%s', async (_title, asked) => {
    expect(await asked()).toMatchObject({ status: 200 });
  });
});

describe('an assertion is refused', () => {
  const made = (changes: ClaimChanges, header?: Readonly<Record<string, unknown>>) => (): Promise<string> =>
    clientAssertion(certificate, claims(changes), header);
  const bad: readonly [title: string, check: string, make: () => Promise<string>, said: string][] = [
    [
      'A-01 of an unknown certificate',
      'client.assertion-key',
      () => clientAssertion(lab.stranger, claims()),
      '[Reason - The key was not found., Thumbprint of key used by client: ',
    ],
    [
      'A-01 of another key under a known thumbprint',
      'client.assertion-signature',
      () => clientAssertion(lab.stranger, claims(), { x5t: thumbprints(certificate.certificate).x5t }),
      'Client assertion contains an invalid signature.',
    ],
    [
      'A-02 of an expired key',
      'client.assertion-key-period',
      () => clientAssertion(lab.expired, claims({ iss: `${daemon}@${lab.tenantId}` })),
      'The key used is expired.',
    ],
    [
      'A-03 past its time',
      'assertion.lifetime',
      made({ nbf: String(seconds - 901), exp: String(seconds - 301) }),
      'not within its valid time range',
    ],
    ['A-03 with too long a life', 'assertion.lifetime', made({ exp: String(seconds + 86_401) }), 'not within its valid time range'],
    [
      'A-04 for another audience',
      'assertion.audience',
      made({ aud: `${acsAppId}/accounts.example.test@x` }),
      'audience claim does not match',
    ],
    ['of another realm', 'assertion.issuer', made({ iss: `${exchangeAppId}@contoso.test` }), 'application identifier'],
    ['A-16 with HS256', 'client.assertion-algorithm', made({}, { alg: 'HS256' }), 'Client assertion contains an invalid signature.'],
  ];
  test.each(bad)('%s', async (_title, check, make, said) => {
    const reply = await ask({ assertion: await make() });
    expect(await refusalOf(lab, reply)).toEqual({ status: 401, error: 'invalid_client', codes: [70002, 50012], check });
    expect(reply.body['error_description']).toMatch(/^AADSTS70002: Error validating credentials\. AADSTS50012: /);
    expect(reply.body['error_description']).toContain(said);
  });

  test('A-05 that is none', async () => {
    const reply = await ask({ assertion: 'nonsense' });
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'invalid_request', codes: [50027], check: 'client.assertion-form' });
  });

  test('A-06 of an unknown application', async () => {
    const iss = `55555555-5555-4555-8555-555555555555@${lab.tenantId}`;
    const reply = await ask({ assertion: await clientAssertion(certificate, claims({ iss })) });
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'unauthorized_client', codes: [700016], check: 'client.exists' });
  });
});

describe('a request is refused', () => {
  test.each([
    ['a host that is nobody’s', () => `${exchangeAppId}/evil.example@${lab.tenantId}`],
    ['an unknown application', () => `${daemon.replace('2', '7')}/outlook.office365.com@${lab.tenantId}`],
    ['another realm', () => `${exchangeAppId}/outlook.office365.com@99999999-9999-4999-8999-999999999999`],
    ['an address', () => 'https://evil.example/'],
    ['something endless', () => 'x'.repeat(100_000)],
  ])('A-07 for %s', async (_title, resource) => {
    const reply = await ask({ resource: resource() });
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'invalid_resource', codes: [50001], check: 'resource.principal' });
  });

  const bad: readonly [title: string, more: Form, path: string | undefined, code: number, error: string, check: string][] = [
    ['A-08 with another realm', { realm: 'fabrikam.test' }, undefined, 90023, 'invalid_request', 'request.realm'],
    ['A-06 at an unknown tenant', {}, `/fabrikam.test${here}`, 90002, 'invalid_request', 'tenant.known'],
    ['without tenant and realm', { realm: undefined }, here, 900144, 'invalid_request', 'request.parameters'],
    ['A-09 with another grant', { grant_type: 'client_credentials' }, undefined, 70003, 'unsupported_grant_type', 'request.grant-type'],
    ['without an assertion', { assertion: undefined }, undefined, 900144, 'invalid_request', 'request.parameters'],
    ['without a resource', { resource: undefined }, undefined, 900144, 'invalid_request', 'request.parameters'],
  ];
  test.each(bad)('%s', async (_title, more, path, code, error, check) => {
    expect(await refusalOf(lab, await ask(more, path))).toEqual({ status: 400, error, codes: [code], check });
  });

  test('with a parameter twice', async () => {
    const reply = await lab.post(here, 'grant_type=a&grant_type=b');
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'invalid_request', codes: [9002313], check: 'request.form' });
  });
});
