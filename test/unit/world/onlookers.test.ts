import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOnlookers } from '../../../services/shared-lab.ts';
import { createFaultBook } from '../../../shared/faults/book.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { putConfigObject } from '../../../shared/store/config-objects.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { readInstalled } from '../../../shared/store/installation-table.ts';

let store: Store;
let changed = 0;
beforeEach(async () => {
  store = await openStore({ location: ':memory:' });
});
afterEach(() => store.close());

const change = (): Promise<unknown> =>
  store.transaction((tx) => {
    changed += 1;
    return putConfigObject(tx, { organization: 'contoso', kind: 'Thing', identity: `thing ${changed}`, name: 'thing', value: {} }, 0);
  });

test('the others look once for what was committed or ruled, and not for what only read', async () => {
  const told: string[] = [];
  let meanwhile = async (): Promise<unknown> => undefined;
  const announce = async (kind: string): Promise<void> => {
    told.push(kind);
    await meanwhile();
  };
  const faults = createFaultBook({ random: seededRandom('onlookers') });
  const onlookers = openOnlookers(store, { announce } as never, faults);
  const looks = async (): Promise<readonly string[]> => {
    await onlookers.lookIfChanged();
    return told.splice(0);
  };
  await looks();
  expect(await looks()).toEqual([]);
  await change();
  expect([await looks(), await looks()]).toEqual([['look'], []]);
  faults.add({ seam: 'http.request', match: {}, effect: { kind: 'latency', delayMs: 5 } });
  expect([await looks(), await looks()]).toEqual([['look'], []]);
  expect(JSON.parse((await readInstalled(store.read, 'faults')) ?? '')).toMatchObject([{ seam: 'http.request' }]);
  faults.clear();
  expect(await looks()).toEqual(['look']);
  expect(await readInstalled(store.read, 'faults')).toBe('[]');
  // What comes while they look, they may have missed.
  meanwhile = change;
  await change();
  expect(await looks()).toEqual(['look']);
  meanwhile = async () => undefined;
  expect([await looks(), await looks()]).toEqual([['look'], []]);
  await change();
  await onlookers.look('forget');
  expect(told.splice(0)).toEqual(['forget']);
  expect(await looks()).toEqual([]);
});
