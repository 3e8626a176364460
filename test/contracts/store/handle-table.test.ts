import { expect, test } from 'vitest';
import type { Store } from '../../../shared/store/database.ts';
import { keepHandle, readHandle } from '../../../shared/store/handle-table.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const at = Date.UTC(2026, 10, 2);

describeOnEveryStore('what is kept under a handle once', (source) => {
  const keep = (store: Store, handle: string, number: number, now = at) =>
    store.transaction((tx) => keepHandle(tx, { kind: 'once', handle, value: { number }, expires: now + 1_000 }, now));

  test('stays, and is told to whoever comes later, until it is too old', async () => {
    const store = await source.open();
    expect(await keep(store, 'one', 1)).toBeUndefined();
    expect(await keep(store, 'one', 2)).toEqual({ number: 1 });
    expect(await keep(store, 'one', 3, at + 1_000)).toEqual({ number: 1 });
    expect(await keep(store, 'one', 4, at + 1_001)).toBeUndefined();
    expect(await readHandle(store.read, 'once', 'one')).toEqual({ value: { number: 4 }, expires: at + 2_001 });
  });

  test('is one alone of those that come at the same time', async () => {
    const store = await source.open();
    const kept = await Promise.all(Array.from({ length: 8 }, (_, number) => keep(store, 'many', number)));
    expect(kept.filter((one) => one === undefined)).toHaveLength(1);
    expect(new Set(kept.filter((one) => one !== undefined).map((one) => JSON.stringify(one))).size).toBe(1);
  });
});
