import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { setTimerUnlessSet, type Timer } from '../../store/timer-table.ts';
import { sizeOfMailbox } from './mailbox-size.ts';
import { quotaNoticeFor, quotasOf } from './quota.ts';

/** The kind of timer that tells the owner of a mailbox how full it is. */
export const quotaNotice = 'quota-notice';

const dayMs = 86_400_000;
/** QuotaNotificationSchedule as Setup of Exchange 2010 leaves it: every day from one o'clock on. Later versions have a schedule that nobody sets. */
const hourMs = 3_600_000;

/** The timer of a mailbox. */
export function noticeTimer(mailbox: Guid, due: Instant): Timer {
  return { id: `${quotaNotice}/${mailbox}`, due, kind: quotaNotice, payload: { mailbox } };
}

/**
 * Sees to it that the owner of a mailbox that has just grown is told next where it is too large. One to which nothing comes is not
 * looked at again ("Understanding Quota Messages", Exchange 2010): who has been told hears of it anew when something is added.
 *
 * @param known what is in use, where it has been read already
 */
export async function tellInTime(tx: Executor, mailbox: Guid, instant: Instant, known?: number): Promise<void> {
  const quotas = await quotasOf(tx, mailbox);
  const limits = [quotas.IssueWarningQuota, quotas.ProhibitSendQuota, quotas.ProhibitSendReceiveQuota];
  if (limits.every((limit) => limit === null)) return;
  const inUse = known ?? (await sizeOfMailbox(tx, mailbox)).inUse;
  if (quotaNoticeFor(quotas, inUse) === undefined) return;
  const due = (Math.floor((instant - hourMs) / dayMs) + 1) * dayMs + hourMs;
  await setTimerUnlessSet(tx, noticeTimer(mailbox, due as Instant));
}
