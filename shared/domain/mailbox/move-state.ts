import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { storable } from '../../store/storable.ts';

/** What a move keeps beside a mailbox; null for nothing. */
export async function readMoveState(executor: Executor, mailbox: Guid): Promise<string | null> {
  const row = await executor.selectFrom('move_state').select('state').where('mailbox', '=', mailbox).executeTakeFirst();
  return row?.state ?? null;
}

/** Keeps it instead of what was kept; null takes it away. */
export async function writeMoveState(tx: Executor, mailbox: Guid, state: string | null): Promise<void> {
  if (state === null) {
    await tx.deleteFrom('move_state').where('mailbox', '=', mailbox).execute();
    return;
  }
  const row = { mailbox, state: storable(state) };
  await tx
    .insertInto('move_state')
    .values(row)
    .onConflict((conflict) => conflict.column('mailbox').doUpdateSet({ state: row.state }))
    .execute();
}
