import { typeDetails } from '../../domain/directory/recipient.ts';
import type { MoveEnd, MoveRequest } from '../../domain/migration/move-request.ts';
import { isOver } from '../../domain/migration/request-status.ts';
import { serverNameOf } from '../../domain/organization/servers.ts';
import type { CmdletObject, CmdletScope, ShownValue } from '../cmdlet.ts';
import { sizeText } from '../recipient/size.ts';
import { configuredInterval, databasesOf, flagsOf, limitShown, momentShown, spanShown } from './shown.ts';

/** `Version 15.2 (Build 1544.0)`. */
function versionShown(end: MoveEnd | null): ShownValue {
  if (end === null) return null;
  const [major, minor, build = '0', revision = '0'] = end.version.split('.');
  return `Version ${major}.${minor} (Build ${build}.${revision})`;
}

/** How far a request is, with the properties of Get-MoveRequestStatistics. */
export async function statisticsShown(scope: CmdletScope, request: MoveRequest): Promise<CmdletObject> {
  const { organization, directory, at } = scope;
  const person = await directory(organization.name).byGuid(request.recipient);
  const { progress, terms, status, direction, alias, displayName, guid } = request;
  const { moments, failure } = progress;
  return {
    MailboxIdentity: alias,
    Alias: alias,
    DisplayName: displayName,
    ExchangeGuid: request.mailboxGuid,
    ArchiveGuid: request.archiveGuid,
    Status: status,
    StatusDetail: progress.detail,
    SyncStage: progress.stage,
    Flags: flagsOf(request),
    RequestStyle: 'CrossOrg',
    Direction: direction,
    IsOffline: false,
    Protect: false,
    Priority: terms.priority,
    WorkloadType: direction === 'Pull' ? 'Onboarding' : 'Offboarding',
    Suspend: terms.suspend,
    SuspendWhenReadyToComplete: terms.suspendWhenReadyToComplete,
    PreventCompletion: terms.preventCompletion,
    IgnoreRuleLimitErrors: terms.ignoreRuleLimitErrors,
    RecipientTypeDetails: person === undefined ? null : typeDetails(person),
    ...endsShown(scope, request),
    BatchName: terms.batch,
    RemoteHostName: terms.remoteHost,
    RemoteCredentialUsername: terms.credential?.userName ?? null,
    SourceEndpointGuid: terms.endpoint,
    TargetDeliveryDomain: request.deliveryDomain,
    StartAfter: momentShown(terms.startAfter),
    CompleteAfter: momentShown(terms.completeAfter),
    ...limitsShown(request),
    QueuedTimestamp: momentShown(moments.queued),
    StartTimestamp: momentShown(moments.started),
    LastUpdateTimestamp: momentShown(moments.lastUpdate),
    LastSuccessfulSyncTimestamp: momentShown(moments.lastSuccessfulSync),
    InitialSeedingCompletedTimestamp: momentShown(moments.initialSeedingCompleted),
    FinalSyncTimestamp: momentShown(moments.finalSyncStarted),
    CompletionTimestamp: momentShown(moments.completed),
    SuspendedTimestamp: momentShown(moments.suspended),
    ...durationsShown(request, at),
    ConfiguredIncrementalSyncInterval: configuredInterval(request),
    EffectiveIncrementalSyncInterval: spanShown(terms.incrementalSyncMs),
    MRSServerName: request.owner === null ? null : serverNameOf(organization),
    TotalMailboxSize: sizeText(progress.total.bytes),
    TotalMailboxItemCount: progress.total.count,
    TotalArchiveSize: request.archiveGuid === null ? null : sizeText(progress.totalArchive.bytes),
    TotalArchiveItemCount: request.archiveGuid === null ? null : progress.totalArchive.count,
    BytesTransferred: sizeText(progress.bytesTransferred),
    BytesTransferredPerMinute: sizeText(perMinute(request, at)),
    ItemsTransferred: progress.transferred.count,
    PercentComplete: progress.percent,
    CompletedRequestAgeLimit: terms.completedAgeLimitMs === null ? 'Unlimited' : spanShown(terms.completedAgeLimitMs),
    FailureCode: failure?.code ?? null,
    FailureType: failure?.type ?? null,
    FailureSide: failure === null || failure.side === 'None' ? null : failure.side,
    FailureTimestamp: momentShown(failure?.at),
    LastFailure: failure === null ? null : { FailureType: failure.type, Message: failure.message, Timestamp: new Date(failure.at) },
    Message: messageShown(request),
    DataConsistencyScore: terms.scored ? progress.score : null,
    SkippedItemApprovalTime: momentShown(terms.skippedItemsApproved),
    IsValid: true,
    ValidationMessage: '',
    RequestGuid: guid,
    Guid: guid,
    Identity: alias,
    DiagnosticInfo: '',
    Report: null,
    SkippedItems: [],
    ObjectState: 'New',
  };
}

