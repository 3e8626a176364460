import { setTimeout as pause } from 'node:timers/promises';
import type { MoveRequest } from '../../shared/domain/migration/move-request.ts';
import { removeMoveRequest } from '../../shared/domain/migration/move-requests.ts';
import { moveStages } from '../../shared/domain/migration/move-stages.ts';
import { completed, completing, isPoisoned, started, suspended, synced } from '../../shared/domain/migration/move-transitions.ts';
import { replicationSettings } from '../../shared/domain/migration/replication-settings.ts';
import { isOver, isStalledDetail } from '../../shared/domain/migration/request-status.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { DatabaseAway, databaseAwayMs, isDatabaseAway } from '../../shared/store/database-away.ts';
import type { MoverParts } from './context.ts';
import { jobRefusal } from './job/job.ts';
import { hasReached } from './job/state.ts';
import { texts } from './job/texts.ts';
import { endPoisoned, judge } from './judge.ts';
import type { Carrying } from './kind.ts';
import { kinds } from './kinds.ts';
import { lineOf, MoveLedger, markedLine } from './ledger.ts';

/** How often a long step says that its process is still there; machine time. */
const heartbeatMs = 60_000;
/** A visit that has written nothing for this long goes nowhere; machine time. */
const { stuckMs } = replicationSettings;

/**
 * One visit of a request that this process has: it goes as far as it can now, and is given back with the moment at which it is to be looked at
 * again. Nothing is thrown for what a move may meet; a defect is.
 */
export async function visitRequest(
  parts: MoverParts,
  organization: Organization,
  request: MoveRequest,
  signal: AbortSignal,
): Promise<void> {
  const stuck = new AbortController();
  const halt = AbortSignal.any([signal, stuck.signal]);
  const ledger = await MoveLedger.open(parts, organization, request, halt);
  const heartbeat = setInterval(() => {
    void ledger.keep().catch(() => {});
    if (ledger.sinceWrittenMs >= stuckMs) stuck.abort(jobRefusal('stuck', texts.stuck(stuckMs / 3_600_000)));
  }, heartbeatMs).unref();
  let due: Instant | null = request.due;
  try {
    due = await work(parts, organization, ledger, halt);
  } catch (error) {
    // A defect would be met again at once.
    due = isDatabaseAway(error) ? ledger.now() : null;
    throw error;
  } finally {
    clearInterval(heartbeat);
    await giveBack(ledger, due, signal);
  }
}

/**
 * Another process may have it, or it may have been removed: then there is nothing to give back. While the database is away it is tried again:
 * what is not given back nobody takes before its lease is over, this process neither.
 */
async function giveBack(ledger: MoveLedger, due: Instant | null, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await whileHeld(() => ledger.release(due));
      return;
    } catch (error) {
      if (signal.aborted || !isDatabaseAway(error)) throw error;
      await pause(databaseAwayMs, undefined, { ref: false });
    }
  }
}

/** Whether the request is still this process's, as `write` finds. A process that stood still for longer than its lease has lost it. */
async function whileHeld(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'lease-lost') return false;
    throw error;
  }
}

/** Gives when the request is to be looked at again. */
async function work(parts: MoverParts, organization: Organization, ledger: MoveLedger, signal: AbortSignal): Promise<Instant | null> {
  const { request } = ledger;
  if (isOver(request.status)) return forgetOld(parts, ledger);
  // What is being completed is completed, whatever is asked for.
  const isCanceled = request.terms.canceled && request.status !== 'CompletionInProgress';
  if (!isCanceled && request.terms.suspend && request.status !== 'CompletionInProgress') return suspend(ledger);
  const kind = kinds[request.type];
  let carrying: Carrying | undefined;
  try {
    if (isCanceled) return await cancel(parts, organization, ledger, signal);
    if (isPoisoned(request.progress)) return await endPoisoned(ledger);
    await ledger.settle(started(request, ledger.now()), []);
    carrying = await kind.carry(parts, organization, ledger, signal);
    ledger.reached();
    if (isStalledDetail(request.progress.detail)) await ledger.enter({}, [lineOf(texts.stalledNoMore)]);
    await carrying.begin();
    return await goOn(carrying, ledger);
  } catch (error) {
    // What was stopped because it was stuck fails as that.
    return await afterFailure(parts, organization, ledger, carrying, signal.reason instanceof Refusal ? signal.reason : error);
  } finally {
    await carrying?.close();
  }
}

