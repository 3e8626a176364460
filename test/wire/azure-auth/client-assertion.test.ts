import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ClaimChanges,
  claimsOf,
  clientAssertion,
  daemon,
  type Form,
  labTime,
  openTokenLab,
  refusalOf,
  type TokenLab,
  thumbprints,
  web,
} from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const seconds = labTime / 1_000;
const exchange = 'https://outlook.office365.com/.default';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

function usualClaims(changes: ClaimChanges = {}): ClaimChanges {
  const aud = `${lab.authority}/oauth2/v2.0/token`;
  return { iss: daemon, sub: daemon, aud, jti: 'once', nbf: seconds, exp: seconds + 600, ...changes };
}

function byAssertion(assertion: string, more: Form = {}): Form {
  return {
    grant_type: 'client_credentials',
    client_id: daemon,
    client_assertion_type: assertionType,
    client_assertion: assertion,
    scope: exchange,
    ...more,
  };
}

describe('a client assertion', () => {
  const good: readonly [string, object, (certificate: string) => object][] = [
    ['RS256 and x5t', { alg: 'RS256' }, () => ({})],
    ['PS256 and x5t#S256', { alg: 'PS256' }, (certificate) => ({ x5t: undefined, 'x5t#S256': thumbprints(certificate).x5tS256 })],
    ['RS256 and x5t#S256', { alg: 'RS256' }, (certificate) => ({ x5t: undefined, 'x5t#S256': thumbprints(certificate).x5tS256 })],
    ['PS256 and x5t', { alg: 'PS256' }, () => ({})],
    ['a padded x5t', { alg: 'RS256' }, (certificate) => ({ x5t: `${thumbprints(certificate).x5t}=` })],
  ];
  test.each(good)('with %s is accepted', async (_title, header, more) => {
    const assertion = await clientAssertion(lab.certificate, usualClaims(), { ...header, ...more(lab.certificate.certificate) });
    const reply = await lab.v2(byAssertion(assertion));
    expect(reply.status).toBe(200);
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ appidacr: '2' });
    // Nobody remembers assertions: the same one serves again while it lives, as it does in life.
    expect(await lab.v2(byAssertion(assertion))).toMatchObject({ status: 200 });
  });

  const audiences: readonly ((lab: TokenLab) => string)[] = [
    ({ tenantId }) => `https://login.microsoftonline.com/${tenantId}/oauth2/token`,
    ({ tenantId }) => `https://login.microsoftonline.test/${tenantId}/v2.0`,
    ({ tenantId }) => `https://login.windows.net/${tenantId.toUpperCase()}/oauth2/v2.0/token`,
    () => 'https://login.microsoftonline.com/contoso.test/oauth2/v2.0/token',
    ({ tenantId }) => `https://sts.windows.net/${tenantId}/`,
  ];
  test.each(audiences)('for this endpoint in another spelling is accepted (%#)', async (audience) => {
    const assertion = await clientAssertion(lab.certificate, usualClaims({ aud: audience(lab) }));
    expect(await lab.v2(byAssertion(assertion))).toMatchObject({ status: 200 });
  });

  test('at the edge of its time is accepted', async () => {
    for (const claims of [
      { nbf: seconds - 900, exp: seconds - 300 },
      { nbf: seconds + 300 },
      { nbf: seconds - 60, exp: seconds + 86_340 },
    ]) {
      expect(await lab.v2(byAssertion(await clientAssertion(lab.certificate, usualClaims(claims))))).toMatchObject({ status: 200 });
    }
  });

  type Bad = readonly [title: string, code: number, check: string, make: (lab: TokenLab) => Promise<string> | string, status?: number];
  const made = (claims: ClaimChanges, header?: Readonly<Record<string, unknown>>) => (): Promise<string> =>
    clientAssertion(lab.certificate, usualClaims(claims), header);
  const bad: readonly Bad[] = [
    ['A-01 of an unknown certificate', 700027, 'client.assertion-key', () => clientAssertion(lab.stranger, usualClaims())],
    [
      'A-01 of another key under a known thumbprint',
      700027,
      'client.assertion-signature',
      () => clientAssertion(lab.stranger, usualClaims(), { x5t: thumbprints(lab.certificate.certificate).x5t }),
    ],
    ['A-02 of an expired key', 700027, 'client.assertion-key-period', () => clientAssertion(lab.expired, usualClaims())],
    ['A-03 past its time', 700024, 'assertion.lifetime', made({ nbf: seconds - 901, exp: seconds - 301 })],
    ['A-03 before its time', 700024, 'assertion.lifetime', made({ nbf: seconds + 301 })],
    ['A-03 with too long a life', 700024, 'assertion.lifetime', made({ exp: seconds + 86_401 })],
    ['A-03 without an end', 700024, 'assertion.lifetime', made({ exp: undefined })],
    ['A-03 with a time that is none', 700024, 'assertion.lifetime', made({ exp: 'soon' })],
    ['A-04 for another host', 700023, 'client.assertion-audience', made({ aud: 'https://login.example.test/x/oauth2/v2.0/token' })],
    [
      'A-04 for another tenant',
      700023,
      'client.assertion-audience',
      made({ aud: 'https://login.microsoftonline.com/fabrikam.test/oauth2/v2.0/token' }),
    ],
    [
      'A-04 for another port',
      700023,
      'client.assertion-audience',
      () =>
        clientAssertion(lab.certificate, usualClaims({ aud: `https://login.microsoftonline.test:4999/${lab.tenantId}/oauth2/v2.0/token` })),
    ],
    ['of another issuer', 700021, 'client.assertion-iss', made({ iss: web })],
    ['of another subject', 700021, 'client.assertion-sub', made({ sub: web })],
    ['A-05 that is no JWT', 50027, 'client.assertion-form', () => 'a.b', 400],
    ['A-05 that is huge', 50027, 'client.assertion-form', () => `a.${'b'.repeat(500_000)}.c`, 400],
    ['A-16 with HS256', 700027, 'client.assertion-algorithm', made({}, { alg: 'HS256' })],
    ['A-16 with ES256', 700027, 'client.assertion-algorithm', made({}, { alg: 'ES256' })],
    [
      'A-16 without a signature',
      700027,
      'client.assertion-algorithm',
      () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(usualClaims())).toString('base64url')}.`,
    ],
    ['without a thumbprint', 700027, 'client.assertion-key', made({}, { x5t: undefined })],
  ];
  for (const [title, code, check, make, status = 401] of bad) {
    test(`${title} is refused`, async () => {
      const reply = await lab.v2(byAssertion(await make(lab)));
      expect(await refusalOf(lab, reply)).toEqual({
        status,
        error: status === 401 ? 'invalid_client' : 'invalid_request',
        codes: [code],
        check,
      });
    });
  }

  test('what was wrong with the key is said', async () => {
    const told = async (assertion: string): Promise<unknown> => (await lab.v2(byAssertion(assertion))).body['error_description'];
    const { thumbprint } = lab.stranger;
    expect(await told(await clientAssertion(lab.stranger, usualClaims()))).toContain(
      `[Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}']`,
    );
    expect(await told(await clientAssertion(lab.expired, usualClaims()))).toContain('[Reason - The key used is expired.');
  });

  test('needs its type', async () => {
    const assertion = await clientAssertion(lab.certificate, usualClaims());
    const reply = await lab.v2(byAssertion(assertion, { client_assertion_type: undefined }));
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'invalid_request', codes: [900144], check: 'client.assertion-type' });
  });
});
