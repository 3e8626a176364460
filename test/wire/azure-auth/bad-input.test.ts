import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  byPassword,
  clientAssertion,
  daemon,
  daemonSecret,
  openTokenLab,
  publicClient,
  type TokenLab,
  web,
  webSecret,
} from './token-lab.ts';

let lab: TokenLab;
let tokens: readonly string[];
beforeAll(async () => {
  lab = await openTokenLab();
  const { body } = await lab.v2(byPassword(lab));
  const assertion = await clientAssertion(lab.certificate, { iss: daemon, sub: daemon, aud: {}, exp: [], nbf: null });
  tokens = [body['access_token'], body['refresh_token'], assertion].map(String);
});
afterAll(() => lab.close());

const paths = ['oauth2/v2.0/token', 'oauth2/token', 'tokens/OAuth/2'];
const names = [
  ...['grant_type', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'scope', 'resource', 'username', 'password'],
  ...['code', 'redirect_uri', 'code_verifier', 'refresh_token', 'device_code', 'assertion', 'requested_token_use', 'realm', 'client_info'],
];
const grantTypes = [
  ...['client_credentials', 'authorization_code', 'refresh_token', 'password', 'device_code'],
  ...['urn:ietf:params:oauth:grant-type:jwt-bearer', 'http://oauth.net/grant_type/jwt/1.0/bearer', '__proto__', 'constructor'],
];
const values = [
  ...[
    daemon,
    web,
    publicClient,
    daemonSecret,
    webSecret,
    'joe@contoso.test',
    'on_behalf_of',
    'openid',
    'https://outlook.office365.com/.default',
  ],
  ...[
    'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    'contoso.test',
    'constructor',
    '__proto__',
    '@',
    '/',
    'a@b/c',
    '..',
    '\u0000',
    '%',
  ],
];

test('whatever is sent is answered as documented', async () => {
  const value = fc.oneof(
    fc.constantFrom(...values),
    fc.nat(tokens.length - 1).map((index) => tokens[index] ?? ''),
    fc.string({ unit: 'binary', maxLength: 64 }),
  );
  const fields = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 12 });
  const segments = fc.constantFrom(lab.tenantId, 'common', 'contoso.test', 'nowhere.test', '%00', '..%2f', '__proto__');
  await fc.assert(
    fc.asyncProperty(
      segments,
      fc.constantFrom(...paths),
      fc.constantFrom(...grantTypes),
      fields,
      async (segment, path, grantType, given) => {
        const reply = await lab.post(`/${segment}/${path}`, new URLSearchParams([['grant_type', grantType], ...given]).toString());
        expect([200, 400, 401]).toContain(reply.status);
        if (reply.status !== 200) expect(reply.body).toMatchObject({ error: expect.any(String), error_codes: [expect.any(Number)] });
      },
    ),
    { seed: inject('seed'), numRuns: 400 },
  );
});
