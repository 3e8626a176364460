import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { thumbprints } from '../../shared/protocols/oauth/jwt.ts';
import { uploadCertificate } from '../support/run-cmdlet.ts';
import { testKey } from '../support/test-keys.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { type Outcome, openedBy, runFlows, variablesFor } from './flow-process.ts';
import type { Surroundings } from './msal-node/surroundings.ts';

const script = join(import.meta.dirname, 'msal-node', 'flows.ts');
const dayMs = 86_400_000;

/** What each flow came to, by the name by which the authority was reached. */
const outcomes = new Map<string, ReadonlyMap<string, Outcome>>();
const authorities = ['localhost', 'login.microsoftonline.com'] as const;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: worldWithSecondFactor() });
  const certificate = await registeredCertificate();
  await Promise.all(
    authorities.map(async (name) => {
      const command = [process.execPath, script, JSON.stringify(surroundingsAt(name, certificate))] as const;
      outcomes.set(name, await runFlows(command, variablesFor(lab, name !== 'localhost')));
    }),
  );
}, 120_000);
afterAll(() => lab.close());

const cloud = { aud: 'https://outlook.office365.com' };
const premises = { aud: 'https://mail.contoso.test' };
const delegated = {
  appid: '44444444-4444-4444-8444-444444444444',
  appidacr: '0',
  idtyp: 'user',
  amr: ['pwd'],
  scp: 'EWS.AccessAsUser.All',
};
const byWeb = { appid: '33333333-3333-4333-8333-333333333333', appidacr: '1' };
const [joe, mary, zoe] = ['joe@contoso.test', 'mary@contoso.test', 'zoe@contoso.test'];

