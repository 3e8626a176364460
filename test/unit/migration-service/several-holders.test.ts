import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMover } from '../../../services/migration/mover.ts';
import { claimMoveRequest } from '../../../shared/domain/migration/move-hold.ts';
import { createMoveRequest, getMoveRequest } from '../../../shared/domain/migration/move-requests.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Store } from '../../../shared/store/database.ts';
import { awayAtFirst } from '../../support/database-away.ts';
import { noon, plainRequest } from '../../support/move-requests.ts';
import { type MovingGround, neighbour, openFilledGround, tailspin } from './moving-ground.ts';

const hour = 3_600_000;
let ground: MovingGround;
beforeEach(async () => {
  ground = await openFilledGround();
});
afterEach(() => ground.close());

test('who asks to stop before the completion begins is heard', async () => {
  await ground.mover.stop();
  const { store } = ground;
  let isAsked = false;
  // Synced, and not yet being completed: the last moment.
  const transaction: Store['transaction'] = async (work, options) => {
    const result = await store.transaction(work, options);
    const current = await getMoveRequest(store.read, plainRequest('mary'));
    if (current?.status === 'InProgress' && current.progress.moments.initialSeedingCompleted !== undefined && !isAsked) {
      isAsked = true;
      await ground.set({ suspend: true });
    }
    return result;
  };
  const mover = createMover({ ...ground.parts, store: { ...store, transaction } });
  await mover.start();
  await ground.make();
  await mover.settled();
  await mover.stop();
  expect(isAsked).toBe(true);
  expect(await ground.request()).toMatchObject({ status: 'Suspended' });
  expect([ground.source.isLocked, ground.destination.isActive]).toEqual([false, false]);
});

test('a request is found though the database was away when it was looked for', async () => {
  await ground.mover.stop();
  const mover = createMover({ ...ground.parts, realNow: awayAtFirst(ground.parts.realNow) });
  await ground.make();
  await mover.start();
  await expect.poll(() => ground.request(), { timeout: 10_000 }).toMatchObject({ status: 'Completed' });
  await mover.stop();
});

test('whoever waits because all places are taken is woken by the end of any visit', async () => {
  const full = Promise.withResolvers<void>();
  const places = Array.from({ length: replicationSettings.maxActiveMovesPerDatabase }, () => Promise.withResolvers<void>());
  const opened: string[] = [];
  ground.opening = async ({ alias, organization }) => {
    opened.push(organization);
    if (opened.length === places.length) full.resolve();
    await places[Number(alias)]?.promise;
    throw new Refusal('MailboxSizeExceedsTargetQuotaPermanentException');
  };
  const others = places.map((_, index) => plainRequest(String(index)));
  const theirs = plainRequest('own', { organization: neighbour.name });
  await ground.store.transaction(async (tx) => {
    for (const other of others) await createMoveRequest(tx, other);
  });
  await full.promise;
  await ground.store.transaction((tx) => createMoveRequest(tx, theirs));
  expect(opened).not.toContain(neighbour.name);
  places[7]?.resolve();
  await expect.poll(async () => (await getMoveRequest(ground.store.read, theirs))?.status).toBe('Failed');
  for (const { resolve } of places) resolve();
  await ground.mover.settled();
});

test('who lost its process is found when the lease is over, also while other organisations are busy', async () => {
  const busy = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  ground.opening = async ({ organization }) => {
    opened.resolve();
    if (organization === tailspin.name) await busy.promise;
    throw new Refusal('MailboxSizeExceedsTargetQuotaPermanentException');
  };
  const making = ground.make();
  await opened.promise;
  const theirs = plainRequest('theirs', { organization: neighbour.name });
  await ground.store.transaction(async (tx) => {
    await createMoveRequest(tx, theirs);
    await claimMoveRequest(tx, neighbour.name, { until: noon }, { name: 'killed', now: Date.now(), leaseMs: 100 });
  });
  await expect.poll(async () => (await getMoveRequest(ground.store.read, theirs))?.status).toBe('Failed');
  busy.resolve();
  await making;
});

test('what a process had when it was killed it takes up again when it is back, and leaves to others what they have', async () => {
  await ground.mover.stop();
  const { store } = ground;
  const theirs = plainRequest('theirs', { terms: { priority: 'High' } });
  const now = Date.now();
  await store.transaction((tx) => createMoveRequest(tx, theirs));
  await store.transaction((tx) => claimMoveRequest(tx, tailspin.name, { until: noon }, { name: 'another', now, leaseMs: hour }));
  await ground.make();
  const holder = { name: ground.parts.holder, now, leaseMs: hour };
  expect(await store.transaction((tx) => claimMoveRequest(tx, tailspin.name, { until: noon }, holder))).toMatchObject({ alias: 'mary' });
  const back = ground.another(ground.parts.holder);
  await back.start();
  await back.settled();
  await back.stop();
  expect(await ground.request()).toMatchObject({ status: 'Completed' });
  expect(await getMoveRequest(store.read, theirs)).toMatchObject({ status: 'Queued', owner: 'another' });
});

test('a process that ends gives its requests back, and another goes on', async () => {
  let exports = 0;
  ground.source.before = (call) => {
    if (call !== 'export') return;
    exports += 1;
    if (exports === 2) void ground.mover.stop();
  };
  await ground.make();
  const stopped = await ground.request();
  expect(stopped).toMatchObject({ status: 'InProgress', owner: null });
  const other = ground.another('other');
  await other.start();
  await other.settled();
  expect(await ground.request()).toMatchObject({ status: 'Completed' });
  await other.stop();
});

test('a process that has lost its request while it stood still leaves the source locked for whoever has it now', async () => {
  const lock = { owner: 'another', lease: Date.now() + hour };
  ground.source.before = () => {
    if (ground.source.isLocked) void ground.store.transaction((tx) => tx.updateTable('move_request').set(lock).execute());
  };
  await ground.make();
  expect(await ground.request()).toMatchObject({ owner: 'another', status: 'CompletionInProgress' });
  expect([ground.source.transit, ground.destination.isActive, ground.defects]).toEqual(['Locked', false, []]);
});
