import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  claimsOf,
  daemon,
  daemonSecret,
  type Form,
  formText,
  labTime,
  openTokenLab,
  publicClient,
  refusalOf,
  type TokenLab,
  web,
  webSecret,
} from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const seconds = labTime / 1_000;
const exchange = 'https://outlook.office365.com/.default';
const bySecret: Form = { grant_type: 'client_credentials', client_id: daemon, client_secret: daemonSecret, scope: exchange };
test('v2 answers numbers, and a token with the roles that were assigned', async () => {
  const reply = await lab.v2(bySecret);
  expect(reply.body).toEqual({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: expect.any(String) });
  expect(reply.headers).toMatchObject({
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'content-type': 'application/json; charset=utf-8',
  });
  expect(claimsOf(reply.body['access_token'])).toMatchObject({
    aud: 'https://outlook.office365.com',
    iss: `https://sts.windows.net/${lab.tenantId}/`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3599,
    appid: daemon,
    appidacr: '1',
    idtyp: 'app',
    roles: ['full_access_as_app'],
    tid: lab.tenantId,
    ver: '1.0',
  });
  expect(await lab.exchangeOf(reply.answer)).toMatchObject({
    operation: 'client_credentials',
    caller: daemon,
    organization: 'contoso-cloud',
    outcome: 'answered',
  });
});

test('v1 answers strings, and when the token begins and ends', async () => {
  const reply = await lab.v1({ ...bySecret, scope: undefined, resource: '00000002-0000-0ff1-ce00-000000000000' });
  expect(reply.body).toEqual({
    token_type: 'Bearer',
    expires_in: '3599',
    ext_expires_in: '3599',
    expires_on: String(seconds + 3599),
    not_before: String(seconds),
    resource: '00000002-0000-0ff1-ce00-000000000000',
    access_token: expect.any(String),
  });
  expect(claimsOf(reply.body['access_token'])).toMatchObject({ aud: '00000002-0000-0ff1-ce00-000000000000' });
});

test.each([
  'https://outlook.office365.test/.default',
  'https://OUTLOOK.office.com//.default',
  'https://autodiscover-s.outlook.com/.default',
  '00000002-0000-0ff1-ce00-000000000000/.default',
])('Exchange is known as %s', async (scope) => {
  const reply = await lab.v2({ ...bySecret, scope });
  expect(reply.status).toBe(200);
  expect(claimsOf(reply.body['access_token'])['aud']).toBe(scope.slice(0, -'/.default'.length));
});

test('an organisation that is reached by localhost is known by its port', async () => {
  const port = String(lab.names.hosts['outlook.office365.test']).split(':').at(-1);
  expect(await lab.v2({ ...bySecret, scope: `https://localhost:${port}/.default` })).toMatchObject({ status: 200 });
});

test('the tenant is known by its id and by its domains, in any case', async () => {
  for (const segment of [lab.tenantId.toUpperCase(), 'contoso.test', 'Contoso.OnMicrosoft.test'])
    expect(await lab.post(`/${segment}/OAuth2/V2.0/Token`, bySecret)).toMatchObject({ status: 200 });
});

test('the secret may come in a Basic header', async () => {
  const basic = `Basic ${Buffer.from(`${daemon}:${encodeURIComponent(daemonSecret)}`).toString('base64')}`;
  const form = { grant_type: 'client_credentials', scope: exchange };
  expect(await lab.post(`/${lab.tenantId}/oauth2/v2.0/token`, form, { authorization: basic })).toMatchObject({ status: 200 });
});

test('an application without roles gets a token without roles', async () => {
  const reply = await lab.v2({ ...bySecret, client_id: web, client_secret: webSecret });
  expect(reply.status).toBe(200);
  expect(claimsOf(reply.body['access_token'])).not.toHaveProperty('roles');
});

test('telemetry does no harm, and the request id comes back to whoever wants it', async () => {
  const id = '0d6e1b0a-58c3-4b5f-9b0e-3f3f3f3f3f3f';
  const telemetry = {
    'x-client-SKU': 'msal.js.node',
    'x-client-VER': '7.2.1',
    'x-ms-lib-capability': 'retry-after',
    'client-request-id': id,
  };
  const headers = { 'return-client-request-id': 'true' };
  const good = await lab.post(`/${lab.tenantId}/oauth2/v2.0/token?client-request-id=${id}`, { ...bySecret, ...telemetry }, headers);
  expect(good).toMatchObject({ status: 200, headers: { 'client-request-id': id } });
  const bad = await lab.post(`/${lab.tenantId}/oauth2/v2.0/token?client-request-id=${id}`, { client_id: daemon }, headers);
  expect(bad).toMatchObject({ status: 400, headers: { 'client-request-id': id }, body: { correlation_id: id } });
});