describe.each(authorities)('msal-node as npm ships it, at https://%s', (name) => {
  const opened = (flow: string, organization: string, caller: string | undefined): Promise<Outcome> =>
    openedBy(outcomes.get(name)?.get(flow), lab, { organization, caller });

  test.each([
    ['secret', '1', { keptInCache: true, another: true, alone: '500 ErrorInvalidExchangeImpersonationHeaderData' }],
    ['certificate by SHA-256', '2', {}],
    ['certificate by SHA-1', '2', {}],
    ['certificate with x5c', '2', {}],
  ])('an application impersonates joe: %s', async (flow, appidacr, more) => {
    expect(await opened(flow, 'contoso-cloud', joe)).toEqual({
      ...{ tokenType: 'Bearer', fromCache: false, scopes: ['https://outlook.office365.com/.default'] },
      claims: { ...cloud, appid: '22222222-2222-4222-8222-222222222222', appidacr, idtyp: 'app', roles: ['full_access_as_app'] },
      ...more,
    });
  });

  const otherResource = {
    ...{ tokenType: 'Bearer', fromCache: false, user: joe, isAccount: true },
    ...{ scopes: ['https://mail.contoso.test/EWS.AccessAsUser.All', 'openid', 'profile'], claims: { ...delegated, ...premises, upn: joe } },
  };
  const assertion = { ...delegated, aud: 'api://33333333-3333-4333-8333-333333333333', scp: 'access_as_user', upn: joe };
  test.each([
    ['code, signed in by login_hint', joe, cloud, {}],
    ['code, signed in on the page, for the server on-premises', mary, { ...premises, ...byWeb }, {}],
    ['code, with a second factor', zoe, { ...cloud, amr: ['pwd', 'mfa'] }, {}],
    ['interactive, by form post to the loopback server', joe, cloud, {}],
    ['device code, approved on the page', joe, cloud, {}],
    ['device code, approved on the control port', zoe, { ...cloud, amr: ['pwd', 'mfa'] }, {}],
    ['refresh token', mary, premises, {}],
    ['silent', joe, cloud, { keptInCache: true, another: true, other: otherResource }],
    ['on behalf of', joe, { ...cloud, ...byWeb }, { assertion }],
    [
      'user name and password',
      mary,
      { ...premises, scp: 'EWS.AccessAsUser.All SMTP.Send' },
      { elsewhere: expect.stringMatching(/^401 2000003;reason="/) },
    ],
    ['tenant by domain', joe, cloud, {}],
    ['tenant of the user', joe, cloud, {}],
  ])('a user opens a mailbox: %s', async (flow, upn, claims, more) => {
    const organization = claims.aud === premises.aud ? 'contoso' : 'contoso-cloud';
    const asked = flow === 'user name and password' ? ['SMTP.Send', '.default'].map((scope) => `https://mail.contoso.test/${scope}`) : [];
    expect(await opened(flow, organization, upn)).toEqual({
      ...{ tokenType: 'Bearer', fromCache: false, user: upn, isAccount: true },
      scopes: [`${claims.aud}/EWS.AccessAsUser.All`, ...asked, 'openid', 'profile'],
      claims: { ...delegated, ...claims, upn },
      ...more,
    });
  });

  const [server, interaction] = ['ServerError', 'InteractionRequiredAuthError'];
  test.each([
    ['secret', { class: server, code: 'invalid_client', text: 'AADSTS7000215' }],
    ['certificate', { class: server, code: 'invalid_client', text: 'AADSTS700027' }],
    ['application', { class: server, code: 'unauthorized_client', text: 'AADSTS700016' }],
    ['resource', { class: server, code: 'invalid_resource', text: 'AADSTS500011' }],
    ['consent', { class: interaction, code: 'invalid_grant', text: 'AADSTS65001', subError: 'consent_required' }],
    ['password', { class: server, code: 'invalid_grant', text: 'AADSTS50126' }],
    ['user', { class: server, code: 'invalid_grant', text: 'AADSTS50034' }],
    ['second factor', { class: interaction, code: 'invalid_grant', text: 'AADSTS50076', subError: 'basic_action' }],
    ['verifier', { class: server, code: 'invalid_grant', text: 'AADSTS501481' }],
    ['code used twice', { class: server, code: 'invalid_grant', text: 'AADSTS54005' }],
    ['refresh token', { class: server, code: 'invalid_grant', text: 'AADSTS70000' }],
    ['device', { class: 'AuthError', code: 'post_request_failed', text: 'authorization_declined' }],
  ])('refused, as an error of the library: %s', (flow, told) => {
    expect(outcomes.get(name)?.get(`refused: ${flow}`)).toEqual(told);
  });
});

test('the library signed with both algorithms, and asked at no other address', async () => {
  const asked = await lab.exchanges({ service: 'azure-auth', operation: 'client_credentials', outcome: 'answered' });
  const checks = asked.flatMap(({ verdict }) => verdict?.checks ?? []);
  const algorithms = checks.filter(({ check }) => check === 'client.assertion-algorithm').map(({ actual }) => actual);
  expect(new Set(algorithms)).toEqual(new Set(['PS256', 'RS256']));
  expect(await lab.exchanges({ service: 'proxy', outcome: 'refused' })).toEqual([]);
});

test('without the CA the library talks to nobody', async () => {
  const { NODE_EXTRA_CA_CERTS: _, ...variables } = variablesFor(lab, true);
  const surroundings = surroundingsAt('login.microsoftonline.com', await registeredCertificate());
  const found = await runFlows([process.execPath, script, JSON.stringify(surroundings)], variables);
  const told = [...found.values()].map((outcome) => String(outcome['failure'] ?? outcome['text']));
  expect(told.length).toBeGreaterThan(25);
  expect(told.filter((text) => !text.includes('fetch failed'))).toEqual([]);
}, 60_000);

/** By its real name a lab is reached through the proxy, and the library need not be told of it. */
function surroundingsAt(name: (typeof authorities)[number], certificate: Surroundings['certificate']): Surroundings {
  const { adminUrl, organizations } = lab.endpoints;
  const own = organizations['contoso-cloud'];
  const local = {
    authority: String(own?.authority),
    knownAuthorities: [new URL(String(own?.authority)).host],
    cloud: String(own?.ews),
    premises: String(organizations['contoso']?.ews),
  };
  const real = {
    authority: `https://login.microsoftonline.com/${own?.tenantId}`,
    knownAuthorities: [],
    cloud: 'https://outlook.office365.com/EWS/Exchange.asmx',
    premises: 'https://mail.contoso.test/EWS/Exchange.asmx',
  };
  const place = name === 'localhost' ? local : real;
  return { ...place, cloudResource: cloud.aud, premisesResource: premises.aud, adminUrl, password: lab.password, certificate };
}

/** The daemon may prove itself with this. */
async function registeredCertificate(): Promise<Surroundings['certificate']> {
  const { now } = lab.clock.state();
  const life = { notBefore: now - dayMs, notAfter: now + 365 * dayMs };
  const { certificate, privateKey, thumbprint } = await issueSelfSigned({ subject: 'CN=daemon', ...life, privateKey: await testKey(1) });
  await uploadCertificate(lab, '22222222-2222-4222-8222-222222222222', certificate);
  const thumbprintSha256 = Buffer.from(thumbprints(certificate).x5tS256, 'base64url').toString('hex');
  const lines = (certificate.match(/.{1,64}/g) ?? []).join('\n');
  return { thumbprint, thumbprintSha256, privateKey, pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}

/** The shipped world, but zoe has to show a second factor. */
function worldWithSecondFactor(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-msal-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'world.yaml');
  const zoeWithFactor = 'contoso-cloud:\n    users: [{ mail: zoe@contoso.test, mfa: required }]\n';
  writeFileSync(file, `version: 1\nextends: contoso-hybrid\norganizations:\n  ${zoeWithFactor}`);
  return file;
}
