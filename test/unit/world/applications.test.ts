import { expect, test } from 'vitest';
import { loadWorld } from '../../../shared/domain/world/load.ts';
import type { World } from '../../../shared/domain/world/world.ts';
import { worldSources } from './sources.ts';

const load = (text: string): Promise<World> => loadWorld({ kind: 'text', name: 'my.yaml', text }, worldSources());
const [one, two] = ['22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333'];
const tenant = (applications: string, kind = 'cloud') =>
  `version: 1\npassword: x\norganizations:\n  acme:\n    kind: ${kind}\n    domains: [acme.test]\n    applications:\n${applications}`;

test('an application gets its defaults; permissions on one another are resolved, in any case and order', async () => {
  const world = await load(
    tenant(
      `      - { name: first, clientId: ${one}, public: true, scopes: [ews.accessasuser.all, SECOND/Files.Read] }\n` +
        `      - { name: second, clientId: ${two}, clientSecret: s, roles: [full_access_as_app], exposes: { scopes: [Files.Read] } }\n`,
    ),
  );
  expect(world.organizations[0]?.applications).toEqual([
    {
      name: 'first',
      clientId: one,
      clientSecret: null,
      redirectUris: [],
      public: true,
      roles: [],
      scopes: [
        { application: null, scope: 'EWS.AccessAsUser.All' },
        { application: two, scope: 'Files.Read' },
      ],
      exposes: [],
    },
    expect.objectContaining({ clientSecret: 's', public: false, roles: ['full_access_as_app'], scopes: [], exposes: ['Files.Read'] }),
  ]);
});

test('an application laid over another one of its name changes what it says', async () => {
  const whole = await load(
    'version: 1\nextends: contoso-hybrid\norganizations:\n  contoso-cloud:\n    applications:\n' +
      '      - { name: Daemon, clientSecret: mine }\n      - { name: extra }\n',
  );
  const applications = whole.organizations.find(({ name }) => name === 'contoso-cloud')?.applications;
  expect(applications?.map(({ name, clientSecret }) => [name, clientSecret])).toEqual([
    ['Daemon', 'mine'],
    ['web', 'web-Pa55word!'],
    ['public', null],
    ['extra', null],
  ]);
  expect(applications?.[0]).toMatchObject({ clientId: one, roles: ['full_access_as_app'] });
  expect(applications?.[3]?.clientId).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  [`{ name: a, clientId: ${one}, roles: [full_acces_as_app] }`, /"full_acces_as_app" is not one of .*did you mean "full_access_as_app"\?/],
  [
    `{ name: a, clientId: ${one}, scopes: [EWS.AccessAsUser] }`,
    /8:\d+ "EWS\.AccessAsUser" is not a delegated permission in acme; did you mean "EWS\.AccessAsUser\.All"\?/,
  ],
  [`{ name: a, clientId: ${one}, scopes: [b/read] }`, /"b\/read" is not a delegated permission in acme/],
  [`{ name: a, clientId: ${one}, public: true, clientSecret: s }`, /a: a public client has no secret/],
  [`{ name: a, clientId: ${one}, public: true, roles: [full_access_as_app] }`, /a: a public client cannot use application roles/],
  [`{ name: a, clientId: 00000002-0000-0ff1-ce00-000000000000 }`, /is kept for Microsoft's own applications/],
  [`{ name: a, clientId: nonsense }`, /clientId: is not a GUID/],
  [`{ name: a, clientId: ${one}, redirectUris: ["localhost"] }`, /is not a URI without fragment/],
  [`{ name: a, clientId: ${one}, secret: s }`, /unknown key "secret"/],
  [`{ name: a, clientId: ${one} }\n      - { name: A, clientId: ${two} }`, /name A is already taken by a/],
  [`{ name: a, clientId: ${one} }\n      - { name: b, clientId: ${one} }`, /clientId 2{8}-.* is already taken by a/],
])('%s is told', async (application, message) => {
  await expect(load(tenant(`      - ${application}\n`))).rejects.toThrow(message);
});

test('there are none on-premises', async () => {
  await expect(load(tenant(`      - { name: a, clientId: ${one} }\n`, 'on-premises'))).rejects.toThrow(
    /only a cloud organisation has them/,
  );
});

test('a second factor is asked of an account', async () => {
  const world = await load(
    'version: 1\npassword: x\norganizations:\n  acme:\n    kind: cloud\n    domains: [acme.test]\n' +
      '    users: [{ mail: max@acme.test, mfa: required }, { mail: ann@acme.test, mfa: none }]\n' +
      '    mailUsers: [{ mail: bob@acme.test, targetAddress: bob@other.test, mfa: required }]\n',
  );
  expect(world.organizations[0]?.recipients.map(({ alias, account }) => [alias, account?.mfa])).toEqual([
    ['max', true],
    ['ann', false],
    ['bob', true],
  ]);
});
