import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { authCertificate, openTokenLab, type TokenLab } from '../identity/token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const server = `${exchangeAppId}@mail.acme.test`;
const metadata = '/autodiscover/metadata/json/1';
const context = (change: object = {}): string =>
  JSON.stringify({ msexchuid: 'mary@acme.test', version: 'ExIdTok.V1', amurl: `https://mail.acme.test:443${metadata}`, ...change });
const identity = { iss: server, appctxsender: server, isbrowserhostedapp: 'true' };

/** Nobody opens a mailbox with a token for add-ins: a sound one is refused as what it is, after that it is sound. */
const sound = { code: 'profile-not-applicable', number: 2_000_001 };
const rows: readonly [name: string, kind: 's2s-app' | 'user', claims: object, expected: { code: string; number: number }][] = [
  ['identity token', 's2s-app', { ...identity, appctx: context() }, sound],
  [
    'identity token of the Autodiscover host',
    's2s-app',
    { ...identity, appctx: context({ amurl: `https://autodiscover.acme.test${metadata}` }) },
    sound,
  ],
  ['callback token', 'user', { msexchcallback: 'x', scope: 'ParentItemId:AAMkAD==', appctx: '{"msexchprot":"owa"}' }, sound],
  ['appctx that is no JSON', 's2s-app', { ...identity, appctx: '{msexchuid' }, { code: 'appctx-invalid', number: 2_000_001 }],
  ['appctx that is a list', 's2s-app', { ...identity, appctx: '[]' }, { code: 'appctx-invalid', number: 2_000_001 }],
  ['appctx that is no text', 's2s-app', { ...identity, appctx: { msexchuid: 'x' } }, { code: 'appctx-invalid', number: 2_000_001 }],
  [
    'appctx of a callback token that is no JSON',
    'user',
    { msexchcallback: 'x', appctx: 'x' },
    { code: 'appctx-invalid', number: 2_000_001 },
  ],
  [
    'msexchuid missing',
    's2s-app',
    { ...identity, appctx: context({ msexchuid: undefined }) },
    { code: 'callback-claims-invalid', number: 2_000_001 },
  ],
  [
    'amurl at another host',
    's2s-app',
    { ...identity, appctx: context({ amurl: `https://evil.test${metadata}` }) },
    { code: 'callback-claims-invalid', number: 2_000_001 },
  ],
  [
    'amurl without TLS',
    's2s-app',
    { ...identity, appctx: context({ amurl: `http://mail.acme.test${metadata}` }) },
    { code: 'callback-claims-invalid', number: 2_000_001 },
  ],
  [
    'amurl that is no address',
    's2s-app',
    { ...identity, appctx: context({ amurl: 'mail.acme.test' }) },
    { code: 'callback-claims-invalid', number: 2_000_001 },
  ],
  [
    'context of another sender',
    's2s-app',
    { ...identity, iss: `${exchangeAppId}@evil.test`, appctx: context() },
    { code: 'callback-issuer-invalid', number: 2_000_001 },
  ],
  ['scope of a callback token', 'user', { msexchcallback: 'x', scope: 'Everything' }, { code: 'callback-scope', number: 2_000_008 }],
];

test('O-38 a token that Exchange issued to itself needs a certificate that is there', async () => {
  const draft = lab.draft('app');
  Object.assign(draft.signed.claims, { ver: 'MSExchange.SelfIssued.V1' });
  const refused = await lab.send(draft);
  expect(refused).toMatchObject({ refusal: { code: 'certificate-not-found' }, status: 401, diagnostics: { number: 2_000_009 } });
  expect(refused).toMatchObject({
    diagnostics: { text: expect.stringMatching(/'[0-9A-F]{40}' that the token names is not on the server EX/) },
  });
  delete draft.signed.header['x5t'];
  expect(await lab.send(draft)).toMatchObject({ refusal: { code: 'certificate-not-found' } });
  draft.signed.header['x5t'] = Buffer.from(authCertificate.Thumbprint, 'hex').toString('base64url');
  expect(await lab.send(draft)).toMatchObject({ refusal: { code: 'profile-not-applicable' } });
});

test.each(rows)('O-36 %s (%s)', async (_, kind, claims, { code, number }) => {
  const draft = lab.draft(kind);
  Object.assign(draft.signed.claims, claims);
  const refused = await lab.send(draft);
  expect(refused).toMatchObject({ refusal: { code }, status: 401, diagnostics: { number } });
  const failed = refused.verdict.checks.find(({ outcome }) => outcome === 'failed');
  expect(failed).toMatchObject({ check: 'token.profile', expected: expect.any(String), actual: expect.any(String) });
});
