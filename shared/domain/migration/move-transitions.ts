import type { Instant } from '../../kernel/clock.ts';
import { migrationRefusal } from './errors.ts';
import type { MoveDuration, MoveFailed, MoveMoment, MoveProgress, MoveRequest } from './move-request.ts';
import { type MoveStage, moveStages, percentCopied } from './move-stages.ts';
import { replicationSettings } from './replication-settings.ts';
import { isOver, mayBecome, type RequestStatus, type StatusDetail } from './request-status.ts';

// What may happen to a request, as pure functions: each answers the state that follows, or refuses with `not-allowed`.
// Whoever works on a request saves what they answer (saveProgress); cmdlets do so while nobody has it.

/** What changes about a request while it runs. */
export type MoveState = Pick<MoveRequest, 'status' | 'progress' | 'due'>;

type Before = Pick<MoveRequest, 'status' | 'progress' | 'due' | 'terms'>;

/** It is worked on. */
export function started(request: Before, at: Instant): MoveState {
  const moments = request.progress.moments.started === undefined ? { started: at } : {};
  const detail = request.progress.stage === 'None' ? 'InitializingMove' : detailOfStage(request.progress);
  // Until something is done it may be that it brings its process down.
  const poison = (request.progress.poison ?? 0) + 1;
  const status = request.status === 'CompletionInProgress' ? request.status : 'InProgress';
  return become(request, status, { detail, message: '', poison }, at, moments);
}

/** Whether a request has ended too many visits in a row badly to be taken up any more. */
export function isPoisoned({ poison = 0 }: MoveProgress): boolean {
  return poison >= replicationSettings.poisonLimit;
}

/** An internal error has ended a visit, the so many-th in a row: tried again after the delay. Undefined where there were too many. */
export function retriedAfterDefect(request: Before, poison: number, failure: MoveFailed, at: Instant): MoveState | undefined {
  if (isPoisoned({ ...request.progress, poison })) return undefined;
  return {
    ...become(request, request.status, { detail: 'TransientFailure', failure, poison }, at),
    due: at + replicationSettings.retryDelayMs,
  };
}

/** It has come to a stage; percent never falls. */
export function atStage(request: Before, name: MoveStage, at: Instant): MoveState {
  const { stage, detail, percent } = moveStages[name];
  return become(request, request.status, { stage, detail, percent: Math.max(percent, request.progress.percent) }, at);
}

/** Messages have been copied: `written` and `total` in octets decide what the bar shows. */
export function copied(request: Before, transferred: MoveProgress['transferred'], totalBytes: number, at: Instant): MoveState {
  const percent = Math.max(percentCopied(transferred.bytes, totalBytes), request.progress.percent);
  return become(request, request.status, { ...moveStages.copying, percent, transferred }, at);
}

/** It waits for something that is nobody's fault, and is looked at again at `until`; that counts as no retry. */
export function waiting(request: Before, detail: StatusDetail, until: Instant, at: Instant, message = ''): MoveState {
  const unreachedSince = request.progress.unreachedSince ?? at;
  return { ...become(request, request.status, { detail, message, unreachedSince }, at), due: until };
}

/** Whether no visit has reached both ends for so long that the request is given up (ReconnectAbandonInterval). */
export function isAbandoned({ unreachedSince }: MoveProgress, at: Instant): boolean {
  return at - (unreachedSince ?? at) >= replicationSettings.reconnectAbandonMs;
}

/**
 * A failure that may pass: it is tried again after the delay. Undefined where the retries are used up; then it is to fail as
 * TooManyTransientFailureRetriesPermanentException, which names the {@link mostCommonFailure}.
 */
export function retriedLater(
  request: Before,
  failure: MoveFailed,
  at: Instant,
  { delayMs = replicationSettings.retryDelayMs, detail = 'TransientFailure' }: { delayMs?: number; detail?: StatusDetail } = {},
): MoveState | undefined {
  const { progress } = request;
  const [retries, totalRetries] = [progress.retries + 1, progress.totalRetries + 1];
  if (retries > replicationSettings.maxRetries || totalRetries > replicationSettings.maxTotalRetries) return undefined;
  const failureCounts = { ...progress.failureCounts, [failure.type]: (progress.failureCounts[failure.type] ?? 0) + 1 };
  const unreachedSince = progress.unreachedSince ?? at;
  const change = { detail, retries, totalRetries, failure, failureCounts, unreachedSince };
  return { ...become(request, request.status, change, at), due: at + delayMs };
}

/** The kind of failure that came up most since the last success, with its number of times: for the words of giving up. */
export function mostCommonFailure({ failureCounts }: MoveProgress): { readonly type: string; readonly hits: number } | undefined {
  const [first] = Object.entries(failureCounts).toSorted(([, one], [, other]) => other - one);
  return first === undefined ? undefined : { type: first[0], hits: first[1] };
}

/** Something succeeded: the streak of failures is over. */
export function recovered(request: Before, at: Instant): MoveState {
  return become(request, request.status, { retries: 0, failure: null, failureCounts: {}, detail: detailOfStage(request.progress) }, at);
}

/** It has ended; only Resume-MoveRequest takes it up again. */
export function failed(request: Before, failure: MoveFailed, at: Instant, detail: StatusDetail = 'FailedOther'): MoveState {
  const change = { detail, failure, message: failure.message };
  return { ...become(request, 'Failed', change, at, { failed: at }), due: null };
}

/**
 * Both sides hold the same. What follows is what the terms say: the final synchronisation at once, a stop until somebody
 * resumes it, or another synchronisation later. `next` tells which; the caller goes on where it is `complete`.
 */
