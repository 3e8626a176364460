/** RequestStatus: where a request stands as a whole, with the numbers Exchange gives them (page of Get-MoveRequest). */
export const requestStatuses = {
  None: 0,
  Queued: 1,
  InProgress: 2,
  AutoSuspended: 3,
  CompletionInProgress: 4,
  Synced: 5,
  Completed: 10,
  CompletedWithWarning: 11,
  Suspended: 98,
  Failed: 99,
} as const;

export type RequestStatus = keyof typeof requestStatuses;

/** SyncStage: the step of the copy itself. */
export const syncStages = {
  Error: -1,
  None: 0,
  CreatingMailbox: 1,
  MailboxCreated: 2,
  CreatingFolderHierarchy: 3,
  CreatingInitialSyncCheckpoint: 4,
  LoadingMessages: 5,
  CopyingMessages: 6,
  IncrementalSync: 10,
  FinalIncrementalSync: 11,
  Cleanup: 12,
  SyncFinished: 100,
} as const;

export type SyncStage = keyof typeof syncStages;

/** What a side may be waited for: names since Exchange 2016. */
export const stallCauses = [
  'DiskLatency',
  'Processor',
  'MdbReplication',
  'MdbAvailability',
  'MailboxCapacityExceeded',
  'BigFunnel',
  'MailboxLock',
  'EndpointCapacityExceeded',
  'UnknownReason',
] as const;

export type StallCause = (typeof stallCauses)[number];

/** The detail of a stall: `StalledDueToTarget_DiskLatency`. */
export function stalledDetail(side: 'Source' | 'Target', cause: StallCause): StatusDetail {
  return `StalledDueTo${side}_${cause}`;
}

/** Whether a request waits for the servers of a side, and not for somebody else who has the mailbox. */
export function isStalledDetail(detail: StatusDetail): boolean {
  return detail.startsWith('StalledDueTo') && !detail.endsWith('MailboxLock');
}

/** StatusDetail (RequestState): what a request does, or what it waits for. */
export type StatusDetail =
  | 'None'
  | 'Queued'
  | 'InProgress'
  | 'InitializingMove'
  | 'InitialSeeding'
  | 'CreatingMailbox'
  | 'CreatingFolderHierarchy'
  | 'CreatingInitialSyncCheckpoint'
  | 'LoadingMessages'
  | 'CopyingMessages'
  | 'Completion'
  | 'IncrementalSync'
  | 'Finalization'
  | 'Cleanup'
  | 'DataReplicationWait'
  | 'ADUpdate'
  | 'Stalled'
  | 'StalledDueToMailboxLock'
  | `StalledDueTo${'Source' | 'Target'}_${StallCause}`
  | 'WaitingForJobPickup'
  | 'TransientFailure'
  | 'TransientFailureSource'
  | 'TransientFailureTarget'
  | 'NetworkFailure'
  | 'MDBOffline'
  | 'ProxyBackoff'
  | 'ServerBusyBackoff'
  | 'Suspended'
  | 'AutoSuspended'
  | 'InitialSeedingComplete'
  | 'Idle'
  | 'Relinquished'
  | 'RelinquishedMDBFailover'
  | 'RelinquishedDataGuarantee'
  | 'RelinquishedWlmStall'
  | 'Failed'
  | 'FailedBadItemLimit'
  | 'FailedNetwork'
  | 'FailedMAPI'
  | 'FailedOther'
  | 'FailedStuck'
  | 'Completed'
  | 'CompletedWithWarnings'
  | 'Canceled'
  | 'Removed';

/** What a status may become; a request that is over is removed, never taken up again. */
const successors: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  None: ['Queued'],
  Queued: ['InProgress', 'CompletionInProgress', 'Suspended', 'Failed'],
  InProgress: ['Queued', 'AutoSuspended', 'Synced', 'CompletionInProgress', 'Suspended', 'Failed'],
  AutoSuspended: ['Queued', 'InProgress', 'Synced', 'CompletionInProgress', 'Suspended', 'Failed'],
  CompletionInProgress: ['Completed', 'CompletedWithWarning', 'Failed'],
  Synced: ['Queued', 'InProgress', 'AutoSuspended', 'CompletionInProgress', 'Suspended', 'Failed'],
  Completed: [],
  CompletedWithWarning: [],
  Suspended: ['Queued', 'InProgress', 'CompletionInProgress', 'Failed'],
  Failed: ['Queued', 'InProgress', 'CompletionInProgress', 'Suspended'],
};

/** Whether a request may go from one status to another; staying is always allowed. */
export function mayBecome(from: RequestStatus, to: RequestStatus): boolean {
  return from === to || successors[from].includes(to);
}

/** Whether nothing more happens to a request. */
export function isOver(status: RequestStatus): boolean {
  return successors[status].length === 0;
}
