import { afterEach, beforeEach, expect, test } from 'vitest';
import { activateSigningKey, publishSigningKey, retireSigningKey, stageSigningKey } from '../../../shared/domain/trust/rollover.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { authorityScope } from '../../../shared/domain/trust/well-known.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

let store: Store;
beforeEach(async () => {
  store = await openStore({ location: ':memory:' });
  await store.transaction((tx) => signingKeys.create(tx, authorityScope, 'first', { ...key('first'), state: 'active', since: now }, now));
});
afterEach(() => store.close());

const key = (x5t: string) => ({ x5t, certificate: `certificate of ${x5t}`, privateKey: `key of ${x5t}` });
type Step = 'stage' | 'publish' | 'activate' | 'retire';

function take(step: Step, x5t: string) {
  const steps = {
    stage: (tx: Parameters<typeof stageSigningKey>[0]) => stageSigningKey(tx, key(x5t), now),
    publish: (tx: Parameters<typeof stageSigningKey>[0]) => publishSigningKey(tx, x5t, now),
    activate: (tx: Parameters<typeof stageSigningKey>[0]) => activateSigningKey(tx, x5t, now),
    retire: (tx: Parameters<typeof stageSigningKey>[0]) => retireSigningKey(tx, x5t, now),
  };
  return store.transaction(steps[step]);
}

async function states(): Promise<Record<string, string>> {
  const all = await signingKeys.list(store.read, authorityScope);
  return Object.fromEntries(all.map(({ value }) => [value.x5t, value.state]));
}

test('a key is staged, published, activated; the one before it is published until it is retired', async () => {
  await take('stage', 'next');
  expect(await states()).toEqual({ first: 'active', next: 'staged' });
  await take('publish', 'next');
  expect(await states()).toEqual({ first: 'active', next: 'published' });
  await take('activate', 'next');
  expect(await states()).toEqual({ first: 'published', next: 'active' });
  await take('retire', 'first');
  expect(await states()).toEqual({ first: 'retired', next: 'active' });
});

test('a staged key can be given up', async () => {
  await take('stage', 'next');
  expect(await take('retire', 'next')).toMatchObject({ x5t: 'next', state: 'retired' });
});

test.each([
  ['stage', 'first', 'signing-key-exists'],
  ['publish', 'first', 'signing-key-state'],
  ['activate', 'first', 'signing-key-state'],
  ['retire', 'first', 'signing-key-state'],
  ['activate', 'staged', 'signing-key-state'],
  ['publish', 'retired', 'signing-key-state'],
  ['activate', 'retired', 'signing-key-state'],
  ['retire', 'retired', 'signing-key-state'],
  ['publish', 'nobody', 'signing-key-unknown'],
] as const)('%s of the key %s is refused: %s', async (step, x5t, code) => {
  await take('stage', 'staged');
  await take('stage', 'retired');
  await take('retire', 'retired');
  const before = await states();
  await expect(take(step, x5t)).rejects.toMatchObject({ name: 'Refusal', code });
  expect(await states()).toEqual(before);
});
