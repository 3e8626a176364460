import type { CompiledQuery } from 'kysely';
import type { Executor } from '../database.ts';

/** What a statement came to: its rows, and how many it changed. */
export interface Done {
  readonly rows: object[];
  readonly changed: number | bigint;
}

/**
 * Runs a statement on the spot. Undefined where it has to wait for a transaction, or may not run any more: kysely then runs
 * it, or says why not. `isKept`: what it came to may be what it came to before, if nobody has written since.
 */
export type Direct = (query: CompiledQuery, isKept: boolean) => Done | undefined;

const directs = new WeakMap<Executor, Direct>();

/**
 * Lets prepared queries of an executor go past kysely, whose way to the connection is a dozen promises long: more than SQLite
 * needs for the statement.
 */
export function runDirectly(executor: Executor, direct: Direct): void {
  directs.set(executor, direct);
}

/** How statements of an executor run on the spot; undefined where its database does not work that way. */
export function directOf(executor: Executor): Direct | undefined {
  return directs.get(executor);
}