export function synced(request: Before, at: Instant): MoveState & { readonly next: 'complete' | 'suspended' | 'later' } {
  const { moments } = request.progress;
  const seen = { lastSuccessfulSync: at, ...(moments.initialSeedingCompleted === undefined ? { initialSeedingCompleted: at } : {}) };
  const { suspendWhenReadyToComplete, preventCompletion, completeAfter, incrementalSyncMs } = request.terms;
  if (suspendWhenReadyToComplete) {
    const change = { ...moveStages.seeded, detail: 'AutoSuspended' } as const;
    return { ...become(request, 'AutoSuspended', change, at, { ...seen, suspended: at }), due: null, next: 'suspended' };
  }
  if (!preventCompletion && (completeAfter === null || completeAfter <= at))
    return { ...become(request, request.status, moveStages.seeded, at, seen), next: 'complete' };
  const again = at + incrementalSyncMs;
  const due = completeAfter === null || preventCompletion ? again : Math.min(again, completeAfter);
  return { ...become(request, 'Synced', { ...moveStages.seeded, detail: 'Idle' }, at, seen), due, next: 'later' };
}

/** The final synchronisation begins; from here it can neither be suspended nor removed. */
export function completing(request: Before, at: Instant): MoveState {
  return become(request, 'CompletionInProgress', moveStages.finalizing, at, { finalSyncStarted: at });
}

/** All is done. */
export function completed(request: Before, at: Instant, { warnings }: { readonly warnings: boolean }): MoveState {
  const change = { ...moveStages.done, detail: warnings ? 'CompletedWithWarnings' : 'Completed', failure: null } as const;
  return { ...become(request, warnings ? 'CompletedWithWarning' : 'Completed', change, at, { completed: at }), due: null };
}

/** It stops because somebody suspended it. */
export function suspended(request: Before, at: Instant): MoveState {
  return { ...become(request, 'Suspended', { detail: 'Suspended' }, at, { suspended: at }), due: null };
}

/** It waits to be taken up: after Resume-MoveRequest, or after whoever worked on it gave it back. */
export function queued(request: Before, at: Instant): MoveState {
  const streak = { retries: 0, failure: null, failureCounts: {}, unreachedSince: null, message: '' };
  return { ...become(request, 'Queued', { detail: 'Queued', ...streak }, at), due: Math.max(at, request.terms.startAfter ?? at) };
}

/** Refuses with `not-allowed` where a request may not be suspended now. Those that wait may; suspending twice changes nothing. */
export function checkSuspendable({ status }: Pick<MoveRequest, 'status'>): void {
  if (!mayBecome(status, 'Suspended')) throw notAllowed('suspended', status);
}

/** Refuses with `not-allowed` where there is nothing to resume: it is over or being completed. */
export function checkResumable({ status }: Pick<MoveRequest, 'status'>): void {
  if (isOver(status) || status === 'CompletionInProgress') throw notAllowed('resumed', status);
}

/** Refuses with `not-allowed` while a request is being completed: half a move cannot be taken back. */
export function checkRemovable({ status }: Pick<MoveRequest, 'status'>): void {
  if (status === 'CompletionInProgress') throw notAllowed('removed', status);
}

/** Refuses with `not-allowed` where nothing can be set any more. */
export function checkChangeable({ status }: Pick<MoveRequest, 'status'>): void {
  if (isOver(status) || status === 'CompletionInProgress') throw notAllowed('changed', status);
}

function become(
  request: Before,
  status: RequestStatus,
  change: Partial<MoveProgress>,
  at: Instant,
  moments: Partial<Record<MoveMoment, Instant>> = {},
): MoveState {
  if (!mayBecome(request.status, status)) throw notAllowed(status, request.status);
  const { progress } = request;
  const progressed = {
    ...{ ...progress, poison: 0, ...change, durationsMs: spent(request, at) },
    moments: { ...progress.moments, ...moments, lastUpdate: at },
  };
  return { status, progress: progressed, due: request.due };
}

/** The time since the last update belongs to the state that has lasted until now. */
function spent({ status, progress }: Before, at: Instant): MoveProgress['durationsMs'] {
  const kind = durationOf(status, progress.detail);
  const lasted = Math.max(0, at - (progress.moments.lastUpdate ?? at));
  return kind === undefined || lasted === 0
    ? progress.durationsMs
    : { ...progress.durationsMs, [kind]: (progress.durationsMs[kind] ?? 0) + lasted };
}

function durationOf(status: RequestStatus, detail: StatusDetail): MoveDuration | undefined {
  if (isOver(status) || status === 'None') return undefined;
  if (status === 'Queued') return 'queued';
  if (status === 'Failed') return 'failed';
  if (status === 'Suspended' || status === 'AutoSuspended') return 'suspended';
  if (status === 'CompletionInProgress') return 'finalization';
  if (detail.startsWith('TransientFailure')) return 'transientFailure';
  if (detail.endsWith('MailboxLock')) return 'locked';
  if (detail.startsWith('Stalled') || detail.startsWith('Relinquished') || detail.endsWith('Backoff')) return 'stalled';
  return status === 'Synced' ? 'idle' : 'inProgress';
}

/** What the stage that it is at shows, after something else was shown. */
function detailOfStage({ stage, percent }: MoveProgress): StatusDetail {
  if (stage === 'LoadingMessages' && percent >= moveStages.copying.percent) return moveStages.copying.detail;
  return Object.values(moveStages).find((shown) => shown.stage === stage)?.detail ?? 'InProgress';
}

function notAllowed(what: string, status: RequestStatus): Error {
  return migrationRefusal('not-allowed', `a request that is ${status} cannot become ${what}`, { Status: status });
}
