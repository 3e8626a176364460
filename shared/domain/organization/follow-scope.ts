import { everyScope, readChanges } from '../../store/change-feed.ts';
import type { Executor, Store } from '../../store/database.ts';
import type { ChangeTable } from '../../store/schema.ts';

/** A value in memory that is made from a scope of the store and kept up with it. */
export interface ScopeView<T> {
  /**
   * The value as of the last commit that this process knows of. Without a change since the last call it costs no query.
   * Not to be called inside a transaction, because it may have to read.
   */
  current(): Promise<T>;
  close(): void;
}

/** How the value is made, and how it takes changes in. What `apply` is given may already be contained in the value. */
export interface ScopeReader<T> {
  load(executor: Executor): Promise<T>;
  apply(executor: Executor, value: T, changes: readonly ChangeTable[]): Promise<T>;
}

const changesPerRead = 1_000;

/** Follows a scope: loads on the first use, then reads what changed, and loads anew after the store was replaced as a whole. */
export function followScope<T>(store: Store, scope: string, reader: ScopeReader<T>): ScopeView<T> {
  let state: { readonly value: T; readonly position: number } | undefined;
  let isStale = true;
  let isReplaced = false;
  /** Of the last reading; whoever asks while nothing changes is given the same. */
  let latest: Promise<T> | undefined;
  let isReading = false;
  const stopScope = store.changes.watch(scope, () => {
    isStale = true;
  });
  const stopAll = store.changes.watch(everyScope, (woken) => {
    if (woken === everyScope) isReplaced = true;
  });

  const refresh = async (): Promise<T> => {
    try {
      while (isStale || state === undefined) {
        isStale = false;
        if (isReplaced) state = undefined;
        isReplaced = false;
        state = state === undefined ? await load() : await catchUp(state);
      }
      return state.value;
    } catch (error) {
      isStale = true;
      throw error;
    } finally {
      // In the same turn as the last look at `isStale`: whoever comes later starts anew.
      isReading = false;
    }
  };
  // The position is read first: a change between the two reads is then applied twice instead of never.
  const load = async () => {
    const counter = await store.read.selectFrom('change_counter').select('last').where('scope', '=', scope).executeTakeFirst();
    return { value: await reader.load(store.read), position: counter?.last ?? 0 };
  };
  const catchUp = async (from: { readonly value: T; readonly position: number }) => {
    let { value, position } = from;
    for (;;) {
      const changes = await readChanges(store.read, scope, position, changesPerRead);
      if (changes.length > 0) value = await reader.apply(store.read, value, changes);
      position = changes.at(-1)?.sequence ?? position;
      if (changes.length < changesPerRead) return { value, position };
    }
  };

  return {
    current() {
      if (latest !== undefined && (isReading || !isStale)) return latest;
      isReading = true;
      latest = refresh();
      return latest;
    },
    close() {
      stopScope();
      stopAll();
    },
  };
}
