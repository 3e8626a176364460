import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadWorld, type WorldSources } from '../../../shared/domain/world/load.ts';
import { WorldFileError } from '../../../shared/domain/world/problems.ts';
import type { World } from '../../../shared/domain/world/world.ts';
import { worldSources } from './sources.ts';

const load = (text: string, sources: WorldSources = worldSources()): Promise<World> =>
  loadWorld({ kind: 'text', name: 'my.yaml', text }, sources);

async function problemsOf(text: string, sources?: WorldSources): Promise<string> {
  const error = await load(text, sources).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WorldFileError);
  return error instanceof WorldFileError ? error.message.replaceAll(/\S*\/scenarios\/worlds\//g, '') : '';
}

const one = (lines: string): string =>
  `version: 1\npassword: x\norganizations:\n  acme:\n    kind: on-premises\n    domains: [acme.test]\n${lines}`;

test('a world of its own gets the usual names', async () => {
  const world = await load(one('    users: [{ mail: ann@acme.test }]\n'));
  expect(world).toMatchObject({ name: 'my.yaml', seed: '1', clock: { mode: 'real' }, refusedHosts: [], faults: [] });
  expect(world.organizations[0]).toMatchObject({
    title: 'Acme',
    product: 'exchange-se',
    netbiosName: 'ACME',
    tenantId: null,
    hosts: { web: 'mail.acme.test', autodiscover: 'autodiscover.acme.test', smtp: 'smtp.acme.test' },
    recipients: [
      { alias: 'ann', displayName: 'Ann', account: { userPrincipalName: 'ann@acme.test', samAccountName: 'ann', password: 'x' } },
    ],
  });
});

test('a file in JSON is a file in YAML', async () => {
  const world = await load('{"version":1,"organizations":{"acme":{"kind":"cloud","era":"2026-10","domains":["acme.test"]}}}');
  expect(world.organizations[0]).toMatchObject({ era: '2026-10', product: 'exchange-online', hosts: { web: 'outlook.office365.test' } });
});

test('extends: maps merge, addressed lists merge by mail, cmdlets follow, other lists replace, null takes away', async () => {
  const world = await load(`version: 1
extends: contoso-hybrid
random: autumn
clock: { frozen: 2026-11-02T08:00:00Z, skew: { contoso: -5m, azure-auth: 10m } }
organizations:
  fabrikam: null
  contoso:
    users:
      - { mail: ann@contoso.test, calendar: generate:busy-week }
      - { mail: rob@contoso.test, title: Architect }
    groups:
      - { mail: all-staff@contoso.test, members: [ann] }
    cmdlets:
      - Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false
`);
  expect(world).toMatchObject({
    seed: 'autumn',
    clock: { mode: 'frozen', at: Date.UTC(2026, 10, 2, 8) },
    skewMs: { contoso: -300_000, 'azure-auth': 600_000 },
  });
  expect(world.organizations.map(({ name }) => name)).toEqual(['contoso', 'contoso-cloud']);
  const contoso = world.organizations[0];
  expect(contoso?.recipients.map(({ alias }) => alias)).toEqual([
    'mary',
    'rob',
    'adam',
    'administrator',
    'ann',
    'info',
    'boardroom',
    'joe',
    'zoe',
    'all-staff',
  ]);
  expect(contoso?.recipients.find(({ alias }) => alias === 'rob')).toMatchObject({
    details: { title: 'Architect', department: 'Information technology' },
    content: { messages: 'generate:correspondence' },
  });
  expect(contoso?.recipients.at(-1)).toMatchObject({ displayName: 'All Staff', members: ['ann@contoso.test'] });
  expect(contoso?.cmdlets).toHaveLength(6);
  expect(contoso?.cmdlets[5]).toContain('$false');
});

