import { expect, test } from 'vitest';
import {
  claimMoveRequest,
  heldByEndpoint,
  keepMoveRequest,
  type MoveHolder,
  nextMove,
  releaseMoveRequest,
  releaseMoveRequests,
  saveProgress,
} from '../../../shared/domain/migration/move-hold.ts';
import { appendReport, readReport } from '../../../shared/domain/migration/move-report.ts';
import type { MoveRequest } from '../../../shared/domain/migration/move-request.ts';
import {
  changeTerms,
  createMoveRequest,
  getMoveRequest,
  listMoveRequests,
  moveRequestOf,
  moveScope,
  readSyncState,
  removeMoveRequest,
  settleIdle,
} from '../../../shared/domain/migration/move-requests.ts';
import { atStage, started, suspended } from '../../../shared/domain/migration/move-transitions.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Store } from '../../../shared/store/database.ts';
import { nextDue } from '../../../shared/store/timer-table.ts';
import { noon, plainRequest } from '../../support/move-requests.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const minute = 60_000;
const organization = 'tailspin';
/** Machine time: another scale than the world's. */
const one: MoveHolder = { name: 'one', now: 1_000, leaseMs: 500 };
const two: MoveHolder = { ...one, name: 'two' };

const make = (store: Store, ...requests: readonly MoveRequest[]) =>
  store.transaction(async (tx) => {
    for (const request of requests) await createMoveRequest(tx, request);
  });
const claim = (store: Store, holder: MoveHolder, { until = noon, full }: { until?: number; full?: readonly string[] } = {}) =>
  store.transaction((tx) => claimMoveRequest(tx, organization, { until, ...(full && { full }) }, holder));
const dueTimer = async (store: Store) => (await nextDue(store.read, ['move-request'], 0)).due;

