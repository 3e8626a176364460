import type { UserState } from '../../domain/migration/batch-state.ts';
import type { MigrationBatch } from '../../domain/migration/batches.ts';
import { summaryOf } from '../../domain/migration/migration-states.ts';
import type { CmdletObject } from '../cmdlet.ts';
import { momentShown, spanShown } from '../move-request/shown.ts';
import { sizeText } from '../recipient/size.ts';

/** What somebody is whom a cutover migration has found (MigrationUserRecipientType). */
const recipientTypes: Readonly<Record<string, string>> = {
  ...{ MailUser: 'Mailuser', RemoteUserMailbox: 'Mailuser', RemoteSharedMailbox: 'Mailuser', RemoteRoomMailbox: 'Mailuser' },
  ...{ RemoteEquipmentMailbox: 'Mailuser', MailContact: 'Contact' },
  ...{ MailUniversalDistributionGroup: 'Group', MailUniversalSecurityGroup: 'Group' },
};

/** What Get-MigrationUser shows. */
export function userShown({ user, request, status }: UserState): CmdletObject {
  const progress = request?.progress;
  return {
    Identity: user.address,
    Guid: user.guid,
    Identifier: user.address,
    BatchId: user.batch,
    MailboxIdentifier: user.address,
    MailboxGuid: user.mailboxGuid,
    RequestGuid: user.request,
    RecipientType: recipientTypes[user.found?.type ?? ''] ?? 'Mailbox',
    SyncedItemCount: progress?.transferred.count ?? 0,
    SkippedItemCount: progress === undefined ? 0 : progress.badItems + progress.largeItems + progress.missingItems,
    Status: status,
    StatusSummary: summaryOf(status),
    ErrorSummary: errorOf({ user, request, status }),
    LastSuccessfulSyncTime: momentShown(progress?.moments.lastSuccessfulSync),
    DataConsistencyScore: request?.terms.scored === true ? request.progress.score : null,
    IsValid: true,
  };
}

/** Why somebody has failed; '' where he has not. The sentences for what was done behind a batch's back: the first is published
 * (OfficeDocs-Support, "public-folders"), the second is ours. */
function errorOf({ user, request, status }: UserState): string {
  if (user.failure !== null && request === undefined) return user.failure.message;
  if (summaryOf(status) !== 'Failed') return '';
  if (request === undefined) return "A subscription wasn't found for this user.";
  return request.progress.failure?.message ?? 'The move was completed although the batch had not been told to complete.';
}

/** What Get-MigrationUserStatistics shows besides. */
export function userStatisticsShown(state: UserState & { readonly batch: Pick<MigrationBatch, 'type'> }, at: number): CmdletObject {
  const { request, batch } = state;
  const progress = request?.progress;
  const total = progress === undefined ? 0 : progress.total.bytes + progress.totalArchive.bytes;
  const { started, completed } = progress?.moments ?? {};
  const hours = started === undefined ? 0 : ((completed ?? at) - started) / 3_600_000;
  return {
    ...userShown(state),
    MigrationType: batch.type,
    TotalItemsInSourceMailboxCount: progress === undefined ? 0 : progress.total.count + progress.totalArchive.count,
    EstimatedTotalTransferSize: sizeText(total),
    BytesTransferred: sizeText(progress?.bytesTransferred ?? 0),
    AverageBytesTransferredPerHour: sizeText(hours <= 0 ? 0 : Math.round((progress?.bytesTransferred ?? 0) / hours)),
    PercentageComplete: progress?.percent ?? 0,
    TotalQueuedDuration: spanShown(progress?.durationsMs.queued ?? 0),
    TotalInProgressDuration: spanShown(progress?.durationsMs.inProgress ?? 0),
    TotalSyncedDuration: spanShown(progress?.durationsMs.idle ?? 0),
    TotalStalledDuration: spanShown(progress?.durationsMs.stalled ?? 0),
    Error: errorOf(state) || null,
    SkippedItems: [],
    Report: null,
  };
}
