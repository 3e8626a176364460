import type { Instant } from '../../kernel/clock.ts';
import type { MigrationBatch } from './batches.ts';
import type { MigrationUser } from './migration-users.ts';
import type { MoveRequest } from './move-request.ts';

/** MigrationUserStatus (page of Get-MigrationUser). */
export const migrationUserStatuses = [
  ...(['Queued', 'Syncing', 'Failed', 'Synced', 'IncrementalFailed', 'Completing', 'Completed', 'CompletionFailed', 'Corrupted'] as const),
  ...(['Provisioning', 'ProvisionUpdating', 'CompletionSynced', 'Validating', 'IncrementalSyncing', 'IncrementalSynced'] as const),
  ...(['CompletedWithWarnings', 'Stopped', 'IncrementalStopped', 'Starting', 'Stopping', 'Removing'] as const),
] as const;
export type MigrationUserStatus = (typeof migrationUserStatuses)[number];

/** MigrationUserStatusSummary. */
export const migrationUserSummaries = ['Active', 'Failed', 'Synced', 'Completed', 'Stopped'] as const;
export type MigrationUserSummary = (typeof migrationUserSummaries)[number];

/** MigrationBatchStatus (page of Get-MigrationBatch). */
export const migrationBatchStatuses = [
  ...(['Created', 'Starting', 'Syncing', 'Stopping', 'Stopped', 'Completing', 'Completed', 'CompletedWithErrors', 'Failed'] as const),
  ...(['Removing', 'Synced', 'SyncedWithErrors', 'IncrementalSyncing', 'Corrupted', 'Waiting'] as const),
] as const;
export type MigrationBatchStatus = (typeof migrationBatchStatuses)[number];

type ItsRequest = Pick<MoveRequest, 'status' | 'progress' | 'terms'>;

/** How far somebody's migration is: it follows from the batch and from his move request, where there is one. */
export function userStatusOf(
  user: Pick<MigrationUser, 'failure' | 'request' | 'ended'>,
  batch: Pick<MigrationBatch, 'started' | 'stopped' | 'completes'>,
  request: ItsRequest | undefined,
): MigrationUserStatus {
  if (request === undefined) {
    if (user.ended !== null) return user.ended;
    if (user.failure !== null || user.request !== null) return 'Failed';
    if (batch.stopped) return 'Stopped';
    return batch.started === null ? 'Queued' : 'Validating';
  }
  if (request.terms.canceled) return 'Removing';
  const { moments } = request.progress;
  const seeded = moments.initialSeedingCompleted !== undefined;
  switch (request.status) {
    case 'Completed':
    case 'CompletedWithWarning':
      // Completed by somebody who went round the batch, which did not ask for it.
      if (!batch.completes) return 'Failed';
      return request.status === 'Completed' ? 'Completed' : 'CompletedWithWarnings';
    case 'CompletionInProgress':
      return 'Completing';
    case 'Synced':
    case 'AutoSuspended':
      return batch.stopped ? 'IncrementalStopped' : 'Synced';
    case 'Suspended':
      return seeded ? 'IncrementalStopped' : 'Stopped';
    case 'Failed':
      if (moments.finalSyncStarted !== undefined) return 'CompletionFailed';
      return seeded ? 'IncrementalFailed' : 'Failed';
    default:
      if (request.terms.suspend) return 'Stopping';
      if (seeded) return request.terms.preventCompletion ? 'IncrementalSyncing' : 'Completing';
      return 'Syncing';
  }
}

const summaries: Readonly<Record<MigrationUserStatus, MigrationUserSummary>> = {
  ...{ Queued: 'Active', Syncing: 'Active', Failed: 'Failed', Synced: 'Synced', IncrementalFailed: 'Failed', Completing: 'Active' },
  ...{ Completed: 'Completed', CompletionFailed: 'Failed', Corrupted: 'Failed', Provisioning: 'Active', ProvisionUpdating: 'Active' },
  ...{ CompletionSynced: 'Active', Validating: 'Active', IncrementalSyncing: 'Active', IncrementalSynced: 'Synced' },
  ...{ CompletedWithWarnings: 'Completed', Stopped: 'Stopped', IncrementalStopped: 'Stopped', Starting: 'Active', Stopping: 'Active' },
  Removing: 'Active',
};

export function summaryOf(status: MigrationUserStatus): MigrationUserSummary {
  return summaries[status];
}

/** How many users of a batch are in each status. */
export type UserCounts = Readonly<Partial<Record<MigrationUserStatus, number>>>;

/** How far a batch is. `at`: the moment of the question, for batches that begin later. */
export function batchStatusOf(
  batch: Pick<MigrationBatch, 'started' | 'stopped' | 'completes' | 'startAfter' | 'completeAfter'>,
  counts: UserCounts,
  at: Instant,
): MigrationBatchStatus {
  if (batch.started === null) return 'Created';
  const of = (...statuses: readonly MigrationUserStatus[]): number => statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const all = of(...migrationUserStatuses);
  const failed = of('Failed', 'IncrementalFailed', 'CompletionFailed', 'Corrupted');
  const completed = of('Completed', 'CompletedWithWarnings');
  if (batch.stopped) return of('Syncing', 'Stopping', 'Completing', 'IncrementalSyncing', 'Validating') > 0 ? 'Stopping' : 'Stopped';
  if (batch.startAfter !== null && batch.startAfter > at && completed + failed === 0) return 'Waiting';
  if (failed === all) return 'Failed';
  if (of('Completing') > 0) return 'Completing';
  if (of('Queued', 'Syncing', 'Validating', 'Provisioning', 'Starting', 'Stopping', 'Removing') > 0) return 'Syncing';
  if (of('IncrementalSyncing') > 0) return 'IncrementalSyncing';
  if (completed + failed === all) return failed > 0 ? 'CompletedWithErrors' : 'Completed';
  if (batch.completes && (batch.completeAfter ?? at) <= at) return 'Completing';
  if (of('Synced', 'IncrementalSynced') === 0) return 'Stopped';
  return failed > 0 ? 'SyncedWithErrors' : 'Synced';
}

const day = 86_400_000;

/** How long a batch stays in a state before something is done about it ("Manage migration batches", OfficeDocs-Exchange). */
const retention = {
  Synced: { afterMs: 60 * day, becomes: 'Stopped' },
  Stopped: { afterMs: 90 * day, becomes: 'removed' },
  Failed: { afterMs: 90 * day, becomes: 'removed' },
  Completed: { afterMs: 60 * day, becomes: 'removed' },
} as const;

/** What is due for a batch that has been in its status since an instant; undefined: nothing. */
export function retentionDue(status: MigrationBatchStatus, since: Instant, at: Instant): 'Stopped' | 'removed' | undefined {
  const kind = retained[status];
  return kind !== undefined && at - since >= retention[kind].afterMs ? retention[kind].becomes : undefined;
}

const retained: Readonly<Partial<Record<MigrationBatchStatus, keyof typeof retention>>> = {
  ...{ Synced: 'Synced', SyncedWithErrors: 'Synced', Stopped: 'Stopped', Failed: 'Failed' },
  ...{ Completed: 'Completed', CompletedWithErrors: 'Completed' },
};
