import type { MoveFailed } from '../../shared/domain/migration/move-request.ts';
import { type StatusDetail, stalledDetail } from '../../shared/domain/migration/request-status.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';

/** What stopped a visit of a request, and what follows. */
export interface Failure extends Omit<MoveFailed, 'at'> {
  /**
   * `retry`: it counts as one of the retries. `wait`: it does not. `restart`: from the beginning, as a retry. `end`: nothing more is tried. `stop`: the
   * process or an administrator wants it so.
   */
  readonly course: 'retry' | 'wait' | 'restart' | 'end' | 'stop';
  /** StatusDetail while it waits, or as it ends. */
  readonly detail: StatusDetail;
  /** Of a `wait`: for how long, where the other side has said so; milliseconds of world time. */
  readonly delayMs?: number;
  /** ExceptionTypesInt. */
  readonly exceptionTypes: readonly number[];
}

/** COR_E_EXCEPTION: the FailureCode of an exception that has none of its own. */
const plainCode = -2_146_233_088;

/**
 * Reads what was thrown: refusals of the two ends are called by the exceptions of Exchange, which are also what reports count. Undefined: a
 * defect.
 */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Refusal)) return undefined;
  if (error.code === 'stalled') return stalled(error);
  const own = ownFailures[error.code];
  const type = error.values['ExceptionType'] ?? own?.type ?? error.code;
  const isTransient = error.values['Kind'] === undefined ? /Transient/.test(type) : error.values['Kind'] === 'Transient';
  const side = sideOf(error);
  return {
    ...{ type, code: plainCode, side, message: error.values['Message'] ?? error.detail ?? error.code },
    exceptionTypes: exceptionTypesOf(type, isTransient),
    ...(isTransient ? { course: 'retry', detail: transientDetail(type) } : { course: 'end', detail: 'FailedOther' }),
    ...waits[type],
    ...askedToWait(error),
    ...own,
  };
}

/** Refusals that are not called as Exchange calls them: of the job itself, of the store, of names and connections. */
const ownFailures: Readonly<Record<string, Partial<Failure>>> = {
  interrupted: { course: 'stop' },
  'lease-lost': { course: 'stop' },
  'old-copy-removed': { course: 'wait', type: 'CleanupOrphanedMailbox', detail: 'CreatingMailbox' },
  'corrupt-state': {
    course: 'restart',
    type: 'RestartMoveCorruptSyncStateTransientException',
    detail: 'TransientFailureTarget',
    side: 'Target',
  },
  // The name is inferred from that of public folders, PublicFolderSizeExceedsTargetQuotaException.
  'over-quota': { course: 'end', type: 'MailboxSizeExceedsTargetQuotaException', detail: 'FailedOther', side: 'Target' },
  'contents-differ': { course: 'end', type: 'ContentVerificationFailedPermanentException', detail: 'FailedOther' },
  // The names of these types are ours.
  stuck: { course: 'end', type: 'JobStuckPermanentException', detail: 'FailedStuck' },
  'too-many-skipped': { course: 'end', detail: 'FailedBadItemLimit' },
};

/** What is waited for without counting: a mailbox that another move or a broken session holds, a proxy that is full. */
const waits: Readonly<Record<string, Partial<Failure>>> = {
  SourceMailboxAlreadyBeingMovedTransientException: { course: 'wait', detail: 'StalledDueToSource_MailboxLock', side: 'Source' },
  DestMailboxAlreadyBeingMovedTransientException: { course: 'wait', detail: 'StalledDueToTarget_MailboxLock', side: 'Target' },
  MRSProxyConnectionLimitReachedTransientException: { course: 'wait', detail: 'ProxyBackoff' },
};

/** A source that says for how long it wants to be left alone. */
function askedToWait({ values }: Refusal): Partial<Failure> {
  const delayMs = Number(values['DelayMs']);
  return delayMs > 0 ? { course: 'wait', delayMs, detail: stalledDetail('Source', 'EndpointCapacityExceeded') } : {};
}

/** A database that is behind: waited for, and no failure of the request. */
function stalled(error: Refusal): Failure {
  const detail = error.values['Detail'] as StatusDetail;
  return { type: 'ResourceUnhealthy', code: plainCode, side: sideOf(error), message: '', course: 'wait', detail, exceptionTypes: [] };
}

function transientDetail(type: string): StatusDetail {
  return /^(Communication|EndpointNotFound|TimeoutError)/.test(type) ? 'NetworkFailure' : 'TransientFailure';
}

function sideOf({ values }: Refusal): MoveFailed['side'] {
  const side = values['Side'];
  return side === 'Source' || side === 'Target' ? side : 'None';
}

/** Exchange, Transient, MRS, MRSTransient or MRSPermanent (numbers seen in published reports). */
function exceptionTypesOf(type: string, isTransient: boolean): readonly number[] {
  const more = type === 'MRSProxyConnectionLimitReachedTransientException' ? [21] : [];
  return isTransient ? [1, 2, 10, 11, ...more] : [1, 10, 12];
}

/** As a request keeps it. */
export function failedOf({ type, code, side, message }: Failure, at: Instant): MoveFailed {
  return { type, code, side, message, at };
}
