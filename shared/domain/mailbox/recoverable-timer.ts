import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { setTimer, setTimerUnlessSet, type Timer } from '../../store/timer-table.ts';
import { keepingOf } from './keeping.ts';

/** The kind of timer that looks at the recoverable items of a mailbox when the first of them has been retained long enough. */
export const recoverableReview = 'recoverable-items';

/** The timer of a mailbox. */
export function reviewTimer(mailbox: Guid, due: Instant): Timer {
  return { id: `${recoverableReview}/${mailbox}`, due, kind: recoverableReview, payload: { mailbox } };
}

/** Sees to it that what has just become recoverable is looked at in time. What came before it is due before it. */
export async function reviewInTime(tx: Executor, mailbox: Guid, instant: Instant): Promise<void> {
  const { retentionMs } = await keepingOf(tx, mailbox);
  await setTimerUnlessSet(tx, reviewTimer(mailbox, instant + retentionMs));
}

/** Sees to it that the recoverable items of a mailbox, by its own GUID or its Exchange GUID, and of its archive, are looked at now: what keeps them has changed. */
export async function reviewNow(tx: Executor, mailbox: Guid, instant: Instant): Promise<void> {
  const owner = tx
    .selectFrom('mailbox')
    .select('recipient')
    .where((row) => row.or([row('guid', '=', mailbox), row('stands_for', '=', mailbox)]));
  const all = await tx.selectFrom('mailbox').select('guid').where('recipient', 'in', owner).where('deleted', 'is', null).execute();
  for (const { guid } of all) await setTimer(tx, reviewTimer(guid as Guid, instant));
}
