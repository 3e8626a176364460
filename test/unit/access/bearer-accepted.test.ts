import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BearerOutcome } from '../../../shared/bridges/access/bearer.ts';
import { claim, everyToken as every, outer, s2s } from '../../../shared/bridges/authority/defects/defect.ts';
import { assemble } from '../../../shared/bridges/authority/defects/draft.ts';
import type { TokenKind } from '../../../shared/domain/identity/tokens/checks.ts';
import { createTokenMemory } from '../../../shared/domain/identity/tokens/token-memory.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { clientId, fromNow, now, openTokenLab, otherTenantId, type Place, type TokenLab, tenantId, user } from '../identity/token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const checkOf = ({ verdict }: BearerOutcome, name: string) => verdict.checks.find(({ check }) => check === name);

test('a token that asserts a user: who calls, and what the verdict says of it', async () => {
  const outcome = await lab.send(lab.draft('s2s-act-as'));
  const { guid, primaryAddress } = user('joe');
  expect(outcome).toMatchObject({
    userName: 'joe@acme.test',
    principal: {
      is: 'user',
      by: 'Bearer',
      // The mailbox lies elsewhere.
      caller: { organization: 'acme', recipient: guid, primarySmtpAddress: primaryAddress, mailbox: null },
      application: { appId: exchangeAppId, roles: [], scopes: [], token: 's2s-act-as' },
    },
  });
  expect(checkOf(outcome, 'token.user-context')).toMatchObject({
    outcome: 'passed',
    actual: `nameid ${user('joe').sid}, upn joe@acme.test, smtp joe@acme.test: asserted by the application, not proven`,
  });
  expect(checkOf(outcome, 'token.replay')).toMatchObject({ outcome: 'skipped' });
});

test('tokens of Entra: who calls, with which permissions', async () => {
  expect(await lab.send(lab.draft('user', 'cloud'), { place: 'cloud' })).toMatchObject({
    userName: 'joe@acme.test',
    principal: {
      is: 'user',
      caller: { organization: 'cloud', recipient: user('joe', 'cloud').guid, mailbox: user('joe', 'cloud').exchangeGuid },
      application: { appId: clientId, roles: [], scopes: ['EWS.AccessAsUser.All'], token: 'user' },
    },
  });
  const application = { appId: clientId, roles: ['full_access_as_app'], scopes: [], token: 'app' };
  expect(await lab.send(lab.draft('app'))).toMatchObject({
    userName: null,
    principal: { is: 'application', application, linkedAccount: null },
  });
});

test.each([
  ['', null, 'skipped'],
  ['mary', 'mary@acme.test', 'passed'],
  ['acme.test/Users/mary', 'mary@acme.test', 'passed'],
  ['mary@acme.test', 'mary@acme.test', 'passed'],
  ['ghost', null, 'skipped'],
  ['off', null, 'skipped'],
])('an application on its own, linked to %j', async (LinkedAccount, address, outcome) => {
  const trust = lab.trust();
  const partners = trust.partners.map((one) => ({ ...one, LinkedAccount }));
  const judged = await lab.send(lab.draft('s2s-app'), { trust: { ...trust, partners } });
  expect(judged).toMatchObject({ userName: null, principal: { is: 'application', application: { token: 's2s-app' } } });
  const linked = 'principal' in judged && judged.principal.is === 'application' ? judged.principal.linkedAccount : undefined;
  expect(linked?.primarySmtpAddress ?? null).toBe(address);
  expect(checkOf(judged, 'token.linked-account')?.outcome).toBe(outcome);
});

const byLocalhost = { byName: false, requestAuthority: 'localhost' } as const;
const online = (host: string) => `${exchangeAppId}/${host}@${tenantId}`;

