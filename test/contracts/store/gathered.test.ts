import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextSequence, touchScope } from '../../../shared/store/change-feed.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const scope = 'gathered';
const gathered = { gathered: true } as const;

/** Takes numbers, and throws where it is one that fails; answers the last. */
async function taken(store: Store, numbers: number, fails: boolean): Promise<number> {
  return store.transaction(async (tx) => {
    const first = await nextSequence(tx, scope, numbers);
    touchScope(tx, scope);
    if (fails) throw new Error(`failed after ${numbers}`);
    return first + numbers - 1;
  }, gathered);
}

async function last(store: Store): Promise<number> {
  const row = await store.read.selectFrom('change_counter').select('last').where('scope', '=', scope).executeTakeFirst();
  return row?.last ?? 0;
}

describeOnEveryStore('gathered transactions', (source) => {
  test('whoever fails is undone alone; each of the others is answered with its own, in the order they came', async () => {
    const works = fc.array(fc.record({ numbers: fc.integer({ min: 1, max: 9 }), fails: fc.boolean() }), { maxLength: 40 });
    const store = await source.open();
    await fc.assert(
      fc.asyncProperty(works, async (all) => {
        const before = await last(store);
        const came = await Promise.allSettled(all.map(({ numbers, fails }) => taken(store, numbers, fails)));
        const values = came.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
        const good = all.filter(({ fails }) => !fails);
        const sums = good.map((_, index) => good.slice(0, index + 1).reduce((sum, { numbers }) => sum + numbers, before));
        // PostgreSQL runs them beside each other: there their order is that of their commits.
        expect(source.kind === 'postgres' ? values.length : values).toEqual(source.kind === 'postgres' ? sums.length : sums);
        expect(came.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []))).toEqual(
          all.filter(({ fails }) => fails).map(({ numbers }) => `failed after ${numbers}`),
        );
        expect(await last(store)).toBe(sums.at(-1) ?? before);
      }),
      { numRuns: source.kind === 'postgres' ? 5 : 40 },
    );
  });

  test('what is answered has been committed, and those who follow are told', async () => {
    const store = await source.open();
    let woken = 0;
    store.changes.watch(scope, () => {
      woken += 1;
    });
    const seen = await Promise.all(
      [1, 2, 3].map(async () => {
        const value = await taken(store, 1, false);
        return (await last(store)) >= value;
      }),
    );
    expect(seen).toEqual([true, true, true]);
    // One commit: they are told once.
    if (source.kind !== 'postgres') expect(woken).toBe(1);
  });

  test('inside a transaction it is a defect, and the next one is none', async () => {
    const store = await source.open();
    const inside = store.transaction(() => taken(store, 1, false));
    await expect(inside).rejects.toThrow('inside a transaction');
    await taken(store, 2, false);
    expect(await last(store)).toBe(2);
  });
});
