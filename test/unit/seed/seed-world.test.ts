import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyBaseline, hasSnapshot } from '../../../services/baseline.ts';
import { baselineKey } from '../../../shared/bridges/seed/baseline-key.ts';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import { verifyPassword } from '../../../shared/domain/identity/nt-hash.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import { allowsBasic } from '../../../shared/domain/organization/virtual-directories.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { testKeys } from '../../support/test-keys.ts';
import { anchor, contentOf, contosoHybrid, seeded, seedInto, worldOf } from './worlds.ts';

const weekMs = 7 * 86_400_000;
const stores: Store[] = [];
const open = async (...given: Parameters<typeof seeded>): Promise<Store> => {
  const store = await seeded(...given);
  stores.push(store);
  return store;
};
afterAll(async () => {
  for (const store of stores) await store.close();
});

test('the same world and week give the same content, another seed or week another', async () => {
  const first = await contentOf(await open(contosoHybrid));
  expect(await contentOf(await open(contosoHybrid))).toEqual(first);
  const others = [await open({ ...contosoHybrid, seed: '43' }), await open(contosoHybrid, anchor + weekMs)];
  for (const other of others) expect((await contentOf(other))['item']).not.toEqual(first['item']);
});

test('the key of a baseline differs when the content does', () => {
  const key = baselineKey(contosoHybrid, anchor, '1.0.0');
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(baselineKey(structuredClone(contosoHybrid), anchor, '1.0.0')).toBe(key);
  expect(baselineKey({ ...contosoHybrid, clock: { mode: 'frozen', at: 1 } }, anchor, '1.0.0')).toBe(key);
  const others = [
    baselineKey({ ...contosoHybrid, seed: '43' }, anchor, '1.0.0'),
    baselineKey({ ...contosoHybrid, organizations: contosoHybrid.organizations.slice(1) }, anchor, '1.0.0'),
    baselineKey(contosoHybrid, anchor + weekMs, '1.0.0'),
    baselineKey(contosoHybrid, anchor, '1.0.1'),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
});

describe('the directory', () => {
  let store: Store;
  beforeAll(async () => {
    store = await open(contosoHybrid);
  });

  test('both sides of the hybrid know each other', async () => {
    const here = openDirectory(store, 'contoso');
    const there = openDirectory(store, 'contoso-cloud');
    const [joeHere, joeThere] = [await here.byAddress('joe@contoso.test'), await there.byUserPrincipalName('joe@contoso.test')];
    expect(joeHere).toMatchObject({ type: 'RemoteUserMailbox', targetAddress: 'joe@contoso.mail.onmicrosoft.test' });
    expect(await here.byAddress('joe@contoso.mail.onmicrosoft.test')).toEqual(joeHere);
    expect(joeThere).toMatchObject({ type: 'UserMailbox', targetAddress: null, exchangeGuid: joeHere?.exchangeGuid });
    expect(joeHere?.legacyDn).toMatch(
      /^\/o=Contoso\/ou=Exchange Administrative Group \(FYDIBOHF23SPDLT\)\/cn=Recipients\/cn=[0-9a-f]{32}-joe$/,
    );
    expect(joeThere?.legacyDn).toMatch(/^\/o=ExchangeLabs\//);
    expect(await there.byLegacyDn(joeHere?.legacyDn ?? '')).toEqual(joeThere);
    expect(await here.byLegacyDn(joeThere?.legacyDn ?? '')).toEqual(joeHere);
    for (const directory of [here, there]) directory.close();
  });

  test('accounts, rights and members are in place', async () => {
    const directory = openDirectory(store, 'contoso');
    const [mary, info, staff] = [
      await directory.byAccountName('mary'),
      await directory.byAlias('info'),
      await directory.byAlias('all-staff'),
    ];
    expect(verifyPassword(mary?.ntHash ?? null, 'Pa55word!')).toBe(true);
    expect(info).toMatchObject({ ntHash: null, enabled: false });
    expect(info?.access[0]).toEqual({ trustee: mary?.guid, right: 'FullAccess', inherited: false });
    if (staff === undefined) throw new Error('no group');
    expect((await directory.members(staff)).map(({ alias }) => alias)).toEqual(['mary', 'rob', 'adam', 'administrator', 'joe', 'zoe']);
    directory.close();
  });

  test('the organisations are those of the world', async () => {
    const registry = openRegistry(store);
    const organizations = await registry.current();
    expect(organizations.all.map(({ name }) => name)).toEqual(['contoso', 'contoso-cloud', 'fabrikam']);
    expect(organizations.byDomain('contoso.test').map(({ name }) => name)).toEqual(['contoso', 'contoso-cloud']);
    expect(organizations.byHost('autodiscover.contoso.mail.onmicrosoft.test')).toMatchObject({ name: 'contoso-cloud', era: '2019' });
    registry.close();
  });
});

const small = `version: 1
password: secret
organizations:
  acme:
    kind: on-premises
    domains: [acme.test]
    users: [{ mail: ann@acme.test, messages: generate:correspondence, calendar: generate:working-week }]
    cmdlets: ['Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $false']
`;

test("the world's cmdlets are run", async () => {
  const registry = openRegistry(await open(await worldOf(small)));
  const [acme] = (await registry.current()).all;
  if (acme === undefined) throw new Error('no organisation');
  const settings = await registry.settings('acme');
  expect(allowsBasic(acme, settings, 'WebServicesVirtualDirectory')).toBe(false);
  expect(allowsBasic(acme, settings, 'AutodiscoverVirtualDirectory')).toBe(true);
  registry.close();
});

test('a cmdlet that is refused leaves nothing behind: neither in the store of the lab nor as a snapshot', async () => {
  const world = await worldOf(small.replace('EWS (Default', 'OWA (Default'));
  const store = await openStore({ location: ':memory:' });
  stores.push(store);
  const cacheDir = await mkdtemp(join(tmpdir(), 'coexist-baseline-'));
  const options = { cacheDir, version: '1.0.0', keys: testKeys() };
  await expect(applyBaseline(store, world, anchor, options)).rejects.toMatchObject({ code: 'object-not-found' });
  expect(Object.values(await contentOf(store)).flat()).toEqual([]);
  expect(await readdir(cacheDir)).toEqual([]);
  await rm(cacheDir, { recursive: true });
});

test('a second start has the keys of the first and makes none', async () => {
  const world = await worldOf(small);
  const cacheDir = await mkdtemp(join(tmpdir(), 'coexist-baseline-'));
  const { take } = testKeys();
  let taken = 0;
  const keys = {
    take: () => {
      taken += 1;
      return take();
    },
  };
  const started: unknown[] = [];
  for (const origin of ['seed', 'cache']) {
    const store = await openStore({ location: ':memory:' });
    stores.push(store);
    expect(hasSnapshot(world, anchor, { cacheDir, version: '1.0.0' })).toBe(origin === 'cache');
    expect(await applyBaseline(store, world, anchor, { cacheDir, version: '1.0.0', keys })).toBe(origin);
    expect(taken).toBe(2);
    const registry = openRegistry(store);
    started.push([signingKeys.all(await registry.settings('')), exchangeCertificates.all(await registry.settings('acme'))]);
    registry.close();
  }
  expect(started[1]).toEqual(started[0]);
  await rm(cacheDir, { recursive: true });
});

test('a store that holds a world already is not seeded again', async () => {
  const store = await open(await worldOf(small));
  const before = await contentOf(store);
  await expect(seedInto(store, await worldOf(small))).rejects.toMatchObject({ code: 'AlreadyExists' });
  expect(await contentOf(store)).toEqual(before);
});

describeOnEveryStore('a seeded world', (source) => {
  test('has the same items everywhere', async () => {
    const store = await source.open();
    await seedInto(store, contosoHybrid);
    const rows = await store.read
      .selectFrom('item')
      .select(['mailbox', 'counter', 'subject', 'received', 'is_read', 'size'])
      .orderBy('mailbox')
      .orderBy('counter')
      .execute();
    const memory = await open(contosoHybrid);
    const expected = await memory.read
      .selectFrom('item')
      .select(['mailbox', 'counter', 'subject', 'received', 'is_read', 'size'])
      .orderBy('mailbox')
      .orderBy('counter')
      .execute();
    expect(rows).toEqual(expected);
    expect(rows.length).toBeGreaterThan(900);
  });
});