test.each<[string, TokenKind, Place, object, object]>([
  ['the real spelling of a host', 's2s-app', 'cloud', { aud: online('outlook.office365.com') }, {}],
  ['the other real spelling', 's2s-app', 'cloud', { aud: online('Outlook.Office.com') }, {}],
  ['the real spelling of what was asked for', 's2s-app', 'cloud', {}, { requestAuthority: 'outlook.office365.com' }],
  ['a host with a dot at the end', 's2s-app', 'acme', { aud: online('mail.acme.test.') }, {}],
  ['a port that was asked for', 's2s-app', 'acme', { aud: online('mail.acme.test:8443') }, { requestAuthority: 'mail.acme.test:8443' }],
  ['any host, by localhost', 's2s-app', 'acme', { aud: online('autodiscover.acme.test') }, byLocalhost],
  ['the real spelling, by localhost', 's2s-app', 'cloud', { aud: online('autodiscover-s.outlook.com') }, byLocalhost],
  ['a URI in the real spelling', 'app', 'cloud', { aud: 'https://outlook.office365.com/' }, {}],
  ['a URI in another real spelling', 'user', 'cloud', { aud: 'https://outlook.office.com' }, {}],
  ['a URI, by localhost', 'app', 'acme', { aud: 'https://mail.acme.test/' }, byLocalhost],
  ['the application id', 'user', 'cloud', { aud: exchangeAppId.toUpperCase() }, {}],
])('audience: %s', async (_, kind, place, claims, ground) => {
  const draft = lab.draft(kind, place);
  claim({ ...claims })(draft);
  expect((await lab.send(draft, { place, ground })).verdict.accepted).toBe(true);
});

test('by localhost, a host of another organisation is no audience', async () => {
  const draft = lab.draft('s2s-app');
  claim({ aud: online('outlook.office365.com') })(draft);
  expect(await lab.send(draft, { ground: byLocalhost })).toMatchObject({ refusal: { code: 'audience-host-invalid' } });
});

test.each(every)('times as numbers and as texts, x5t with padding and without: %s', async (kind) => {
  for (const write of [String, Number]) {
    const draft = lab.draft(kind);
    const times = { nbf: write(fromNow(-10)), exp: write(fromNow(10)) };
    claim(times)(draft);
    if (draft.outer !== undefined) outer(times)(draft);
    draft.signed.header['x5t'] = `${lab.keys.issuer.x5t}=`;
    expect((await lab.send(draft)).verdict.accepted).toBe(true);
  }
});

test.each(every)('O-16: a rollover at the issuer is a stale key here until the metadata is read again (%s)', async (kind) => {
  const draft = lab.draft(kind);
  draft.signed.signer = lab.keys.previous;
  draft.signed.header['x5t'] = lab.keys.previous.x5t;
  const stale = await lab.send(draft);
  expect(stale).toMatchObject({ refusal: { code: 'invalid-signature' } });
  expect(checkOf(stale, 'token.key')?.expected).toContain('metadata read 2026-11-20T12:00:00.000Z');
  const trust = lab.trust();
  const servers = trust.servers.map((server) => ({ ...server, keys: [...server.keys, lab.keys.previous] }));
  expect((await lab.send(draft, { trust: { ...trust, servers } })).verdict.accepted).toBe(true);
  delete draft.signed.header['x5t'];
  expect((await lab.send(draft, { trust: { ...trust, servers } })).verdict.accepted).toBe(true);
});

test('a key that cannot be read, or an issuer without keys, proves nothing and is no defect', async () => {
  for (const keys of [[{ x5t: lab.keys.issuer.x5t, certificate: 'AAAA' }], []]) {
    const trust = lab.trust();
    const servers = trust.servers.map((server) => ({ ...server, keys }));
    const draft = lab.draft('s2s-app');
    expect(await lab.send(draft, { trust: { ...trust, servers } })).toMatchObject({ refusal: { code: 'invalid-signature' } });
    delete draft.signed.header['x5t'];
    expect(await lab.send(draft, { trust: { ...trust, servers } })).toMatchObject({ refusal: { code: 'invalid-signature' } });
  }
});

test('two auth servers about one issuer: the keys of both count, those of a disabled one do not', async () => {
  const draft = lab.draft('s2s-app');
  draft.signed.signer = lab.keys.previous;
  draft.signed.header['x5t'] = lab.keys.previous.x5t;
  const trust = lab.trust();
  const second = (Enabled: boolean) =>
    trust.servers.flatMap((server) =>
      server.Type === 'MicrosoftACS' ? [{ ...server, Name: 'second', keys: [lab.keys.previous], Enabled }] : [],
    );
  const withSecond = (enabled: boolean) => lab.send(draft, { trust: { ...trust, servers: [...trust.servers, ...second(enabled)] } });
  expect((await withSecond(true)).verdict.accepted).toBe(true);
  expect((await withSecond(false)).verdict.accepted).toBe(false);
});

