import type { Transaction } from 'kysely';
import { assert } from '../kernel/assert.ts';
import { insideTransaction } from '../kernel/transaction-scope.ts';
import type { Schema } from './schema.ts';

type Work<T> = (tx: Transaction<Schema>) => Promise<T>;
type Run = <T>(work: Work<T>) => Promise<T>;

interface Waiting {
  readonly work: Work<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Works of one transaction: what each of them does must be possible within the time of one. */
const mostWorks = 32;

/**
 * Lets works that come in one turn of the event loop share a transaction: they are carried out in the order they came, and each is
 * answered after the commit. Where one of them throws, all are undone and each is carried out in a transaction of its own, so
 * that none knows of the others.
 */
export function gathering(run: Run): Run {
  let waiting: Waiting[] = [];
  const carryOut = (): void => {
    const all = waiting;
    waiting = [];
    for (let first = 0; first < all.length; first += mostWorks) void together(run, all.slice(first, first + mostWorks));
  };
  return async <T>(work: Work<T>) => {
    assert(!insideTransaction(), 'a transaction was begun inside a transaction');
    return new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(carryOut);
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject });
    });
  };
}

async function together(run: Run, works: readonly Waiting[]): Promise<void> {
  if (works.length > 1) {
    try {
      const values = await run(async (tx) => {
        const done: unknown[] = [];
        for (const { work } of works) done.push(await work(tx));
        return done;
      });
      for (const [index, { resolve }] of works.entries()) resolve(values[index]);
      return;
    } catch {
      // Whose fault it was shows when each is alone.
    }
  }
  for (const { work, resolve, reject } of works) await run(work).then(resolve, reject);
}
