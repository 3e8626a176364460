import { AsyncLocalStorage } from 'node:async_hooks';

const scopes = new AsyncLocalStorage<{ open: boolean }>();

/**
 * Runs `work` marked as "a database transaction is open". The mark follows awaits and callbacks that `work` starts, and
 * is gone as soon as `work` has settled, also for what it left running.
 */
export async function runInTransactionScope<T>(work: () => Promise<T>): Promise<T> {
  const scope = { open: true };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.open = false;
  }
}

/**
 * True while the caller runs inside an open transaction. Whoever waits for something else than the store (the dialer,
 * a second transaction) must treat that as a defect: one writer connection, or an exhausted pool, would never come free.
 */
export function insideTransaction(): boolean {
  return scopes.getStore()?.open === true;
}