describeOnEveryStore('move requests', (source) => {
  test('a request comes back as it was made, once per person', async () => {
    const store = await source.open();
    const mary = plainRequest('mary', { terms: { batch: 'Finance', badItemLimit: null }, due: noon + minute });
    await make(store, mary, plainRequest('joe', { status: 'Suspended', due: null }));
    expect(await getMoveRequest(store.read, mary)).toEqual(mary);
    expect(await moveRequestOf(store.read, organization, mary.recipient)).toEqual(mary);
    await expect(make(store, { ...plainRequest('again'), recipient: mary.recipient })).rejects.toMatchObject({ code: 'request-exists' });
    const names = async (filter: Partial<Parameters<typeof listMoveRequests>[2]>) =>
      (await listMoveRequests(store.read, organization, { limit: 10, ...filter })).map(({ alias }) => alias).toSorted();
    expect(await names({})).toEqual(['joe', 'mary']);
    expect(await names({ batch: 'FINANCE' })).toEqual(['mary']);
    expect(await names({ status: 'Suspended' })).toEqual(['joe']);
    expect(await listMoveRequests(store.read, 'contoso', { limit: 10 })).toEqual([]);
    expect(await dueTimer(store)).toBe(noon + minute);
  });

  test('what is due is given to one process, by priority and then by age', async () => {
    const store = await source.open();
    const urgent = plainRequest('urgent', { due: noon, terms: { priority: 'High' } });
    await make(store, plainRequest('second', { due: noon }), plainRequest('first', { due: noon - 1 }), urgent);
    await make(store, plainRequest('later', { due: noon + 1 }), plainRequest('idle', { due: null }));
    expect((await claim(store, one))?.alias).toBe('urgent');
    expect((await claim(store, two))?.alias).toBe('first');
    expect((await claim(store, one))?.alias).toBe('second');
    expect(await claim(store, two)).toBeUndefined();
    expect((await claim(store, two, { until: noon + 1 }))?.alias).toBe('later');
    expect(await heldByEndpoint(store.read, organization, one.now)).toEqual(new Map([['hybrid', 4]]));
    expect(await heldByEndpoint(store.read, organization, one.now + 500)).toEqual(new Map());
  });

  test('processes that claim at the same time never get the same request', async () => {
    const store = await source.open();
    const other = await source.another();
    await make(store, ...Array.from({ length: 12 }, (_, index) => plainRequest(`person ${index}`)));
    const claims = Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? claim(store, one) : claim(other, two)));
    const taken = (await Promise.all(claims)).flatMap((request) => request?.alias ?? []);
    expect(taken).toHaveLength(12);
    expect(new Set(taken).size).toBe(12);
  });

  test('the requests of an endpoint that has as many as it may wait', async () => {
    const store = await source.open();
    await make(store, plainRequest('mary'), plainRequest('joe', { due: noon + 1, terms: { endpoint: 'Other' } }));
    expect((await claim(store, one, { until: noon + 1, full: ['hybrid'] }))?.alias).toBe('joe');
    expect(await claim(store, one, { until: noon + 1, full: ['hybrid', 'other'] })).toBeUndefined();
  });

  test('a process that was killed loses its request when the lease ends, and cannot write to it afterwards', async () => {
    const store = await source.open();
    await make(store, plainRequest('mary'));
    const held = present(await claim(store, one), 'the request');
    const state = started(held, noon);
    await store.transaction((tx) => saveProgress(tx, held, { ...state, syncState: { folders: ['a'] } }, one));
    expect(await claim(store, { ...two, now: 1_499 })).toBeUndefined();
    expect(await nextMove(store.read, organization, 1_499)).toEqual({ due: undefined, leaseEnds: 1_500 });
    const taken = present(await claim(store, { ...two, now: 1_500 }), 'the request');
    expect(taken.status).toBe('InProgress');
    expect(await readSyncState(store.read, taken)).toEqual({ folders: ['a'] });
    const late = { ...one, now: 1_501 };
    await expect(store.transaction((tx) => saveProgress(tx, held, state, late))).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(store.transaction((tx) => keepMoveRequest(tx, held, late))).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(store.transaction((tx) => releaseMoveRequest(tx, held, null, late, noon))).rejects.toMatchObject({ code: 'lease-lost' });
  });

  test('each save renews the lease', async () => {
    const store = await source.open();
    await make(store, plainRequest('mary'));
    const held = present(await claim(store, one), 'the request');
    await store.transaction((tx) => saveProgress(tx, held, started(held, noon), { ...one, now: 1_400 }));
    expect(await claim(store, { ...two, now: 1_899 })).toBeUndefined();
    await store.transaction((tx) => keepMoveRequest(tx, held, { ...one, now: 1_800 }));
    expect(await claim(store, { ...two, now: 2_299 })).toBeUndefined();
    expect((await claim(store, { ...two, now: 2_300 }))?.alias).toBe('mary');
  });

  test('what an administrator sets meanwhile is seen with the next save, and neither overwrites the other', async () => {
    const store = await source.open();
    await make(store, plainRequest('mary'));
    const held = present(await claim(store, one), 'the request');
    const read = present(await getMoveRequest(store.read, held), 'the request');
    await store.transaction((tx) => changeTerms(tx, read, { ...read.terms, suspend: true, priority: 'High' }));
    const state = atStage({ ...held, ...started(held, noon) }, 'hierarchy', noon);
    const saved = await store.transaction((tx) => saveProgress(tx, held, state, one));
    expect(saved).toMatchObject({
      version: 2,
      status: 'InProgress',
      terms: { suspend: true, priority: 'High' },
      progress: { percent: 10 },
    });
    await expect(store.transaction((tx) => changeTerms(tx, read, read.terms))).rejects.toMatchObject({ code: 'request-changed' });
    // While a process has it, its state is that process's own.
    expect(await store.transaction((tx) => settleIdle(tx, saved, suspended(saved, noon)))).toBe(false);
    await store.transaction((tx) => releaseMoveRequest(tx, saved, null, one, noon));
    const idle = present(await getMoveRequest(store.read, held), 'the request');
    expect(idle).toMatchObject({ status: 'InProgress', owner: null, due: null });
    expect(await store.transaction((tx) => settleIdle(tx, idle, suspended(idle, noon)))).toBe(true);
    expect(await getMoveRequest(store.read, held)).toMatchObject({ status: 'Suspended', due: null });
  });

  test('terms that were set between the last save and the release are looked at at once', async () => {
    const store = await source.open();
    await make(store, plainRequest('mary'));
    const held = present(await claim(store, one), 'the request');
    await store.transaction((tx) => changeTerms(tx, held, { ...held.terms, suspend: true }));
    await store.transaction((tx) => releaseMoveRequest(tx, held, noon + 60 * minute, one, noon + 1));
    expect((await claim(store, two, { until: noon + 1 }))?.terms.suspend).toBe(true);
  });

  test('a wait is a timer of the world, and each change wakes whoever moves mailboxes', async () => {
    const store = await source.open();
    let woken = 0;
    store.changes.watch(moveScope(organization), () => {
      woken += 1;
    });
    await make(store, plainRequest('mary'));
    const held = present(await claim(store, one), 'the request');
    await store.transaction((tx) => releaseMoveRequest(tx, held, noon + 30 * minute, one, noon));
    expect(woken).toBe(2);
    expect(await dueTimer(store)).toBe(noon + 30 * minute);
    expect(await nextMove(store.read, organization, one.now)).toEqual({ due: noon + 30 * minute, leaseEnds: undefined });
    const again = present(await claim(store, one, { until: noon + 30 * minute }), 'the request');
    await store.transaction((tx) => releaseMoveRequest(tx, again, null, one, noon));
    expect(await dueTimer(store)).toBeUndefined();
  });

  test('a process that ends gives back what it has, due as it was', async () => {
    const store = await source.open();
    await make(store, plainRequest('mary'), plainRequest('joe'));
    await claim(store, one);
    await claim(store, two);
    await store.transaction((tx) => releaseMoveRequests(tx, organization, one));
    expect((await claim(store, two))?.owner).toBe('two');
    expect(await claim(store, two)).toBeUndefined();
  });

  test('the report is kept in its order and goes with its request', async () => {
    const store = await source.open();
    const mary = plainRequest('mary');
    await make(store, mary, plainRequest('joe'));
    const line = (message: string) => ({ what: 'Entry', type: 'Informational', message }) as const;
    const sizes = { items: 1, bytes: 2, deletedItems: 3, deletedBytes: 4, associatedItems: 5, associatedBytes: 6 };
    const by = { at: noon, server: 'EX-01' };
    await store.transaction((tx) => appendReport(tx, mary, [line('one'), { what: 'Sizes', mailbox: 'SourceMailbox', ...sizes }], by));
    await store.transaction((tx) => appendReport(tx, mary, [line('two\0')], by));
    await store.transaction((tx) => appendReport(tx, plainRequest('joe'), [line('another')], by));
    const texts = async (options: Partial<Parameters<typeof readReport>[2]>) =>
      (await readReport(store.read, mary, { limit: 10, ...options })).map(({ number, fact }) => [
        number,
        'message' in fact && fact.message,
      ]);
    expect(await texts({})).toEqual([
      [1, 'one'],
      [2, false],
      [3, 'two\ufffd'],
    ]);
    expect(await texts({ what: 'Entry', limit: 1 })).toEqual([[1, 'one']]);
    expect(await texts({ what: 'Entry', after: 1 })).toEqual([[3, 'two\ufffd']]);
    await store.transaction((tx) => removeMoveRequest(tx, mary));
    expect(await getMoveRequest(store.read, mary)).toBeUndefined();
    expect(await texts({})).toEqual([]);
    expect(await readReport(store.read, plainRequest('joe'), { limit: 10 })).toHaveLength(1);
    await make(store, mary);
    await store.transaction((tx) => appendReport(tx, mary, [line('anew')], by));
    expect(await texts({})).toEqual([[1, 'anew']]);
  });
});