function endsShown({ organization }: CmdletScope, request: MoveRequest): CmdletObject {
  const { direction, parts, targetDatabase, targetArchiveDatabase, progress } = request;
  const { source, target } = databasesOf(organization, request);
  const primary = parts !== 'ArchiveOnly';
  const archive = parts !== 'PrimaryOnly';
  const remote = direction === 'Pull' ? progress.source : progress.target;
  return {
    SourceVersion: versionShown(progress.source),
    SourceDatabase: primary ? source : null,
    SourceServer: progress.source?.server ?? null,
    TargetVersion: versionShown(progress.target),
    TargetDatabase: primary ? target : null,
    TargetServer: progress.target?.server ?? null,
    SourceArchiveDatabase: archive ? source : null,
    TargetArchiveDatabase: archive ? (targetArchiveDatabase ?? target) : null,
    RemoteDatabaseName: remote?.database ?? (direction === 'Push' ? targetDatabase : null),
    RemoteDatabaseGuid: remote?.databaseGuid ?? null,
  };
}

/** A tenant that goes by the score has no limits to show. */
function limitsShown({ terms, progress }: MoveRequest): CmdletObject {
  const encountered = {
    BadItemsEncountered: progress.badItems,
    LargeItemsEncountered: progress.largeItems,
    MissingItemsEncountered: progress.missingItems,
  };
  return terms.scored
    ? encountered
    : { BadItemLimit: limitShown(terms.badItemLimit), LargeItemLimit: limitShown(terms.largeItemLimit), ...encountered };
}

function durationsShown(request: MoveRequest, at: number): CmdletObject {
  const { moments, durationsMs } = request.progress;
  const until = isOver(request.status) ? (moments.completed ?? at) : at;
  const overall = moments.queued === undefined ? undefined : Math.max(0, until - moments.queued);
  return {
    OverallDuration: spanShown(overall),
    TotalFinalizationDuration: spanShown(durationsMs.finalization),
    TotalSuspendedDuration: spanShown(durationsMs.suspended),
    TotalFailedDuration: spanShown(durationsMs.failed),
    TotalQueuedDuration: spanShown(durationsMs.queued),
    TotalInProgressDuration: spanShown(durationsMs.inProgress),
    TotalStalledDueToMailboxLockedDuration: spanShown(durationsMs.locked),
    TotalStalledDuration: spanShown(durationsMs.stalled),
    TotalTransientFailureDuration: spanShown(durationsMs.transientFailure),
    TotalIdleDuration: spanShown(durationsMs.idle),
  };
}

function perMinute({ progress, status }: MoveRequest, at: number): number {
  const { started, completed } = progress.moments;
  if (started === undefined) return 0;
  const minutes = ((isOver(status) ? (completed ?? at) : at) - started) / 60_000;
  return minutes <= 0 ? progress.bytesTransferred : Math.round(progress.bytesTransferred / minutes);
}

/** With the prefix that says how much it matters. */
function messageShown({ progress, status }: MoveRequest): string {
  if (progress.message === '') return '';
  const kind = status === 'Failed' ? 'Error' : status === 'CompletedWithWarning' ? 'Warning' : 'Informational';
  return `${kind}: ${progress.message}`;
}
