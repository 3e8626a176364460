import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { holdScope } from '../../store/change-feed.ts';
import type { Executor, Store } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { cancelTimer, setTimer, type Timer } from '../../store/timer-table.ts';
import { removeSize } from './mailbox-size.ts';
import { forgetSomeMoved } from './moved-entries.ts';
import { reviewTimer } from './recoverable-timer.ts';
import { mailboxLockout } from './transit.ts';
import { nextTurn } from './turns.ts';

/** MailboxRetention of a database as Setup leaves it: 30 days (page of Set-MailboxDatabase). */
const mailboxRetentionMs = 30 * 86_400_000;

/** The kind of timer that removes what was taken away for good. */
export const mailboxPurge = 'mailbox-purge';

/** Items, and rows of the change log, of one transaction. */
const atOnce = 2_000;

/**
 * Takes a mailbox away: nobody opens it or writes to it any more. What is in it is kept for the retention of its database and then
 * removed. Without an effect where it has been taken away already, or is not there.
 */
export async function softDeleteMailbox(tx: Executor, mailbox: Guid, at: Instant): Promise<void> {
  const taken = await tx
    .updateTable('mailbox')
    .set({ deleted: at, transit: null, transit_until: null })
    .where('guid', '=', mailbox)
    .where('deleted', 'is', null)
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) return;
  await holdScope(tx, mailbox, true);
  await cancelTimer(tx, `${mailboxLockout}/${mailbox}`);
  await cancelTimer(tx, reviewTimer(mailbox, at).id);
  await setTimer(tx, { id: `${mailboxPurge}/${mailbox}`, due: at + mailboxRetentionMs, kind: mailboxPurge, payload: { mailbox } });
}

/** Removes a mailbox that was taken away, some of it at a time. */
export function purgeMailbox(store: Store): (timer: Timer) => Promise<void> {
  return async ({ payload }) => {
    const { mailbox } = payload as { mailbox: Guid };
    const row = await store.read.selectFrom('mailbox').select('deleted').where('guid', '=', mailbox).executeTakeFirst();
    if (row === undefined || row.deleted === null) return;
    while (await store.transaction((tx) => forgetSomeMoved(tx, mailbox))) await nextTurn();
    while (await store.transaction((tx) => removeSomeItems(tx, mailbox))) await nextTurn();
    while (await store.transaction((tx) => removeSomeChanges(tx, mailbox))) await nextTurn();
    await store.transaction(async (tx) => {
      await tx.deleteFrom('folder').where('mailbox', '=', mailbox).execute();
      await tx.deleteFrom('subscription').where('mailbox', '=', mailbox).execute();
      await tx.deleteFrom('move_state').where('mailbox', '=', mailbox).execute();
      await tx.deleteFrom('change_counter').where('scope', '=', mailbox).execute();
      await removeSize(tx, mailbox);
      await tx.deleteFrom('mailbox').where('guid', '=', mailbox).execute();
    });
  };
}

const lastOfSlice = prepared((db, p: { mailbox: string }) =>
  db.selectFrom('item').select('counter').where('mailbox', '=', p.mailbox).orderBy('counter').limit(1).offset(atOnce),
);

async function removeSomeItems(tx: Executor, mailbox: Guid): Promise<boolean> {
  const end = (await lastOfSlice.first(tx, { mailbox }))?.counter ?? Number.MAX_SAFE_INTEGER;
  for (const table of ['recipient_row', 'attachment'] as const)
    await tx.deleteFrom(table).where('mailbox', '=', mailbox).where('item', '<=', end).execute();
  await tx.deleteFrom('item').where('mailbox', '=', mailbox).where('counter', '<=', end).execute();
  return end !== Number.MAX_SAFE_INTEGER;
}

async function removeSomeChanges(tx: Executor, mailbox: Guid): Promise<boolean> {
  const query = tx.selectFrom('change').select('sequence').where('scope', '=', mailbox).orderBy('sequence');
  const end = (await query.limit(1).offset(atOnce).executeTakeFirst())?.sequence ?? Number.MAX_SAFE_INTEGER;
  await tx.deleteFrom('change').where('scope', '=', mailbox).where('sequence', '<=', end).execute();
  return end !== Number.MAX_SAFE_INTEGER;
}
