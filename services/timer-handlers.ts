import type { TransportGround } from '../shared/bridges/mailflow/accept.ts';
import { type CalendarClearing, calendarClearing } from '../shared/domain/calendar/calendar-clearing.ts';
import { quotaNotice } from '../shared/domain/mailbox/quota-timer.ts';
import { reviewRecoverable } from '../shared/domain/mailbox/recoverable-review.ts';
import { recoverableReview } from '../shared/domain/mailbox/recoverable-timer.ts';
import { mailboxPurge, purgeMailbox } from '../shared/domain/mailbox/soft-delete.ts';
import { endLockout, mailboxLockout } from '../shared/domain/mailbox/transit.ts';
import { type ApprovalExpiry, approvalTimer } from '../shared/domain/mailflow/approvals.ts';
import { queueTimer } from '../shared/domain/mailflow/queue-hold.ts';
import { batchReview, reviewBatches } from '../shared/domain/migration/batch-review.ts';
import { moveTimer } from '../shared/domain/migration/move-requests.ts';
import type { TimerHandler } from '../shared/domain/world/timer-firing.ts';
import type { Identifiers } from '../shared/kernel/ids.ts';
import type { Store } from '../shared/store/database.ts';
import type { ServiceName } from './flags.ts';

/** What timers of a sort set off, by whoever puts himself here. */
export interface LateHandler {
  fire: TimerHandler;
}

interface TimerGround {
  readonly store: Store;
  readonly identifiers: Identifiers;
  /** How an organisation takes messages that nobody sends in a request. */
  readonly groundOf: (organization: string) => Promise<TransportGround>;
  readonly services: ReadonlySet<ServiceName>;
  /** Of the queues of mail. */
  readonly mailTimers: LateHandler;
  /** Of the moves of mailboxes. */
  readonly moveTimers: LateHandler;
}

/** What the timers of a lab set off, by their kind. Kinds that this process has no service for are left to those that have it. */
export function timerHandlers({
  store,
  identifiers,
  groundOf,
  services,
  mailTimers,
  moveTimers,
}: TimerGround): Readonly<Record<string, TimerHandler>> {
  return {
    [recoverableReview]: reviewRecoverable(store),
    [batchReview]: reviewBatches(store),
    [calendarClearing]: async ({ payload, due }) => {
      const { clearCalendar } = await import('../shared/bridges/mailflow/clear-calendar.ts');
      await clearCalendar(store, groundOf, payload as CalendarClearing, due);
    },
    [approvalTimer]: async ({ payload, due }) => {
      const { expireApproval } = await import('../shared/bridges/mailflow/expire-approval.ts');
      await expireApproval(store, groundOf, payload as ApprovalExpiry, due);
    },
    [mailboxLockout]: endLockout(store),
    [mailboxPurge]: purgeMailbox(store),
    [quotaNotice]: async (timer) => {
      const { tellOfQuota } = await import('../shared/domain/mailbox/quota-notice.ts');
      await tellOfQuota(store, identifiers)(timer);
    },
    ...(services.has('smtp') ? { [queueTimer]: (timer) => mailTimers.fire(timer) } : {}),
    ...(services.has('migration') ? { [moveTimer]: (timer) => moveTimers.fire(timer) } : {}),
  };
}
