import { touchScope } from './change-feed.ts';
import type { Executor } from './database.ts';
import { takeInstalledNumber } from './installation-table.ts';
import { appliedScope } from './process-table.ts';
import { storableJson } from './storable.ts';

/** What was changed for all processes of a lab. */
export interface Control {
  /** From 1, in the order of commits. */
  readonly sequence: number;
  readonly kind: string;
  /** The process that announces it. */
  readonly sender: string;
  readonly payload: object;
}

/** The scope that tells of controls. */
export const controlScope = 'control';

/** How many are kept: who is so far behind has been taken for dead, and looks at everything when it comes back. */
const kept = 1_000;

/** Announces a change to every process, and answers its number. */
export async function appendControl(tx: Executor, { kind, sender, payload }: Omit<Control, 'sequence'>): Promise<number> {
  // The counter's row stays locked until the commit, so numbers become visible in their order.
  const sequence = await takeInstalledNumber(tx, counter);
  await tx
    .insertInto('control')
    .values({ sequence, kind, sender, payload: storableJson(payload) })
    .execute();
  await tx
    .deleteFrom('control')
    .where('sequence', '<=', sequence - kept)
    .execute();
  touchScope(tx, controlScope);
  return sequence;
}

/** Those after a number, in order, at most `limit`. */
export async function readControls(executor: Executor, after: number, limit: number): Promise<readonly Control[]> {
  const rows = await executor.selectFrom('control').selectAll().where('sequence', '>', after).orderBy('sequence').limit(limit).execute();
  return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) as object }));
}

/** The number of the last one; 0 when there was none. */
export async function lastControl(executor: Executor): Promise<number> {
  const row = await executor
    .selectFrom('control')
    .select((control) => control.fn.max('sequence').as('last'))
    .executeTakeFirst();
  return row?.last ?? 0;
}

/** Notes how far a process has applied them. */
export async function noteApplied(tx: Executor, id: string, applied: number): Promise<void> {
  await tx.updateTable('process').set({ applied }).where('id', '=', id).execute();
  touchScope(tx, appliedScope);
}

const counter = 'last-control';