describe('a request is refused', () => {
  type Bad = readonly [title: string, form: Form | string, status: number, error: string, code: number, check: string];
  const bad: readonly Bad[] = [
    [
      'A-06 for an unknown client',
      { ...bySecret, client_id: publicClient.replace('4', '5') },
      400,
      'unauthorized_client',
      700016,
      'client.exists',
    ],
    ['for a client that is no GUID', { ...bySecret, client_id: '../etc' }, 400, 'unauthorized_client', 700016, 'client.exists'],
    ['with a wrong secret', { ...bySecret, client_secret: 'guess' }, 401, 'invalid_client', 7000215, 'client.secret'],
    ['without a secret', { ...bySecret, client_secret: undefined }, 401, 'invalid_client', 7000216, 'client.credentials'],
    ['with an empty secret', { ...bySecret, client_secret: '' }, 401, 'invalid_client', 7000216, 'client.credentials'],
    ['with a secret of a public client', { ...bySecret, client_id: publicClient }, 401, 'invalid_client', 700025, 'client.credentials'],
    [
      'of a public client',
      { ...bySecret, client_id: publicClient, client_secret: undefined },
      401,
      'invalid_client',
      7000216,
      'client.confidential',
    ],
    [
      'A-07 for an unknown resource',
      { ...bySecret, scope: 'https://example.test/.default' },
      400,
      'invalid_resource',
      500011,
      'resource.principal',
    ],
    ['A-09 with an unknown grant', { ...bySecret, grant_type: 'magic' }, 400, 'unsupported_grant_type', 70003, 'request.grant-type'],
    [
      'for single permissions',
      { ...bySecret, scope: 'https://outlook.office365.com/Mail.Read' },
      400,
      'invalid_scope',
      1002012,
      'request.scope',
    ],
    [
      'for several resources',
      { ...bySecret, scope: `${exchange} https://graph.microsoft.com/.default` },
      400,
      'invalid_scope',
      700022,
      'request.scope',
    ],
    ['without a scope', { ...bySecret, scope: undefined }, 400, 'invalid_request', 900144, 'request.parameters'],
    ['without a grant type', { ...bySecret, grant_type: undefined }, 400, 'invalid_request', 900144, 'request.parameters'],
    ['without a client', { ...bySecret, client_id: undefined }, 400, 'invalid_request', 900144, 'request.parameters'],
    ['with a parameter twice', 'grant_type=client_credentials&client_id=a&client_id=b', 400, 'invalid_request', 9002313, 'request.form'],
    ['with octets that are no text', 'grant_type=%ff%fe', 400, 'invalid_request', 9002313, 'request.form'],
    ['that is empty', '', 400, 'invalid_request', 900144, 'request.parameters'],
  ];
  test.each(bad)('%s', async (_title, form, status, error, code, check) => {
    const reply = await lab.post(`/${lab.tenantId}/oauth2/v2.0/token`, form);
    expect(await refusalOf(lab, reply)).toEqual({ status, error, codes: [code], check });
  });

  test.each([
    ['fabrikam.test', 90002],
    ['5f0bd1ea-0000-4000-8000-000000000000', 90002],
    ['consumers', 90002],
    ['no tenant at all', 900023],
    ['common', 50059],
    ['organizations', 50059],
  ])('A-06 at the tenant %s', async (segment, code) => {
    const reply = await lab.post(`/${encodeURIComponent(segment)}/oauth2/v2.0/token`, bySecret);
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'invalid_request', codes: [code], check: 'tenant.known' });
  });

  test('A-02 with an expired secret', async () => {
    await lab.change(web, (principal) => ({
      ...principal,
      passwordCredentials: principal.passwordCredentials.map((one) => ({ ...one, endDate: labTime - 1 })),
    }));
    const reply = await lab.v2({ ...bySecret, client_id: web, client_secret: webSecret });
    expect(await refusalOf(lab, reply)).toEqual({ status: 401, error: 'invalid_client', codes: [7000222], check: 'client.secret-period' });
    await lab.change(web, (principal) => ({
      ...principal,
      passwordCredentials: principal.passwordCredentials.map((one) => ({ ...one, endDate: labTime + 1_000 })),
    }));
    expect(await lab.v2({ ...bySecret, client_id: web, client_secret: webSecret })).toMatchObject({ status: 200 });
  });

  test('of a disabled application', async () => {
    await lab.change(web, (principal) => ({ ...principal, accountEnabled: false }));
    const reply = await lab.v2({ ...bySecret, client_id: web, client_secret: webSecret });
    await lab.change(web, (principal) => ({ ...principal, accountEnabled: true }));
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'unauthorized_client', codes: [7000112], check: 'client.enabled' });
  });

  test('with another content type', async () => {
    const reply = await lab.post(`/${lab.tenantId}/oauth2/v2.0/token`, JSON.stringify(bySecret), { 'content-type': 'application/json' });
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'invalid_request', codes: [900144], check: 'request.form' });
  });

  test('that is longer than a mebibyte', async () => {
    expect(await lab.post(`/${lab.tenantId}/oauth2/v2.0/token`, `grant_type=${'x'.repeat(1_100_000)}`)).toMatchObject({ status: 413 });
  });

  test('by any other method', async () => {
    const answer = await lab.https(`https://login.microsoftonline.test/${lab.tenantId}/oauth2/v2.0/token`);
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  test('and what is told of a long parameter is short', async () => {
    const reply = await lab.v2({ ...bySecret, client_id: 'x'.repeat(500_000), scope: 'y'.repeat(400_000) });
    expect(reply.body).toMatchObject({ error_codes: [700016] });
    expect(reply.text.length).toBeLessThan(2_000);
  });
});

describe('A-15 a fault rule stands in for the service', () => {
  const answers = [
    { status: 429, headers: { 'Retry-After': '7' }, body: '' },
    { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>busy</body></html>' },
    { status: 200, headers: { 'content-type': 'application/json' }, body: '{"access_token":"eyJ' },
  ];
  test.each(answers)('with $status $body', async ({ status, headers, body }) => {
    lab.faults.add({
      match: { svc: 'azure-auth', op: 'client_credentials' },
      seam: 'http.response',
      effect: { kind: 'status', status, headers, body },
    });
    const answer = await lab.https(`https://login.microsoftonline.test/${lab.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formText(bySecret),
    });
    lab.faults.clear();
    expect(answer).toMatchObject({ status, body });
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'fault' });
    expect(await lab.v2(bySecret)).toMatchObject({ status: 200 });
  });
});
