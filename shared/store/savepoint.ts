import { sql } from 'kysely';
import { assert } from '../kernel/assert.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Executor } from './database.ts';

/** What one part of a transaction came to. */
export type Outcome<T> = { readonly value: T; readonly refusal?: never } | { readonly refusal: Refusal; readonly value?: never };

/**
 * Runs a part of a transaction so that its refusal undoes this part alone and the transaction may go on; any other error
 * ends the transaction. Numbers that the part took stay taken until the transaction ends: a log may have gaps.
 */
export async function inSavepoint<T>(tx: Executor, work: () => Promise<T>): Promise<Outcome<T>> {
  assert(tx.isTransaction, 'a savepoint was asked for outside a transaction');
  await sql`savepoint part`.execute(tx);
  try {
    const value = await work();
    await sql`release savepoint part`.execute(tx);
    return { value };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await sql`rollback to savepoint part`.execute(tx);
    await sql`release savepoint part`.execute(tx);
    return { refusal: error };
  }
}