test('fault rules get their defaults', async () => {
  const rule = '{ seam: http.response, match: { svc: ews, op: GetItem }, effect: { kind: status, status: 503 }, times: 2 }';
  const world = await load(`${one('')}faults: [${rule}, { id: slow, seam: dial, effect: { kind: latency, delayMs: 5 }, after: 1 }]\n`);
  expect(world.faults).toEqual([
    {
      id: 'world-1',
      seam: 'http.response',
      match: { service: 'ews', operation: 'GetItem' },
      effect: { kind: 'status', status: 503, headers: {}, body: '' },
      probability: 1,
      times: 2,
      after: 0,
    },
    { id: 'slow', seam: 'dial', match: {}, effect: { kind: 'latency', delayMs: 5 }, probability: 1, times: null, after: 1 },
  ]);
});

test.each([
  ['+30d', 2_592_000_000],
  ['-1h30m', -5_400_000],
  ['90s', 90_000],
])('a clock that runs %s from real time', async (offset, offsetMs) => {
  expect((await load(`clock: { offset: ${offset} }\n${one('')}`)).clock).toEqual({ mode: 'offset', offsetMs });
});

test('a file extends its neighbour by path', async () => {
  const files = { '/worlds/base.yaml': one('    users: [{ mail: ann@acme.test }]\n') };
  const world = await loadWorld(
    { kind: 'file', path: '/worlds/mine.world.yaml' },
    worldSources({ ...files, '/worlds/mine.world.yaml': 'version: 1\nextends: ./base.yaml\nrandom: 7\n' }),
  );
  expect(world).toMatchObject({ name: 'mine', seed: '7' });
  expect(world.organizations[0]?.recipients).toHaveLength(1);
});

