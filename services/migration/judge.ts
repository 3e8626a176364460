import type { MoveRequest } from '../../shared/domain/migration/move-request.ts';
import {
  failed,
  isAbandoned,
  mostCommonFailure,
  retriedAfterDefect,
  retriedLater,
  waiting,
} from '../../shared/domain/migration/move-transitions.ts';
import { replicationSettings } from '../../shared/domain/migration/replication-settings.ts';
import { isStalledDetail } from '../../shared/domain/migration/request-status.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';
import { type Failure, failedOf, failureOf } from './failures.ts';
import { hasReached, newJobState } from './job/state.ts';
import { texts } from './job/texts.ts';
import { failureFact, lineOf, type MoveLedger, markedLine } from './ledger.ts';

/**
 * What follows when a visit has failed: gives when the request is looked at again, null for never. What is neither a refusal nor a database that
 * was away is a defect: the request is tried again with it, until it has met defects too often in a row.
 *
 * @param isFlipping the target may be in use: the request is not given up any more
 */
export async function judge(ledger: MoveLedger, error: unknown, isFlipping: boolean): Promise<Instant | null> {
  // It is there again, or this cannot be written: nothing has been wrong with the request.
  if (error instanceof DatabaseAway) {
    await ledger.excuse();
    return ledger.now();
  }
  const failure = failureOf(error);
  if (failure === undefined) return retryDefect(ledger);
  const isWaiting = failure.course === 'wait' || failure.course === 'retry';
  if (isWaiting && !isFlipping && isAbandoned(ledger.request.progress, ledger.now())) return end(ledger, stale(failure));
  switch (failure.course) {
    case 'stop':
      if (!(error instanceof Refusal && error.code === 'lease-lost')) await ledger.excuse();
      return ledger.now();
    case 'wait':
      return wait(ledger, failure);
    case 'restart':
      await ledger.settle(fromTheBeginning(ledger.request), [lineOf(failure.message)], newJobState);
      return retry(ledger, failure);
    case 'retry':
      return retry(ledger, failure);
    case 'end':
      return isFlipping ? retryFlip(ledger, failure) : end(ledger, failure);
  }
}

/** What has been shown as done is to be done again. */
function fromTheBeginning({ status, progress }: MoveRequest): Pick<MoveRequest, 'status' | 'progress'> {
  return { status, progress: { ...progress, stage: 'None', percent: 0 } };
}

const internal: Failure = {
  ...{
    type: 'InternalErrorPermanentException',
    code: -2_146_233_088,
    side: 'None',
    message: 'The replication service met an internal error.',
  },
  ...{ course: 'end', detail: 'FailedOther', exceptionTypes: [1, 10, 12] },
};

/** A request that brings its process down again and again is not taken up any more. */
export function endPoisoned(ledger: MoveLedger): Promise<null> {
  return end(ledger, { ...internal, type: 'JobPoisonedPermanentException', message: texts.poisoned(replicationSettings.poisonLimit) });
}

async function retryDefect(ledger: MoveLedger): Promise<Instant | null> {
  const at = ledger.now();
  const defects = ledger.poisonBefore + 1;
  const next = retriedAfterDefect(ledger.request, defects, failedOf(internal, at), at);
  if (next === undefined) return endPoisoned(ledger);
  const { due, ...state } = next;
  const line = texts.defect(defects, replicationSettings.poisonLimit);
  await ledger.settle(state, [markedLine('Warning', line), failureFact(internal)]);
  return due;
}

/** Neither lock nor line is waited for without an end. */
function stale(failure: Failure): Failure {
  const side = failure.side === 'Target' ? 'Target' : 'Source';
  return {
    ...failure,
    type: `${side}MailboxConnectionStalePermanentException`,
    message: texts.unreached(side === 'Target' ? 'target' : 'source', failure.message),
    exceptionTypes: [1, 10, 12],
    detail: failure.detail === 'NetworkFailure' ? 'FailedNetwork' : 'FailedOther',
  };
}

async function retry(ledger: MoveLedger, failure: Failure): Promise<Instant | null> {
  const at = ledger.now();
  if (hasReached(ledger.state, 'activated')) return retryFlip(ledger, failure);
  const next = retriedLater(ledger.request, failedOf(failure, at), at, { detail: failure.detail });
  if (next === undefined) return giveUp(ledger, failure);
  const { due, ...state } = next;
  const line = texts.transient(failure.type, state.progress.retries, replicationSettings.maxRetries);
  await ledger.settle(state, [markedLine('Warning', `${line}\n${failure.message}`), failureFact(failure)]);
  return due;
}

/** Published: "TooManyTransientFailureRetriesPermanentException ... The most common failure is" (OfficeDocs-Exchange issue 1380). */
async function giveUp(ledger: MoveLedger, failure: Failure): Promise<null> {
  const { progress } = ledger.request;
  const common = mostCommonFailure(progress) ?? { type: failure.type, hits: 1 };
  const quitting = texts.quitting(progress.retries + 1);
  return end(ledger, {
    ...failure,
    type: 'TooManyTransientFailureRetriesPermanentException',
    message: `${quitting} The most common failure is ${common.type} with the hit count ${common.hits}. --> ${failure.message}`,
    exceptionTypes: [1, 10, 12],
    detail: failure.detail === 'NetworkFailure' ? 'FailedNetwork' : 'FailedOther',
  });
}

async function end(ledger: MoveLedger, failure: Failure): Promise<null> {
  const at = ledger.now();
  const { due: _, ...state } = failed(ledger.request, failedOf(failure, at), at, failure.detail);
  await ledger.settle(state, [markedLine('Error', `${texts.fatal(failure.type)}\n${failure.message}`), failureFact(failure)]);
  return null;
}

/** What the job counts by itself: it is tried again until it goes on with a warning. */
async function retryFlip(ledger: MoveLedger, failure: Failure): Promise<Instant> {
  const at = ledger.now();
  const until = at + replicationSettings.cleanupRetryDelayMs;
  const { due: _, ...state } = waiting(
    ledger.request,
    failure.detail.startsWith('Failed') ? 'TransientFailure' : failure.detail,
    until,
    at,
  );
  await ledger.settle(state, [failureFact(failure)]);
  return until;
}

async function wait(ledger: MoveLedger, failure: Failure): Promise<Instant> {
  const { mailboxLockoutRetryMs, proxyLimitBackoffMs, retryDelayMs, throttlingRetryMs } = replicationSettings;
  const at = ledger.now();
  const isLocked = failure.detail.endsWith('MailboxLock');
  const isFull = failure.detail === 'ProxyBackoff';
  const isStalled = isStalledDetail(failure.detail) && !isLocked;
  const usual = isLocked ? mailboxLockoutRetryMs : isFull ? proxyLimitBackoffMs : isStalled ? throttlingRetryMs : retryDelayMs;
  const until = at + (failure.delayMs ?? usual);
  // A source that asks to be left alone says why; a database that is behind does not.
  const isTold = isLocked || isFull || failure.delayMs !== undefined;
  const { due: _, ...state } = waiting(ledger.request, failure.detail, until, at, isTold ? failure.message : '');
  const moment = new Date(until).toISOString();
  const waits = isFull ? [texts.proxyFull(moment)] : isStalled ? [texts.relinquishedStalled(failure.detail)] : [];
  const line = isLocked ? [texts.lockedElsewhere(moment)] : waits;
  const facts = isTold ? [failureFact(failure)] : [];
  await ledger.settle(state, [...line.map(lineOf), ...facts]);
  return until;
}
