import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeedDialer } from '../../../shared/bridges/seed/seed-dialer.ts';
import { openRegistry, type Registry } from '../../../shared/domain/organization/registry.ts';
import { exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { readAuthMetadata, readFederationMetadata } from '../../../shared/protocols/oauth/metadata.ts';
import type { Store } from '../../../shared/store/database.ts';
import { anchor, seeded, worldOf } from './worlds.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const identifiers = createIdentifiers(seededRandom('seed-dialer'));
let store: Store;
let registry: Registry;
beforeAll(async () => {
  const world = await worldOf(
    `{"version":1,"organizations":{"acme":{"kind":"on-premises","domains":["acme.test"]},"cloud":{"kind":"cloud","tenantId":"${tenantId}","domains":["acme.test"]}}}`,
  );
  store = await seeded(world);
  registry = openRegistry(store);
});
afterAll(async () => {
  registry.close();
  await store.close();
});

const get = (url: string, method = 'GET') =>
  createSeedDialer(registry, { store, at: anchor, identifiers }).https({
    url,
    method,
    service: 'cmdlets',
    timeoutMs: 1_000,
    maxBytes: 1_000_000,
  });

test.each([
  `https://accounts.accesscontrol.test/${tenantId}/metadata/json/1`,
  `https://accounts.accesscontrol.windows.net/acme.test/metadata/json/1`,
])('%s', async (url) => {
  const { status, body } = await get(url);
  expect(status).toBe(200);
  const [key] = signingKeys.all(await registry.settings(''));
  expect(readAuthMetadata(body.toString('utf8'))).toMatchObject({ realm: tenantId, keys: [{ x5t: key?.x5t }] });
});

test('federation metadata', async () => {
  const { body } = await get(`https://login.windows.net/${tenantId}/federationmetadata/2007-06/federationmetadata.xml`);
  expect(readFederationMetadata(body.toString('utf8'))).toMatchObject({ issuer: `https://sts.windows.net/${tenantId}/` });
});

test("an organisation's own metadata", async () => {
  const { body } = await get('https://mail.acme.test/autodiscover/metadata/json/1');
  const [certificate] = exchangeCertificates.all(await registry.settings('acme'));
  expect(readAuthMetadata(body.toString('utf8')).keys).toMatchObject([{ certificate: certificate?.certificate }]);
});

test.each([
  ['GET', 'https://mail.acme.test/EWS/Exchange.asmx'],
  ['POST', `https://accounts.accesscontrol.test/${tenantId}/metadata/json/1`],
  ['GET', 'https://login.microsoftonline.test/22222222-2222-4222-8222-222222222222/federationmetadata/2007-06/federationmetadata.xml'],
])('%s %s is not found', async (method, url) => {
  expect((await get(url, method)).status).toBe(404);
});

test.each(['https://acme.test/autodiscover/metadata/json/1', 'https://example.com/'])('%s: no such name', async (url) => {
  await expect(get(url)).rejects.toMatchObject({ code: 'NameNotFound' });
});

test('a call inside a transaction is a defect', async () => {
  await expect(store.transaction(() => get('https://mail.acme.test/'))).rejects.toThrow(/while a transaction is open/);
});
