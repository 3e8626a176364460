import type { Instant } from '../kernel/clock.ts';
import type { Executor } from './database.ts';
import { prepared } from './prepared.ts';
import { storableJson } from './storable.ts';

/** What is kept for a client that has only a handle of it. */
export interface KeptHandle {
  /** What it is a handle of: bounds and names are each kind's own. */
  readonly kind: string;
  readonly handle: string;
  readonly value: object;
  /** World time; after that it may be forgotten. */
  readonly expires: Instant;
}

/** Keeps something under its handle, whatever was there. */
export async function putHandle(tx: Executor, { kind, handle, value, expires }: KeptHandle): Promise<void> {
  const kept = { value: storableJson(value), expires };
  await tx
    .insertInto('handle')
    .values({ kind, handle, ...kept })
    .onConflict((conflict) => conflict.columns(['kind', 'handle']).doUpdateSet(kept))
    .execute();
}

/** Keeps something where nothing is kept under its handle, or what is too old at `at`; else what was there, which stays. */
export async function keepHandle(tx: Executor, { kind, handle, value, expires }: KeptHandle, at: Instant): Promise<object | undefined> {
  const written = await keep.run(tx, { kind, handle, value: storableJson(value), expires, at });
  return written === 0 ? (await readHandle(tx, kind, handle))?.value : undefined;
}

const keep = prepared((db, { kind, handle, value, expires, at }: Omit<KeptHandle, 'value'> & { value: string; at: Instant }) =>
  db
    .insertInto('handle')
    .values({ kind, handle, value, expires })
    .onConflict((conflict) => conflict.columns(['kind', 'handle']).doUpdateSet({ value, expires }).where('handle.expires', '<', at)),
);

/** What is kept under a handle, too old or not; undefined: nothing. */
export async function readHandle(
  executor: Executor,
  kind: string,
  handle: string,
): Promise<Pick<KeptHandle, 'value' | 'expires'> | undefined> {
  const query = executor.selectFrom('handle').select(['value', 'expires']).where('kind', '=', kind).where('handle', '=', handle);
  const row = await query.executeTakeFirst();
  return row && { value: JSON.parse(row.value) as object, expires: row.expires };
}

/** Forgets what a handle stands for. */
export async function removeHandle(tx: Executor, kind: string, handle: string): Promise<void> {
  await tx.deleteFrom('handle').where('kind', '=', kind).where('handle', '=', handle).execute();
}

/** Forgets what was over before `at`, and, of a kind that has more than `most`, those that are over first. */
export async function trimHandles(tx: Executor, kind: string, most: number, at: Instant): Promise<void> {
  await tx.deleteFrom('handle').where('kind', '=', kind).where('expires', '<', at).execute();
  const excess = tx
    .selectFrom('handle')
    .select('handle')
    .where('kind', '=', kind)
    .orderBy('expires', 'desc')
    .offset(most)
    .limit(Number.MAX_SAFE_INTEGER);
  await tx.deleteFrom('handle').where('kind', '=', kind).where('handle', 'in', excess).execute();
}
