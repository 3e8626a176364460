import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Instant } from '../kernel/clock.ts';
import { touchScope } from './change-feed.ts';
import type { Executor } from './database.ts';
import { dialectOf } from './dialects/adapters.ts';
import { prepared } from './prepared.ts';
import { storableJson } from './storable.ts';

/** Something that is to happen at a moment of the world. */
export interface Timer {
  /** Chosen by whoever sets it; a second timer with the same id replaces the first. */
  readonly id: string;
  /** World time. */
  readonly due: Instant;
  /** Names the handler. */
  readonly kind: string;
  readonly payload: object;
}

/** A timer that one runner holds until it is finished, or until its lease ends. */
export interface ClaimedTimer extends Timer {
  readonly position: number;
  readonly owner: string;
}

/** The scope that wakes runners: the earliest timer may be another one now. */
export const timerScope = 'timer';

const upsert = prepared((db, p: { id: string; due: number; kind: string; payload: string }) => {
  const position = db.selectFrom('timer').select((row) => sql<number>`coalesce(${row.fn.max('position')}, 0) + 1`.as('next'));
  return db
    .insertInto('timer')
    .values({ id: p.id, due: p.due, kind: p.kind, payload: p.payload, position, owner: null, lease: null })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        due: row.ref('excluded.due'),
        kind: row.ref('excluded.kind'),
        payload: row.ref('excluded.payload'),
        position: row.ref('excluded.position'),
        owner: null,
        lease: null,
      })),
    );
});
const known = prepared((db, p: { id: string }) => db.selectFrom('timer').select('id').where('id', '=', p.id));
const remove = prepared((db, p: { id: string }) => db.deleteFrom('timer').where('id', '=', p.id));
const finish = prepared((db, p: { id: string; position: number; owner: string }) =>
  db.deleteFrom('timer').where('id', '=', p.id).where('position', '=', p.position).where('owner', '=', p.owner),
);
const lend = prepared((db, p: { id: string; owner: string; lease: number }) =>
  db.updateTable('timer').set({ owner: p.owner, lease: p.lease }).where('id', '=', p.id),
);

const release = prepared((db, p: { owner: string }) =>
  db.updateTable('timer').set({ owner: null, lease: null }).where('owner', '=', p.owner),
);

/** Sets a timer, or sets it anew. Timers due at the same moment fire in the order in which they were set. */
export async function setTimer(tx: Executor, { id, due, kind, payload }: Timer): Promise<void> {
  await upsert.run(tx, { id, due, kind, payload: storableJson(payload) });
  touchScope(tx, timerScope);
}

/** Sets a timer unless there is one with that id, running or not: that one stays as it is. */
export async function setTimerUnlessSet(tx: Executor, { id, due, kind, payload }: Timer): Promise<void> {
  if ((await known.first(tx, { id })) === undefined) await setTimer(tx, { id, due, kind, payload });
}

/** Takes a timer away; false when there was none. A handler that is already running is not stopped. */
export async function cancelTimer(tx: Executor, id: string): Promise<boolean> {
  touchScope(tx, timerScope);
  return (await remove.run(tx, { id })) > 0;
}

/** Who claims, for how long, and which kinds it has handlers for. `now` and the lease are machine time: frozen world time would never end a lease. */
export interface TimerClaim {
  readonly owner: string;
  readonly kinds: readonly string[];
  /** Machine time, milliseconds. */
  readonly now: number;
  readonly leaseMs: number;
  /** Beginnings of ids that it leaves to others, of these kinds, too. */
  readonly except?: readonly string[];
}

/** Claims the first timer that is due at `until` and not held by another runner, or undefined when there is none. */
export async function claimDueTimer(
  tx: Executor,
  until: Instant,
  { owner, kinds, now, leaseMs, except = [] }: TimerClaim,
): Promise<ClaimedTimer | undefined> {
  if (kinds.length === 0) return undefined;
  const due = tx
    .selectFrom('timer')
    .select(['id', 'due', 'kind', 'payload', 'position'])
    .where('due', '<=', until)
    .where('kind', 'in', kinds)
    .where((row) => row.or([row('owner', 'is', null), row('lease', '<=', now)]))
    .$if(except.length > 0, (query) => query.where(beginsWithNone(except)))
    .orderBy('due')
    .orderBy('position')
    .orderBy('id')
    .limit(1);
  // SQLite runs one transaction at a time, so what was found free is still free.
  const row = await (dialectOf(tx) === 'postgres' ? due.forUpdate().skipLocked() : due).executeTakeFirst();
  if (row === undefined) return undefined;
  await lend.run(tx, { id: row.id, owner, lease: now + leaseMs });
  return { ...row, payload: JSON.parse(row.payload) as object, owner };
}

/** Ends a claim. False when the timer was meanwhile set anew, taken away, or claimed by another runner after the lease: then it stays as it is. */
export async function finishTimer(tx: Executor, { id, position, owner }: ClaimedTimer): Promise<boolean> {
  return (await finish.run(tx, { id, position, owner })) > 0;
}

/** Gives back what an owner held when it ended in the midst of it. */
export async function releaseTimers(tx: Executor, owner: string): Promise<void> {
  if ((await release.run(tx, { owner })) > 0) touchScope(tx, timerScope);
}

/** Timers due at `until`, whoever runs or holds them: the first `limit`, in their order. */
export async function dueTimers(
  executor: Executor,
  until: Instant,
  limit: number,
): Promise<readonly (Pick<Timer, 'id' | 'kind' | 'due'> & { readonly position: number })[]> {
  return executor
    .selectFrom('timer')
    .select(['id', 'kind', 'due', 'position'])
    .where('due', '<=', until)
    .orderBy('due')
    .orderBy('position')
    .orderBy('id')
    .limit(limit)
    .execute();
}

function beginsWithNone(beginnings: readonly string[]): RawBuilder<SqlBool> {
  const parts = beginnings.map((beginning) => sql`substr(id, 1, cast(${beginning.length} as integer)) <> ${beginning}`);
  return sql<SqlBool>`${sql.join(parts, sql` and `)}`;
}

/** When a runner has something to do next. */
export interface NextDue {
  /** World time at which the first timer that nobody holds is due. */
  readonly due: Instant | undefined;
  /** Machine time at which the first lease ends that another runner, alive or not, holds. */
  readonly leaseEnds: number | undefined;
}

/** Looks for the next moment at which one of these kinds can be claimed. `now` is machine time. */
export async function nextDue(executor: Executor, kinds: readonly string[], now: number, except: readonly string[] = []): Promise<NextDue> {
  if (kinds.length === 0) return { due: undefined, leaseEnds: undefined };
  const free = executor
    .selectFrom('timer')
    .select('due')
    .where('kind', 'in', kinds)
    .$if(except.length > 0, (query) => query.where(beginsWithNone(except)));
  const row = await free
    .where((timer) => timer.or([timer('owner', 'is', null), timer('lease', '<=', now)]))
    .orderBy('due')
    .limit(1)
    .executeTakeFirst();
  const leased = await executor
    .selectFrom('timer')
    .select((timer) => timer.fn.min('lease').as('ends'))
    .where('kind', 'in', kinds)
    .where('lease', '>', now)
    .$if(except.length > 0, (query) => query.where(beginsWithNone(except)))
    .executeTakeFirst();
  return { due: row?.due, leaseEnds: leased?.ends ?? undefined };
}
