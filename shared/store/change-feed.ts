import { sql } from 'kysely';
import { assert, present } from '../kernel/assert.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Executor } from './database.ts';
import { prepared } from './prepared.ts';
import type { ChangeTable } from './schema.ts';

/** Told that something was committed in a scope. It reads what, from where it stands; it must not throw. */
export type ChangeListener = (scope: string) => void;

/** Wakes those who follow a scope. It only wakes: what changed, and in what order, is in the `change` table. */
export interface ChangeFeed {
  /**
   * Calls `listener` after every commit that touched `scope` (a mailbox GUID, `organization:<name>`, `timer`), by this
   * process or another; `*` follows all scopes. Calls may be more than there were changes, never fewer. When the whole
   * content was replaced, or other processes could not be heard for a while, every listener is called, those of `*` with
   * the scope `*`: positions in the feed may then be void. Returns the function that ends it.
   */
  watch(scope: string, listener: ChangeListener): () => void;
}

/** The feed together with what the store itself does to it. */
export interface ChangeFeedSource extends ChangeFeed {
  wake(scopes: Iterable<string>): void;
}

/** A scope that stands for all: see {@link ChangeFeed.watch}. */
export const everyScope = '*';

/** A feed within this process; `onDefect` hears what listeners throw. */
export function createChangeFeed(onDefect: (error: unknown) => void): ChangeFeedSource {
  const listeners = new Map<string, Set<ChangeListener>>();
  const tell = (watched: string, scope: string): void => {
    for (const listener of [...(listeners.get(watched) ?? [])]) {
      try {
        listener(scope);
      } catch (error) {
        onDefect(error);
      }
    }
  };
  return {
    watch(scope, listener) {
      const members = listeners.get(scope) ?? new Set();
      listeners.set(scope, members);
      // Each watch is its own, also when two of them hand in the same function.
      const own: ChangeListener = (woken) => listener(woken);
      members.add(own);
      return () => {
        members.delete(own);
        if (members.size === 0 && listeners.get(scope) === members) listeners.delete(scope);
      };
    },
    wake(scopes) {
      for (const scope of scopes) {
        if (scope === everyScope) for (const watched of [...listeners.keys()]) tell(watched, watched);
        else {
          tell(scope, scope);
          tell(everyScope, scope);
        }
      }
    },
  };
}

const takeNumbers = prepared((db, p: { scope: string; count: number }) =>
  db
    .insertInto('change_counter')
    .values({ scope: p.scope, last: p.count })
    .onConflict((conflict) =>
      conflict.column('scope').doUpdateSet((row) => ({ last: sql<number>`${row.ref('change_counter.last')} + ${p.count}` })),
    )
    .returning(['last', 'held']),
);

/**
 * Takes `count` numbers of a scope's sequence and answers the first. The counter's row stays locked until the transaction
 * ends, so numbers become visible in their order; a rollback gives them back. Refuses with `scope-held` ({@link holdScope}).
 */
export async function nextSequence(tx: Executor, scope: string, count = 1): Promise<number> {
  assert(tx.isTransaction, 'a sequence number was taken outside a transaction');
  assert(Number.isSafeInteger(count) && count > 0, `${count} sequence numbers were asked for`);
  const { last, held } = present(await takeNumbers.first(tx, { scope, count }), `the counter of ${scope}`);
  if (held !== null && held !== 0) throw new Refusal<ScopeRefusalCode>('scope-held', { detail: scope });
  return last - count + 1;
}

const takeBoth = prepared((db, p: { first: string; firstCount: number; second: string; secondCount: number }) =>
  db
    .insertInto('change_counter')
    .values([
      { scope: p.first, last: p.firstCount },
      { scope: p.second, last: p.secondCount },
    ])
    .onConflict((conflict) =>
      conflict.column('scope').doUpdateSet((row) => ({ last: row('change_counter.last', '+', row.ref('excluded.last')) })),
    )
    .returning(['scope', 'last']),
);

/** A number of one scope and `count` of another, as {@link nextSequence} takes them, in one statement; scopes that nobody holds. */
export async function nextOfTwo(
  tx: Executor,
  first: string,
  second: string,
  count: number,
): Promise<{ readonly first: number; readonly second: number }> {
  assert(tx.isTransaction, 'a sequence number was taken outside a transaction');
  const rows = await takeBoth.all(tx, { first, firstCount: 1, second, secondCount: count });
  const lastOf = (scope: string): number => Number(present(rows.find((row) => row.scope === scope)?.last, `the counter of ${scope}`));
  return { first: lastOf(first), second: lastOf(second) - count + 1 };
}

