import { expect, test } from 'vitest';
import type { Store } from '../../../shared/store/database.ts';
import {
  cancelTimer,
  claimDueTimer,
  finishTimer,
  nextDue,
  releaseTimers,
  setTimer,
  type Timer,
  type TimerClaim,
  timerScope,
} from '../../../shared/store/timer-table.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const timer = (id: string, due: number, change: Partial<Timer> = {}): Timer => ({ id, due, kind: 'ring', payload: { of: id }, ...change });
const claimBy = (owner: string, change: Partial<TimerClaim> = {}): TimerClaim => ({
  owner,
  kinds: ['ring'],
  now: 1_000_000,
  leaseMs: 1_000,
  ...change,
});

const set = (store: Store, ...timers: readonly Timer[]) =>
  store.transaction(async (tx) => {
    for (const one of timers) await setTimer(tx, one);
  });
const claim = (store: Store, until: number, by: TimerClaim = claimBy('me')) => store.transaction((tx) => claimDueTimer(tx, until, by));

async function drain(store: Store, until: number, by?: TimerClaim): Promise<string[]> {
  const ids: string[] = [];
  for (let next = await claim(store, until, by); next !== undefined; next = await claim(store, until, by)) ids.push(next.id);
  return ids;
}

describeOnEveryStore('timers in the store', (source) => {
  test('what is due is claimed in order: by due, then in the order in which it was set', async () => {
    const store = await source.open();
    await set(store, timer('z', 20), timer('b', 10), timer('a', 10), timer('late', 21), timer('y', 20), timer('first', -5));
    await set(store, timer('b', 10));
    expect(await claim(store, -6)).toBe(undefined);
    expect(await claim(store, 20)).toMatchObject({ id: 'first', due: -5, kind: 'ring', payload: { of: 'first' }, owner: 'me' });
    expect(await drain(store, 20)).toEqual(['a', 'b', 'z', 'y']);
  });

  test('other kinds are left alone, also by who handles none', async () => {
    const store = await source.open();
    await set(store, timer('a', 1, { kind: 'sync' }), timer('b', 2));
    expect(await drain(store, 9)).toEqual(['b']);
    expect(await claim(store, 9, claimBy('me', { kinds: [] }))).toBe(undefined);
    expect(await nextDue(store.read, [], 0)).toEqual({ due: undefined, leaseEnds: undefined });
    expect(await drain(store, 9, claimBy('me', { kinds: ['sync', 'other'] }))).toEqual(['a']);
  });

  test('who leaves some of a kind to others claims none of them, and does not wait for them', async () => {
    const store = await source.open();
    await set(store, timer('queue/contoso/1', 1), timer('queue/fabrikam_%/1', 2), timer('queue/fabrikam/1', 3));
    const except = ['queue/contoso/', 'queue/fabrikam_'];
    expect((await nextDue(store.read, ['ring'], 0, except)).due).toBe(3);
    expect(await drain(store, 9, claimBy('me', { except }))).toEqual(['queue/fabrikam/1']);
    expect(await drain(store, 9, claimBy('other'))).toEqual(['queue/contoso/1', 'queue/fabrikam_%/1']);
    expect((await nextDue(store.read, ['ring'], 0, except)).leaseEnds).toBe(1_001_000);
  });

  test('two who claim at the same time never get the same', async () => {
    const store = await source.open();
    const other = await source.another();
    const ids = Array.from({ length: 60 }, (_, index) => `t${index}`);
    await set(store, ...ids.map((id, index) => timer(id, index % 7)));
    const claimed = await Promise.all([store, other, store, other].map((through, index) => drain(through, 9, claimBy(`runner ${index}`))));
    expect(claimed.flat().sort()).toEqual(ids.sort());
  });

  test('a claim ends with its lease, or when its owner gives it back', async () => {
    const store = await source.open();
    await set(store, timer('a', 1), timer('b', 2));
    const first = await claim(store, 1, claimBy('gone', { now: 5_000 }));
    expect(first?.id).toBe('a');
    expect(await claim(store, 1, claimBy('me', { now: 5_999 }))).toBe(undefined);
    expect(await nextDue(store.read, ['ring'], 5_999)).toEqual({ due: 2, leaseEnds: 6_000 });
    expect(await nextDue(store.read, ['ring'], 6_000)).toEqual({ due: 1, leaseEnds: undefined });
    const second = await claim(store, 1, claimBy('me', { now: 6_000 }));
    expect(second?.id).toBe('a');
    // The first owner comes back late: it is no longer its own.
    expect(await store.transaction((tx) => finishTimer(tx, first as NonNullable<typeof first>))).toBe(false);
    await store.transaction((tx) => releaseTimers(tx, 'gone'));
    expect(await claim(store, 1, claimBy('third', { now: 6_001 }))).toBe(undefined);
    await store.transaction((tx) => releaseTimers(tx, 'me'));
    expect((await claim(store, 1, claimBy('third', { now: 6_001 })))?.id).toBe('a');
  });

  test('a finished timer is gone; one that was set anew meanwhile is not', async () => {
    const store = await source.open();
    await set(store, timer('a', 1), timer('b', 1));
    const [a, b] = [await claim(store, 1), await claim(store, 1)];
    if (a === undefined || b === undefined) throw new Error('nothing was due');
    await set(store, timer('b', 5, { payload: { again: true } }));
    expect(await store.transaction((tx) => finishTimer(tx, a))).toBe(true);
    expect(await store.transaction((tx) => finishTimer(tx, b))).toBe(false);
    expect(await drain(store, 4)).toEqual([]);
    expect(await claim(store, 5)).toMatchObject({ id: 'b', due: 5, payload: { again: true } });
  });

  test('a cancelled timer does not fire', async () => {
    const store = await source.open();
    await set(store, timer('a', 1));
    expect(await store.transaction((tx) => cancelTimer(tx, 'a'))).toBe(true);
    expect(await store.transaction((tx) => cancelTimer(tx, 'a'))).toBe(false);
    expect(await drain(store, 9)).toEqual([]);
  });

  test('setting and cancelling wake the runners, here and elsewhere', async () => {
    const store = await source.open();
    const other = await source.another();
    const there = Promise.withResolvers<void>();
    other.changes.watch(timerScope, () => there.resolve());
    let here = 0;
    store.changes.watch(timerScope, () => {
      here += 1;
    });
    await set(store, timer('a', 1));
    await there.promise;
    await store.transaction((tx) => cancelTimer(tx, 'a'));
    expect(here).toBeGreaterThanOrEqual(2);
  });
});