test.each([
  ['no YAML', 'a: [1\n', /^my\.yaml:\d+:\d+ .+/],
  ['a key twice', 'version: 1\nversion: 1\n', /^my\.yaml:2:1 Map keys must be unique/],
  ['two documents', 'version: 1\n---\nversion: 1\n', /my\.yaml:\d:1 a world file is one YAML document/],
  ['nothing', '', /^my\.yaml:1:1 the file is empty$/],
  ['an alias', 'version: &one 1\nrandom: *one\n', /^my\.yaml:2:9 YAML aliases are not supported in world files$/],
  ['another version', 'version: 2\norganizations: {}\n', /^my\.yaml:1:10 version: "2" is not one of 1$/],
  [
    'an unknown key at the top',
    'version: 1\norganisations: {}\n',
    /^my\.yaml:2:1 unknown key "organisations"; did you mean "organizations"\?$/,
  ],
  ['an unknown key below', one('    usres: []\n'), /^my\.yaml:7:5 organizations\.acme: unknown key "usres"; did you mean "users"\?$/],
  [
    'an unknown key in a list',
    one('    users:\n      - { mial: a@acme.test }\n'),
    /my\.yaml:8:11 organizations\.acme\.users\.0: unknown key "mial"; did you mean "mail"\?/,
  ],
  ['a missing key in a list', one('    users:\n      - { alias: a }\n'), /^my\.yaml:8:9 organizations\.acme\.users\.0\.mail is missing$/],
  ['another type', one('    users: ann\n'), /^my\.yaml:7:12 organizations\.acme\.users: must be a list$/],
  [
    'a word that is none',
    one('    product: exchange-22016\n'),
    /^my\.yaml:7:14 .*"exchange-22016" is not one of .*; did you mean "exchange-2016"\?$/,
  ],
  ['no address', one('    users: [{ mail: ann }]\n'), /^my\.yaml:7:21 organizations\.acme\.users\.0\.mail: is not a mail address/],
  [
    'a bad name',
    'version: 1\norganizations:\n  Acme!: { kind: cloud, domains: [a.test] }\n',
    /^my\.yaml:3:3 organizations\.Acme!: is not an organisation name$/,
  ],
  ['no organisations', 'version: 1\n', /^my\.yaml:1:1 organizations is missing$/],
  [
    'an organisation without its kind',
    'version: 1\norganizations:\n  acme: { domains: [a.test] }\n',
    /^my\.yaml:3:3 organizations\.acme\.kind is missing$/,
  ],
  ['an era on-premises', one('    era: 2019\n'), /^my\.yaml:7:10 organizations\.acme\.era: only a cloud organisation has one$/],
  [
    'no such era',
    'version: 1\norganizations:\n  a: { kind: cloud, domains: [a.test], era: 2017 }\n',
    /^my\.yaml:3:45 organizations\.a\.era: is not an era: 2016, 2019/,
  ],
  ['a cloud product on-premises', one('    product: exchange-online\n'), /^my\.yaml:7:14 .*exchange-online does not run on-premises$/],
  [
    'a foreign domain',
    one('    users: [{ mail: a@acmee.test }]\n'),
    /^my\.yaml:7:21 a@acmee\.test: acmee\.test is not a domain of acme; did you mean "acme\.test"\?$/,
  ],
  [
    'one address twice',
    one('    users: [{ mail: a@acme.test }, { mail: b@acme.test, addresses: [A@acme.test] }]\n'),
    /^my\.yaml:7:\d+ address A@acme\.test is already taken by a@acme\.test in acme$/,
  ],
  [
    'a member who is none',
    one('    users: [{ mail: ann@acme.test }]\n    groups: [{ mail: all@acme.test, members: [anne] }]\n'),
    /^my\.yaml:8:47 "anne" is not a recipient of acme; did you mean "ann"\?$/,
  ],
  [
    'no password',
    'version: 1\norganizations:\n  acme: { kind: on-premises, domains: [a.test], users: [{ mail: b@a.test }] }\n',
    /^my\.yaml:3:\d+ b@a\.test has no password/,
  ],
  [
    'an unknown cmdlet',
    one('    cmdlets: [New-MailboxRepairRequest x]\n'),
    /^my\.yaml:7:15 The term 'New-MailboxRepairRequest' is not recognized as the name of a cmdlet, .* It is not supported here\.$/,
  ],
  [
    'an unknown parameter',
    one('    cmdlets: [\'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentification $true\']\n'),
    /^my\.yaml:7:15 A parameter cannot be found that matches .*'BasicAuthentification'\. Did you mean -BasicAuthentication\?$/,
  ],
  [
    'a refused host that is ours',
    `dns: { refused: [mail.acme.test] }\n${one('')}`,
    /^my\.yaml:5:3 organizations\.acme\.hosts: mail\.acme\.test is among dns\.refused$/,
  ],
  [
    'one host twice',
    `${one('')}  other: { kind: on-premises, domains: [b.test], hosts: { web: mail.acme.test } }\n`,
    /^my\.yaml:7:57 organizations\.other\.hosts: mail\.acme\.test already leads to acme$/,
  ],
  [
    'a host of the authentication service',
    `${one('')}    hosts: { web: login.microsoftonline.test }\n`,
    /hosts: login\.microsoftonline\.test already leads to azure-auth$/,
  ],
  [
    'the name of the authentication service',
    `${one('')}  azure-auth: { kind: on-premises, domains: [b.test] }\n`,
    /^my\.yaml:7:\d+ organizations\.azure-auth: the authentication service has this name$/,
  ],
  [
    'two clocks',
    `clock: { offset: +1d, frozen: 2026-11-02T08:00:00Z }\n${one('')}`,
    /^my\.yaml:1:8 clock: is either real, or offset, or frozen$/,
  ],
  ['a server twice', one('    servers: [EX-1, EX-1]\n'), /^my\.yaml:7:\d+ organizations\.acme\.servers: EX-1 is there twice$/],
  ['no computer name', one('    servers: [ex-1]\n'), /is not a computer name: at most 15 capitals, digits, hyphens$/],
  ['no server', one('    servers: []\n'), /^my\.yaml:7:\d+ organizations\.acme\.servers/],
  ['no such day', `clock: { frozen: 2026-02-30T08:00:00Z }\n${one('')}`, /^my\.yaml:1:18 clock\.frozen: is not a time of the calendar$/],
  ['no duration', `clock: { offset: soon }\n${one('')}`, /^my\.yaml:1:18 clock\.offset: is not a duration such as/],
  ['a skew of nobody', `clock: { skew: { other: 5m } }\n${one('')}`, /^my\.yaml:1:25 clock\.skew: there is no organisation "other"$/],
  ['an unknown world', 'version: 1\nextends: contoso-hybird\n', /^my\.yaml:2:10 extends: there is no world "contoso-hybird"$/],
  ['a fault without an effect', `${one('')}faults: [{ seam: dial }]\n`, /^my\.yaml:7:10 faults\.0\.effect is missing$/],
])('%s is refused with its place', async (_what, text, message) => {
  expect(await problemsOf(text)).toMatch(message);
});

