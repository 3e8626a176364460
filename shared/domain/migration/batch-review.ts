import type { Instant } from '../../kernel/clock.ts';
import type { Executor, Store } from '../../store/database.ts';
import { setTimer, setTimerUnlessSet, type Timer } from '../../store/timer-table.ts';
import { stateOfBatch, type UserState } from './batch-state.ts';
import { type BatchFrame, type MigrationBatch, migrationBatches } from './batches.ts';
import { retentionDue } from './migration-states.ts';
import { removeMigrationUser } from './migration-users.ts';
import { changeTerms, getMoveRequest, removeMoveRequest, settleIdle } from './move-requests.ts';
import { suspended } from './move-transitions.ts';
import { isOver, mayBecome } from './request-status.ts';

/** The kind of timer that has the batches of an organisation looked at; payload `{ organization }`. */
export const batchReview = 'migration-batches';

const day = 86_400_000;

/** Has the batches of an organisation looked at daily from now on. */
export async function reviewDaily(tx: Executor, organization: string, at: Instant): Promise<void> {
  await setTimerUnlessSet(tx, timerOf(organization, at + day));
}

function timerOf(organization: string, due: Instant): Timer {
  return { id: `${batchReview}/${organization}`, due, kind: batchReview, payload: { organization } };
}

/** Stops batches that have been synced for long, and removes those that are over or have been left ("Manage migration batches", OfficeDocs-Exchange). */
export function reviewBatches(store: Store): (timer: Timer) => Promise<void> {
  return async ({ due, payload }) => {
    const { organization } = payload as { readonly organization: string };
    for (const { value } of await migrationBatches.list(store.read, organization)) await reviewBatch(store, organization, value, due);
    await store.transaction(async (tx) => {
      if ((await migrationBatches.list(tx, organization)).length > 0) await setTimer(tx, timerOf(organization, due + day));
    });
  };
}

async function reviewBatch(store: Store, organization: string, batch: MigrationBatch, at: Instant): Promise<void> {
  const { users, status } = await stateOfBatch((work) => work(store.read), organization, batch, at);
  const since = batch.seen?.status === status ? batch.seen.since : at;
  const becomes = retentionDue(status, since, at);
  if (becomes === undefined) {
    if (batch.seen?.status !== status) await replace(store, organization, batch, { seen: { status, since } }, at);
    return;
  }
  for (const state of users)
    await store.transaction((tx) => (becomes === 'Stopped' ? stop(tx, state, at) : remove(tx, organization, state, at)));
  if (becomes === 'Stopped') return replace(store, organization, batch, { stopped: true, seen: { status: 'Stopped', since: at } }, at);
  await store.transaction(async (tx) => {
    const stored = await migrationBatches.find(tx, organization, batch.name);
    if (stored?.value.guid === batch.guid) await migrationBatches.remove(tx, stored, at);
  });
}

/** Somebody may have changed or removed it meanwhile. */
async function replace(store: Store, organization: string, batch: MigrationBatch, change: Partial<BatchFrame>, at: Instant): Promise<void> {
  await store.transaction(async (tx) => {
    const stored = await migrationBatches.find(tx, organization, batch.name);
    if (stored?.value.guid === batch.guid) await migrationBatches.replace(tx, stored, { ...stored.value, ...change }, at);
  });
}

async function stop(tx: Executor, { request }: UserState, at: Instant): Promise<void> {
  const current = request === undefined ? undefined : await getMoveRequest(tx, request);
  if (current === undefined || isOver(current.status) || !mayBecome(current.status, 'Suspended')) return;
  const changed = await changeTerms(tx, current, { ...current.terms, suspend: true });
  await settleIdle(tx, changed, suspended(changed, at));
}

/** A request of which something stands is left to whoever undoes it. */
async function remove(tx: Executor, organization: string, { user, request }: UserState, at: Instant): Promise<void> {
  const current = request === undefined ? undefined : await getMoveRequest(tx, request);
  if (current !== undefined && isOver(current.status)) await removeMoveRequest(tx, current);
  else if (current !== undefined) {
    const changed = await changeTerms(tx, current, { ...current.terms, canceled: true });
    await settleIdle(tx, changed, { ...changed, due: at });
  }
  await removeMigrationUser(tx, organization, user.address);
}