const meetNumbers = prepared((db, p: { scope: string }) =>
  db
    .updateTable('change_counter')
    .set((row) => ({ last: row.ref('last') }))
    .where('scope', '=', p.scope),
);

/**
 * Makes a transaction that takes no number of a scope clash with those that do: of the two one sees what the other has done. For whoever
 * acts on there being nothing, where somebody who takes a number would have put something.
 */
export async function meetSequence(tx: Executor, scope: string): Promise<void> {
  assert(tx.isTransaction, 'a sequence was met outside a transaction');
  await meetNumbers.run(tx, { scope });
}

/** Why nothing changes in a scope: somebody holds it. */
export type ScopeRefusalCode = 'scope-held';

/** Who holds a scope: the move of a mailbox, or its organisation, which has locked its public folders. Bits: both may. */
const holders = { move: 1, organization: 2 } as const;
export type ScopeHolder = keyof typeof holders;

const hold = prepared((db, p: { scope: string; bit: number }) =>
  db
    .updateTable('change_counter')
    .set((row) => ({ held: sql<number>`coalesce(${row.ref('held')}, 0) | ${p.bit}` }))
    .where('scope', '=', p.scope),
);
const letGo = prepared((db, p: { scope: string; others: number }) =>
  db
    .updateTable('change_counter')
    .set((row) => ({ held: sql<number>`coalesce(${row.ref('held')}, 0) & ${p.others}` }))
    .where('scope', '=', p.scope),
);

/**
 * Lets nothing change in a scope any more, or again: whoever takes one of its numbers is refused. A transaction that has taken one
 * is waited for, so that what was in the scope then is all that is ever in it until it is let go. Wakes those who follow it.
 */
export async function holdScope(tx: Executor, scope: string, isHeld: boolean, holder: ScopeHolder = 'move'): Promise<void> {
  const bit = holders[holder];
  await (isHeld ? hold.run(tx, { scope, bit }) : letGo.run(tx, { scope, others: ~bit }));
  touchScope(tx, scope);
}

const heldOne = prepared((db, p: { scope: string }) => db.selectFrom('change_counter').select('held').where('scope', '=', p.scope));

/** Whether whoever takes a number of a scope is refused ({@link holdScope}). */
export async function isScopeHeld(executor: Executor, scope: string): Promise<boolean> {
  return (await heldOne.first(executor, { scope }))?.held === 1;
}

const appendOne = prepared((db, p: ChangeTable) => db.insertInto('change').values({ ...columnsOf(p) }));

/** Appends changes whose numbers were taken with {@link nextSequence} in the same transaction; wakes their scopes after the commit. */
export async function appendChanges(tx: Executor, rows: readonly ChangeTable[]): Promise<void> {
  for (const row of rows) {
    touchScope(tx, row.scope);
    await appendOne.run(tx, row);
  }
}

function columnsOf({ scope, sequence, kind, object, identity, operation, folder, at }: ChangeTable): ChangeTable {
  return { scope, sequence, kind, object, identity, operation, folder, at };
}

const changesAfter = prepared((db, p: { scope: string; after: number; limit: number }) =>
  db.selectFrom('change').selectAll().where('scope', '=', p.scope).where('sequence', '>', p.after).orderBy('sequence').limit(p.limit),
);

/** The changes of a scope after a position, in order, at most `limit`. What it answers is final: nothing appears before it later. */
export function readChanges(executor: Executor, scope: string, after: number, limit: number): Promise<ChangeTable[]> {
  return changesAfter.all(executor, { scope, after, limit });
}

const touchedScopes = new WeakMap<Executor, Set<string>>();

/** Makes a transaction wake the followers of `scope` when it has been committed. */
export function touchScope(tx: Executor, scope: string): void {
  present(touchedScopes.get(tx), 'the transaction of a change').add(scope);
}

/** Starts to collect the scopes that a transaction touches. */
export function collectScopes(tx: Executor): ReadonlySet<string> {
  const scopes = new Set<string>();
  touchedScopes.set(tx, scopes);
  return scopes;
}
