import { afterAll, beforeAll, expect, test } from 'vitest';
import { access, claim, outer, s2s } from '../../../shared/bridges/authority/defects/defect.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import {
  acme,
  issuerOfTenant,
  openTokenLab,
  otherTenantId,
  partnerId,
  type TokenLab,
  type Trust,
  tenantId,
  user,
} from '../identity/token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

/** The usual trust with other auth servers and partner applications. */
function trusting(
  server: (one: Trust['servers'][number]) => Partial<Trust['servers'][number]>,
  partner: (one: Trust['partners'][number]) => Partial<Trust['partners'][number]> = () => ({}),
): Trust {
  const trust = lab.trust();
  return {
    ...trust,
    servers: trust.servers.map((one) => ({ ...one, ...server(one) })),
    partners: trust.partners.map((one) => ({ ...one, ...partner(one) })),
  };
}
const usual = () => ({});

/** `accepted`, or the code of the refusal. */
async function fate(draft: ReturnType<TokenLab['draft']>, trust: Trust): Promise<string> {
  const outcome = await lab.send(draft, { trust });
  return 'refusal' in outcome ? outcome.refusal.code : 'accepted';
}

/** An actor token that the partner application signs for itself. */
function ofPartner(realm: string, aud = 'acme.test') {
  const draft = lab.draft('s2s-app');
  const name = `${partnerId}@${realm}`;
  claim({ iss: name, nameid: name, aud: `${exchangeAppId}/${acme.hosts.web}@${aud}` })(draft);
  draft.signed.signer = lab.keys.partner;
  draft.signed.header['x5t'] = lab.keys.partner.x5t;
  return draft;
}

test('an auth server vouches for tokens of its own type alone', async () => {
  for (const kind of s2s) {
    expect(
      await fate(
        lab.draft(kind),
        trusting(() => ({ Type: 'AzureAD' })),
      ),
    ).toBe('issuer-unknown');
  }
  for (const kind of access) {
    expect(
      await fate(
        lab.draft(kind),
        trusting(() => ({ Type: 'MicrosoftACS' })),
      ),
    ).toBe('issuer-unknown');
  }
});

test('an application signs for itself only where it does not use an auth server, and in its realm', async () => {
  expect(await fate(ofPartner('acme.test'), lab.trust())).toBe('accepted');
  expect(
    await fate(
      ofPartner('acme.test'),
      trusting(usual, () => ({ UseAuthServer: true })),
    ),
  ).toBe('issuer-unknown');
  expect(await fate(ofPartner('other.test'), lab.trust())).toBe('issuer-unknown');
  expect(
    await fate(
      ofPartner('acme.test'),
      trusting(usual, () => ({ Realm: '' })),
    ),
  ).toBe('accepted');
  expect(
    await fate(
      ofPartner('other.test'),
      trusting(usual, () => ({ Realm: '' })),
    ),
  ).toBe('issuer-unknown');
});

test('an application of another realm that is trusted directly means this organisation by its audience', async () => {
  const trust = trusting(usual, ({ Name }) => (Name === 'Partner' ? { Realm: 'other.test' } : {}));
  expect(await fate(ofPartner('other.test'), trust)).toBe('accepted');
  expect(await fate(ofPartner('other.test', 'other.test'), trust)).toBe('tenant-realm-unknown');
});

test('a partner application with a realm is known in that realm alone', async () => {
  const inRealm = (Realm: string) => trusting(usual, ({ Name }) => (Name === 'Exchange Online' ? { Realm } : {}));
  expect(await fate(lab.draft('s2s-act-as'), inRealm(tenantId.toUpperCase()))).toBe('accepted');
  expect(await fate(lab.draft('s2s-act-as'), inRealm(otherTenantId))).toBe('application-unknown');
});

test('an outer token that names an algorithm is signed, whatever its last part', async () => {
  const draft = lab.draft('s2s-act-as');
  Object.assign(draft.outer?.header ?? {}, { alg: 'RS256' });
  expect(await fate(draft, lab.trust())).toBe('user-context-signed');
});

test('a SIP address that is kept comes before the mail address', async () => {
  const draft = lab.draft('s2s-act-as');
  outer({ nameid: undefined, upn: undefined, smtp: undefined, sip: 'call-mary@acme.test' })(draft);
  expect(await lab.send(draft)).toMatchObject({ principal: { caller: { recipient: user('mary').guid } } });
});

test.each<[string, string, (trust: Trust) => Partial<Trust>]>([
  ['an accepted domain', 'ACME.test', () => ({})],
  ['the realm of AuthConfig', 'acme.local', ({ authConfig }) => ({ authConfig: authConfig && { ...authConfig, Realm: 'acme.local' } })],
  [
    'a domain of an auth server',
    'acme.mail.test',
    ({ servers }) => ({ servers: servers.map((one) => ({ ...one, DomainName: ['acme.mail.test'] })) }),
  ],
  [
    'the tenant of an issuer',
    otherTenantId,
    ({ servers }) => ({
      servers: servers.flatMap((one) => [
        one,
        { ...one, Type: 'AzureAD' as const, Name: 'more', Realm: '', IssuerIdentifier: issuerOfTenant.replace(tenantId, otherTenantId) },
      ]),
    }),
  ],
])('a realm of the organisation is %s', async (_, realm, change) => {
  const draft = lab.draft('s2s-act-as');
  outer({ iss: `${exchangeAppId}@${realm}` })(draft);
  const trust = lab.trust();
  expect(await fate(draft, { ...trust, ...change(trust) })).toBe('accepted');
  if (realm !== 'ACME.test') expect(await fate(draft, trust)).toBe('outer-realm-invalid');
});

test('an issuer that is asked for by realm is not the same in another', async () => {
  const draft = lab.draft('s2s-app');
  claim({ iss: `${acsAppId}@acme.test`, aud: `${exchangeAppId}/${acme.hosts.web}@acme.test`, nameid: `${exchangeAppId}@acme.test` })(draft);
  expect(await fate(draft, lab.trust())).toBe('issuer-unknown');
  expect(
    await fate(
      draft,
      trusting(() => ({ Realm: '' })),
    ),
  ).toBe('accepted');
});