/** Copies, syncs, and completes where it may. */
async function goOn(carrying: Carrying, ledger: MoveLedger): Promise<Instant | null> {
  const isCompleting = ledger.request.status === 'CompletionInProgress';
  if (!isCompleting || !hasReached(ledger.state, 'seeded')) await carrying.sync();
  // Half a flip is finished, whatever the terms would wait for.
  if (!isCompleting && !hasReached(ledger.state, 'activating')) {
    const { next, due, ...state } = synced(ledger.request, ledger.now());
    if (next === 'suspended') {
      await ledger.settle(state, [lineOf(texts.autoSuspended)]);
      return null;
    }
    if (next === 'later') {
      await ledger.settle(state, [lineOf(texts.reachedSynced(new Date(due ?? 0).toISOString()))]);
      return due;
    }
    await ledger.settle(state, []);
  }
  if (!isCompleting) {
    const { stage, percent } = moveStages.finalizing;
    await ledger.commit(completing(ledger.request, ledger.now()), [lineOf(texts.stage(stage, percent))]);
  }
  await carrying.complete();
  const { warnings } = ledger.state;
  await ledger.settle(completed(ledger.request, ledger.now(), { warnings: warnings.length > 0 }), [
    ...skippedLines(ledger),
    lineOf(texts.done),
  ]);
  return forgottenAt(ledger);
}

/** When a request that is over goes: at once where somebody has removed it, else with its age limit; null: it stays. */
function forgottenAt({ request }: MoveLedger): Instant | null {
  const { completed: at } = request.progress.moments;
  const { canceled, completedAgeLimitMs } = request.terms;
  if (at === undefined) return null;
  if (canceled) return at;
  return completedAgeLimitMs === null ? null : at + completedAgeLimitMs;
}

function skippedLines({ request }: MoveLedger): readonly ReturnType<typeof lineOf>[] {
  const { badItems, largeItems, missingItems } = request.progress;
  const counts = [
    ['corrupt', badItems],
    ['large', largeItems],
    ['missing', missingItems],
  ] as const;
  return counts.flatMap(([kind, count]) => (count === 0 ? [] : [markedLine('Warning', texts.skipped(kind, count))]));
}

async function suspend(ledger: MoveLedger): Promise<null> {
  await ledger.settle(suspended(ledger.request, ledger.now()), [lineOf(texts.suspended)]);
  return null;
}

/** A request that has been over for as long as its age limit says goes. */
async function forgetOld({ store }: MoverParts, ledger: MoveLedger): Promise<Instant | null> {
  const due = forgottenAt(ledger);
  if (due === null || due > ledger.now()) return due;
  await store.transaction((tx) => removeMoveRequest(tx, ledger.request));
  return null;
}

/** Takes a removed request back. */
async function cancel(parts: MoverParts, organization: Organization, ledger: MoveLedger, signal: AbortSignal): Promise<null> {
  let carrying: Carrying | undefined;
  try {
    carrying = await kinds[ledger.request.type].carry(parts, organization, ledger, signal);
  } catch (error) {
    // Who cannot be reached frees himself when the lock is over; that of a flip has no end.
    if (!(error instanceof Refusal) || hasReached(ledger.state, 'activating')) throw error;
  }
  try {
    return await undo(parts, organization, ledger, carrying);
  } finally {
    await carrying?.close();
  }
}

async function undo(parts: MoverParts, organization: Organization, ledger: MoveLedger, carrying: Carrying | undefined): Promise<null> {
  await kinds[ledger.request.type].undo(parts, organization, ledger, carrying);
  await parts.store.transaction((tx) => removeMoveRequest(tx, ledger.request));
  return null;
}

async function afterFailure(
  parts: MoverParts,
  organization: Organization,
  ledger: MoveLedger,
  carrying: Carrying | undefined,
  error: unknown,
): Promise<Instant | null> {
  // Half a flip is finished, never taken back.
  const isFlipping = hasReached(ledger.state, 'activating');
  // Whoever has the request now may have locked the source: to let it go would lose what its owner writes then.
  if (!isFlipping && (await whileHeld(() => ledger.keep()))) await carrying?.release();
  const { terms, status } = ledger.request;
  const isInterrupted = error instanceof Refusal && error.code === 'interrupted';
  if (isInterrupted && status !== 'CompletionInProgress') {
    if (terms.canceled) return undo(parts, organization, ledger, carrying);
    if (terms.suspend) return suspend(ledger);
  }
  if (!(error instanceof Refusal || error instanceof DatabaseAway)) parts.onDefect(error);
  return judge(ledger, error, isFlipping);
}
