import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { holdScope, isScopeHeld, touchScope } from '../../store/change-feed.ts';
import type { Executor, Store } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import { cancelTimer, setTimer, type Timer } from '../../store/timer-table.ts';
import { mailboxRefusal } from './errors.ts';

/**
 * What a move does with a mailbox. `SyncSource`: it is read and its owner works on; `Locked`: it does not change any more and nobody
 * opens it; `SyncDestination`: it is written and belongs to nobody yet.
 */
export type TransitStatus = 'None' | 'SyncSource' | 'SyncDestination' | 'Locked';

export interface Transit {
  readonly status: TransitStatus;
  /** Which move has it, or had it last; null: none ever. */
  readonly holder: string | null;
  /** When the state ends by itself: a connection that broke holds a mailbox no longer than this. */
  readonly until: Instant | null;
}

/** MailboxLockoutTimeout: a mailbox whose move has gone is free again (GMR of Microsoft's support: "up to 2 hours"). */
const lockoutMs = 2 * 3_600_000;
/** A move that still reads extends its hold when this much of it has passed. */
const renewalMs = lockoutMs / 4;

/** The kind of timer that lets a locked mailbox go. */
export const mailboxLockout = 'mailbox-lockout';

const transitOf = prepared((db, p: { guid: string }) =>
  db.selectFrom('mailbox').select(['organization', 'transit', 'transit_holder', 'transit_until', 'deleted']).where('guid', '=', p.guid),
);

/** The scope that tells of an organisation's mailboxes that a move lets go: what waits for them goes on. */
export function unlockScope(organization: string): string {
  return `unlocked:${organization}`;
}

/** What is done with a mailbox at a moment. Refuses with `mailbox-not-found`, also where it was taken away. */
export async function readTransit(executor: Executor, mailbox: Guid, at: Instant): Promise<Transit> {
  const row = await transitOf.first(executor, { guid: mailbox });
  if (row === undefined || row.deleted !== null) throw mailboxRefusal('mailbox-not-found', `mailbox ${mailbox}`);
  const { transit, transit_holder: holder, transit_until: until } = row;
  const isOver = transit === null || (until !== null && until <= at);
  return { status: isOver ? 'None' : (transit as TransitStatus), holder, until: isOver ? null : until };
}

/** What was said last of a mailbox, whether or not its time is over. Refuses with `mailbox-not-found`. */
export function lastTransit(executor: Executor, mailbox: Guid): Promise<Transit> {
  return readTransit(executor, mailbox, Number.NEGATIVE_INFINITY);
}

/** Whether nobody may open a mailbox now: it is locked by its move. */
export async function isLocked(executor: Executor, mailbox: Guid, at: Instant): Promise<boolean> {
  const row = await transitOf.first(executor, { guid: mailbox });
  return row?.transit === 'Locked' && (row.transit_until ?? Infinity) > at;
}

const stateOf = prepared(
  (db, p: { guid: string }) =>
    db
      .selectFrom('mailbox')
      .leftJoin('change_counter', 'change_counter.scope', 'mailbox.guid')
      .select(['mailbox.transit', 'mailbox.transit_until', 'change_counter.last'])
      .where('mailbox.guid', '=', p.guid),
  { isKept: true },
);

/** What there is to know of a mailbox whenever it is opened, read at once. */
export interface MailboxState {
  /** As {@link isLocked}. */
  readonly isLocked: boolean;
  /** The last number that a change of its contents has taken: as long as it is the same, its folders hold the same. */
  readonly lastChange: number;
}

/** The state of a mailbox at a moment. */
export async function mailboxState(executor: Executor, mailbox: Guid, at: Instant): Promise<MailboxState> {
  const row = await stateOf.first(executor, { guid: mailbox });
  return { isLocked: row?.transit === 'Locked' && (row.transit_until ?? Infinity) > at, lastChange: row?.last ?? 0 };
}

/** Whether nothing can be written into a mailbox now, its owner's and what comes alike: its move has locked it, or it was taken away. */
export function isHeld(executor: Executor, mailbox: Guid): Promise<boolean> {
  return isScopeHeld(executor, mailbox);
}

/**
 * Says what a move does with a mailbox. Those who follow it hear of a lock and of its end. Refuses with `mailbox-in-transit` where
 * another move has it, and with `mailbox-not-found`.
 */
export async function setTransit(tx: Executor, mailbox: Guid, status: TransitStatus, holder: string, at: Instant): Promise<void> {
  const before = await readTransit(tx, mailbox, at);
  if (before.status !== 'None' && before.holder !== holder)
    throw mailboxRefusal('mailbox-in-transit', `mailbox ${mailbox} is ${before.status} of ${before.holder}, not of ${holder}`);
  const until = status === 'None' ? null : at + lockoutMs;
  await tx
    .updateTable('mailbox')
    .set({ transit: status === 'None' ? null : status, transit_holder: holder, transit_until: until })
    .where('guid', '=', mailbox)
    .execute();
  await holdScope(tx, mailbox, status === 'Locked');
  if (status === 'Locked' && until !== null) return setTimer(tx, lockoutTimer(mailbox, until));
  await cancelTimer(tx, lockoutTimer(mailbox, 0).id);
  const row = await transitOf.first(tx, { guid: mailbox });
  if (row !== undefined) touchScope(tx, unlockScope(row.organization));
}

/** Keeps a mailbox locked for good: its person has another one. */
export async function lockForGood(tx: Executor, mailbox: Guid, holder: string): Promise<void> {
  await tx
    .updateTable('mailbox')
    .set({ transit: 'Locked', transit_holder: holder, transit_until: null })
    .where('guid', '=', mailbox)
    .execute();
  await holdScope(tx, mailbox, true);
  await cancelTimer(tx, lockoutTimer(mailbox, 0).id);
  // Who followed it hears that he does no more, and asks the other one.
  await tx.deleteFrom('subscription').where('mailbox', '=', mailbox).execute();
}

function lockoutTimer(mailbox: Guid, due: Instant): Timer {
  return { id: `${mailboxLockout}/${mailbox}`, due, kind: mailboxLockout, payload: { mailbox } };
}

/** Whether a move has to say once more that it is there. */
export function wantsRenewal({ status, until }: Transit, at: Instant): boolean {
  return status !== 'None' && until !== null && until - at < lockoutMs - renewalMs;
}

/** Lets a mailbox go whose move has not come back in time. */
export function endLockout(store: Store): (timer: Timer) => Promise<void> {
  return async ({ due, payload }) => {
    const { mailbox } = payload as { mailbox: Guid };
    await store.transaction(async (tx) => {
      const row = await transitOf.first(tx, { guid: mailbox });
      if (row?.transit !== 'Locked' || row.deleted !== null || (row.transit_until ?? Infinity) > due) return;
      await tx.updateTable('mailbox').set({ transit: null, transit_until: null }).where('guid', '=', mailbox).execute();
      await holdScope(tx, mailbox, false);
      touchScope(tx, mailbox);
      touchScope(tx, unlockScope(row.organization));
    });
  };
}
