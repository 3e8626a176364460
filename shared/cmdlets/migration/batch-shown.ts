import type { BatchState } from '../../domain/migration/batch-state.ts';
import type { CmdletObject } from '../cmdlet.ts';
import { limitShown, momentShown } from '../move-request/shown.ts';
import { kindOfBatch } from './batch-kinds.ts';

/** What Get-MigrationBatch shows. */
export function batchShown({ batch, users, status, counts, score }: BatchState): CmdletObject {
  const latest = (moment: 'initialSeedingCompleted' | 'lastSuccessfulSync'): number | undefined => {
    const moments = users.flatMap(({ request }) => request?.progress.moments[moment] ?? []);
    return moments.length === 0 ? undefined : moments.reduce((one, other) => Math.max(one, other));
  };
  const onboarding = batch.direction === 'Onboarding';
  return {
    Identity: batch.name,
    Status: status,
    Type: batch.type,
    TotalCount: users.length,
    ActiveCount: counts.Active,
    StoppedCount: counts.Stopped,
    SyncedCount: counts.Synced + counts.Completed,
    FinalizedCount: counts.Completed,
    FailedCount: counts.Failed,
    PendingCount: users.filter(({ request, user }) => request === undefined && user.failure === null && user.ended === null).length,
    BatchDirection: batch.direction,
    SourceEndpoint: onboarding ? batch.endpoint : null,
    TargetEndpoint: onboarding ? null : batch.endpoint,
    ...kindOfBatch(batch).shown(batch),
    ...(batch.scored
      ? { DataConsistencyScore: score, ApproveSkippedItemsTime: momentShown(batch.skippedItemsApproved) }
      : { BadItemLimit: limitShown(batch.badItemLimit), LargeItemLimit: limitShown(batch.largeItemLimit) }),
    StartAfter: momentShown(batch.startAfter),
    CompleteAfter: momentShown(batch.completeAfter),
    CreationDateTime: new Date(batch.created),
    StartDateTime: momentShown(batch.started),
    InitialSyncDateTime: momentShown(latest('initialSeedingCompleted')),
    LastSyncedDateTime: momentShown(latest('lastSuccessfulSync')),
    FinalizedDateTime: momentShown(batch.finalized),
    NotificationEmails: batch.notificationEmails,
    TimeZone: batch.timeZone,
    SubmittedByUser: batch.createdBy,
    BatchGuid: batch.guid,
    IsValid: true,
  };
}
