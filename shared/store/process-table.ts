import { sql } from 'kysely';
import { touchScope } from './change-feed.ts';
import type { Executor } from './database.ts';
import { storableJson } from './storable.ts';

/** What a process listens on, and where the others reach it. */
export interface ProcessListener {
  /** `back`: plain http, for front ends alone. */
  readonly kind: 'https' | 'http' | 'smtp' | 'submission' | 'client-smtp' | 'dns' | 'proxy' | 'back' | 'perimeter';
  /** An organisation, or `azure-auth`; '' where it is of no one of them. */
  readonly owner: string;
  /** An address, or a name that the other processes' machines know. */
  readonly address: string;
  readonly port: number;
}

/** What the processes that share a lab know of each other. */
export interface ProcessFacts {
  readonly services: readonly string[];
  /** Organisations that it opens listeners for. */
  readonly organizations: readonly string[];
  readonly listeners: readonly ProcessListener[];
}

/** A process of a lab. */
export interface LabProcess extends ProcessFacts {
  readonly id: string;
  /** The last of the controls that it has applied ({@link appendControl}). */
  readonly applied: number;
}

/** The scope that tells of processes that come, go or listen elsewhere. */
export const processScope = 'process';

/** The scope that tells of processes that have applied a control: one for each of them, which only whoever waits for it wants to hear. */
export const appliedScope = 'applied';

/** A process that has not been heard for so long is dead. */
export const silenceMs = 10_000;

/** The database's own clock, in milliseconds since 1970: the machines' need not agree. Only PostgreSQL has several processes. */
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Enters a process, or what has become of it. */
export async function enterProcess(tx: Executor, { id, applied, ...facts }: LabProcess): Promise<void> {
  const values = { facts: storableJson(facts), heartbeat: databaseNow, applied };
  await tx
    .insertInto('process')
    .values({ id, started: databaseNow, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
  touchScope(tx, processScope);
}

/** Says that a process lives. False: the others have taken it for dead. */
export async function beat(tx: Executor, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx.updateTable('process').set({ heartbeat: databaseNow }).where('id', '=', id).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The processes that live, in the order in which they came. */
export async function liveProcesses(executor: Executor): Promise<readonly LabProcess[]> {
  const rows = await executor
    .selectFrom('process')
    .select(['id', 'facts', 'applied'])
    .where('heartbeat', '>', sql<number>`${databaseNow} - ${silenceMs}`)
    .orderBy('started')
    .orderBy('id')
    .execute();
  return rows.map(({ id, facts, applied }) => ({ id, applied, ...(JSON.parse(facts) as ProcessFacts) }));
}

/** Takes a process out. False: it was not there. */
export async function removeProcess(tx: Executor, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('process').where('id', '=', id).executeTakeFirst();
  if (numDeletedRows > 0n) touchScope(tx, processScope);
  return numDeletedRows > 0n;
}

/** Processes that have not been heard for {@link silenceMs}. */
export async function silentProcesses(executor: Executor): Promise<readonly string[]> {
  const rows = await executor
    .selectFrom('process')
    .select('id')
    .where('heartbeat', '<=', sql<number>`${databaseNow} - ${silenceMs}`)
    .execute();
  return rows.map(({ id }) => id);
}
