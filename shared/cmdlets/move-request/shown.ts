import type { MoveRequest } from '../../domain/migration/move-request.ts';
import { replicationSettings } from '../../domain/migration/replication-settings.ts';
import { databaseNameOfMailbox } from '../../domain/organization/mailbox-databases.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { CmdletObject, ShownValue } from '../cmdlet.ts';
import { timeSpanText } from '../time-span.ts';

export function momentShown(at: Instant | null | undefined): Date | null {
  return at === null || at === undefined ? null : new Date(at);
}

export function spanShown(durationMs: number | undefined): ShownValue {
  return durationMs === undefined ? null : timeSpanText(Math.floor(durationMs / 1_000));
}

export function limitShown(limit: number | null): ShownValue {
  return limit ?? 'Unlimited';
}

/** Flags: `CrossOrg, Pull`, as in published reports. */
export function flagsOf({ direction, terms, parts }: MoveRequest): string {
  return [
    'CrossOrg',
    direction,
    ...(terms.suspend ? ['Suspend'] : []),
    ...(parts === 'PrimaryOnly' ? ['MoveOnlyPrimaryMailbox'] : []),
    ...(parts === 'ArchiveOnly' ? ['MoveOnlyArchiveMailbox'] : []),
    ...(terms.suspendWhenReadyToComplete ? ['SuspendWhenReadyToComplete'] : []),
  ].join(', ');
}

/** The database of the end that lies in this organisation; null as long as nobody knows it. */
export function databasesOf(
  organization: Organization,
  request: MoveRequest,
): { readonly source: string | null; readonly target: string | null } {
  const { direction, mailboxGuid, archiveGuid, progress, targetDatabase } = request;
  const mailbox = mailboxGuid ?? archiveGuid;
  const own = mailbox === null ? null : databaseNameOfMailbox(organization, mailbox);
  return direction === 'Pull'
    ? { source: progress.source?.database ?? null, target: progress.target?.database ?? targetDatabase ?? own }
    : { source: progress.source?.database ?? own, target: progress.target?.database ?? targetDatabase };
}

/** What Get-MoveRequest and New-MoveRequest show. */
export function moveRequestShown(organization: Organization, request: MoveRequest): CmdletObject {
  const { displayName, alias, status, terms, mailboxGuid, archiveGuid, guid, direction, progress } = request;
  const { source, target } = databasesOf(organization, request);
  return {
    DisplayName: displayName,
    Status: status,
    TargetDatabase: target,
    SourceDatabase: source,
    Alias: alias,
    ExchangeGuid: mailboxGuid,
    ArchiveGuid: archiveGuid,
    Flags: flagsOf(request),
    RequestStyle: 'CrossOrg',
    Direction: direction,
    RemoteHostName: terms.remoteHost,
    TargetDeliveryDomain: request.deliveryDomain,
    BatchName: terms.batch,
    Suspend: terms.suspend,
    SuspendWhenReadyToComplete: terms.suspendWhenReadyToComplete,
    PercentComplete: progress.percent,
    RequestGuid: guid,
    Identity: alias,
    IsValid: true,
  };
}

/** IncrementalSyncInterval as it is set, where that is not the usual. */
export function configuredInterval({ terms }: MoveRequest): ShownValue {
  return terms.incrementalSyncMs === replicationSettings.incrementalSyncMs ? null : spanShown(terms.incrementalSyncMs);
}