test('every problem is told at once, each in its own file', async () => {
  const text =
    'version: 1\nextends: contoso-hybrid\norganizations:\n  contoso:\n    users: [{ mail: mary@contoso.test, alias: rob }, { mail: x@contoso.tset }]\n';
  const problems = (await problemsOf(text)).split('\n');
  expect(problems).toEqual([
    expect.stringMatching(/^my\.yaml:5:\d+ x@contoso\.tset: contoso\.tset is not a domain of contoso/),
    expect.stringMatching(/^contoso-before-hybrid\.yaml:\d+:\d+ alias rob is already taken by mary@contoso\.test/),
    expect.stringMatching(/^contoso-before-hybrid\.yaml:\d+:\d+ samAccountName rob is already taken/),
    expect.stringMatching(/^contoso-before-hybrid\.yaml:\d+:\d+ "mary" is not a recipient of contoso$/),
    expect.stringMatching(/^contoso-before-hybrid\.yaml:\d+:\d+ "mary" is not a recipient of contoso$/),
  ]);
});

test('a shipped world that was cut or mixed up is refused with places, or is still a world', async () => {
  const sources = worldSources();
  const lines = (sources.readText(sources.shipped('contoso-before-hybrid')) ?? '').split('\n');
  const line = fc.nat(lines.length - 1);
  const changes = fc.array(fc.tuple(line, line, fc.nat(60)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(changes, async (edits) => {
      const edited = [...lines];
      for (const [to, from, column] of edits) edited[to] = (edited[to] ?? '').slice(0, column) + (edited[from] ?? '').slice(column);
      const outcome = await load(edited.join('\n'), sources).catch((error: unknown) => error);
      if (!(outcome instanceof WorldFileError)) expect(outcome).toHaveProperty('organizations');
      else expect(outcome.problems.every(({ line: at, column }) => at >= 1 && column >= 1)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('worlds that extend one another in a circle are refused', async () => {
  const files = { '/w/a.yaml': 'version: 1\nextends: ./b.yaml\n', '/w/b.yaml': 'version: 1\nextends: ./a.yaml\n' };
  await expect(loadWorld({ kind: 'file', path: '/w/a.yaml' }, worldSources(files))).rejects.toThrow(
    '/w/b.yaml:2:10 extends: "./a.yaml" extends itself',
  );
});

test('a deep or endless file is refused', async () => {
  expect(await problemsOf(`a: ${'['.repeat(40)}${']'.repeat(40)}\n`)).toMatch(/is nested deeper than 32$/);
  expect(await problemsOf('#'.repeat(9 * 1024 * 1024))).toMatch(/^my\.yaml:1:1 is longer than/);
});

test('a cached world is used as long as none of its files changed', async () => {
  const files: Record<string, string> = { '/w/base.yaml': one(''), '/w/mine.yaml': 'version: 1\nextends: ./base.yaml\nrandom: 7\n' };
  let cached: string | undefined;
  let writes = 0;
  const sources = worldSources(files, {
    read: () => cached,
    write(text) {
      cached = text;
      writes += 1;
    },
  });
  const reference = { kind: 'file', path: '/w/mine.yaml' } as const;
  const first = await loadWorld(reference, sources);
  expect(await loadWorld(reference, sources)).toEqual(first);
  expect(writes).toBe(1);
  files['/w/base.yaml'] = one('    title: Acme Works\n');
  expect((await loadWorld(reference, sources)).organizations[0]?.title).toBe('Acme Works');
  expect(writes).toBe(2);
  cached = cached?.slice(0, 100);
  expect((await loadWorld(reference, sources)).organizations[0]?.title).toBe('Acme Works');
});
