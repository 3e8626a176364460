import type { Executor, Store } from '../../../shared/store/database.ts';

/** Items of one transaction: some ten milliseconds, in which nobody else can read (SQLite). */
export const sliceItems = { remove: 100, move: 50, copy: 25, mark: 100 } as const;

/** Lets others have their turn: SQLite answers at once and never yields by itself. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs one transaction after another until one answers that nothing is left; others have their turn in between. */
export async function inSlices(store: Store, slice: (tx: Executor) => Promise<boolean>): Promise<void> {
  while (await store.transaction(slice)) await giveWay();
}

/** The same where each slice begins behind the one before, which answers how far it came. */
export async function alongCounters(store: Store, slice: (tx: Executor, after: number) => Promise<number | undefined>): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    after = await store.transaction((tx) => slice(tx, from));
    await giveWay();
  }
}
