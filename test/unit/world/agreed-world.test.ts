import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agreeUpon } from '../../../services/shared-lab.ts';
import { openWorld } from '../../../services/world-source.ts';
import type { World } from '../../../shared/domain/world/world.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';

let store: Store;
let folder: string;
let world: World;
beforeEach(async () => {
  store = await openStore({ location: ':memory:' });
  folder = await mkdtemp(join(tmpdir(), 'coexist-agreed-'));
  world = await openWorld({ kind: 'named', name: 'contoso-hybrid' }, folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const frozen = (at: number) => ({ skewMs: {}, setting: { mode: 'frozen', at } }) as const;

/** What a process that comes after `before` others agrees upon. */
function agree(before: number, own: World, at: number) {
  const others = Array.from({ length: before }, (_, index) => ({
    id: `${index}`,
    services: [],
    organizations: [],
    listeners: [],
    applied: 0,
  }));
  const me = { id: 'me', services: [], organizations: [], listeners: [], applied: 0 };
  return agreeUpon(store, { self: 'me', live: () => [...others, me] }, own, { restore() {} }, { clock: frozen(at), startedAt: at });
}

test('whoever comes later begins as the first did, whatever its own clock says', async () => {
  expect(await agree(0, world, 1)).toMatchObject({ startedAt: 1 });
  // From the cache, this time.
  const again = await openWorld({ kind: 'named', name: 'contoso-hybrid' }, folder);
  expect(await agree(1, { ...again, clock: { mode: 'frozen', at: 2 } }, 2)).toMatchObject({ startedAt: 1, clock: frozen(1) });
});

test.each([
  ['the world fabrikam, not contoso-hybrid', (other: World) => ({ ...other, name: 'fabrikam' })],
  ['another world of the name contoso-hybrid', (other: World) => ({ ...other, seed: 'other' })],
  ['another world of the name contoso-hybrid', (other: World) => ({ ...other, organizations: other.organizations.slice(1) })],
])('whoever comes with another world is told so: %s', async (told, changed) => {
  await agree(0, changed(world), 1);
  await expect(agree(1, world, 2)).rejects.toThrow(told);
  // When those others have gone, it is the first.
  expect(await agree(0, world, 3)).toMatchObject({ startedAt: 3 });
});