test('a realm is the organisation’s as long as an enabled auth server is about it', async () => {
  const draft = lab.draft('s2s-act-as');
  outer({ iss: `${exchangeAppId}@${otherTenantId}` })(draft);
  const trust = lab.trust();
  const withSecond = (Enabled: boolean) => {
    const second = trust.servers.map((server) => ({ ...server, Name: `second ${server.Name}`, Realm: otherTenantId, Enabled }));
    return lab.send(draft, { trust: { ...trust, servers: [...trust.servers, ...second] } });
  };
  expect((await withSecond(true)).verdict.accepted).toBe(true);
  expect(await withSecond(false)).toMatchObject({ refusal: { code: 'outer-realm-invalid' } });
});

test('an ACS auth server without a realm takes that of the token, if it is the organisation’s', async () => {
  const trust = lab.trust();
  const servers = trust.servers.map((server) => ({ ...server, Realm: server.Type === 'MicrosoftACS' ? '' : server.Realm }));
  expect((await lab.send(lab.draft('s2s-act-as'), { trust: { ...trust, servers } })).verdict.accepted).toBe(true);
});

test('O-39: a token that was seen before is taken, as in life; the strict switch refuses it and says so', async () => {
  for (const kind of every) {
    const token = assemble(lab.draft(kind), lab.keys);
    expect((await lab.present(token)).verdict.accepted).toBe(true);
    expect((await lab.present(token)).verdict.accepted).toBe(true);
    const strict = { trust: { ...lab.trust(), config: { StrictTokenReplay: true } }, ground: { seen: createTokenMemory() } };
    expect((await lab.present(token, strict)).verdict.accepted).toBe(true);
    const again = await lab.present(token, strict);
    expect(again).toMatchObject({ refusal: { code: 'token-replayed' }, status: 401, diagnostics: { category: 'invalid_token' } });
    expect(checkOf(again, 'token.replay')).toMatchObject({ outcome: 'failed', actual: expect.stringContaining('would accept it') });
  }
});

test('the strict switch works where nobody brings a memory, and a refused token is not remembered', async () => {
  const strict = { trust: { ...lab.trust(), config: { StrictTokenReplay: true } } };
  const token = assemble(lab.draft('s2s-app'), lab.keys);
  expect((await lab.present(token, { ...strict, ground: { at: now + 9_000_000 } })).verdict.accepted).toBe(false);
  expect((await lab.present(token, strict)).verdict.accepted).toBe(true);
  expect(await lab.present(token, strict)).toMatchObject({ refusal: { code: 'token-replayed' } });
});

test.each(s2s)('a token minted by %s tells nothing secret in its verdict', async (kind) => {
  const token = assemble(lab.draft(kind), lab.keys);
  const good = await lab.present(token);
  const bad = await lab.present(token, { ground: { at: now + 9_000_000 } });
  const signature = token.split('.').at(-1) || assemble(lab.draft('s2s-app'), lab.keys).split('.').at(-1);
  for (const outcome of [good, bad]) expect(JSON.stringify(outcome)).not.toContain(signature);
});

test('what a token says reaches header and verdict in printable ASCII and not at length', async () => {
  const draft = lab.draft('s2s-app');
  claim({ iss: `${acsAppId}@"\r\nSet-Cookie: ä=1;${'x'.repeat(2_000)}` })(draft);
  const outcome = await lab.send(draft);
  expect(outcome).toMatchObject({ refusal: { code: 'issuer-unknown' } });
  const header = 'refusal' in outcome ? outcome.diagnostics?.header : undefined;
  expect(header).toMatch(/^2000001;reason="[^"\r\n]*";error_category="invalid_token"$/);
  expect(JSON.stringify(outcome.verdict)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.stringify(outcome.verdict).length).toBeLessThan(6_000);
});
