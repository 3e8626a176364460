import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { DataConsistencyScore } from './consistency-score.ts';
import type { RequestStatus, StatusDetail, SyncStage } from './request-status.ts';

/** An account of the other organisation. */
export interface RemoteCredential {
  /** `CONTOSO\svc-move`: MRSProxy takes no user principal name. */
  readonly userName: string;
  readonly password: string;
}

/** The same as it is kept: whoever reads the row does not read the password (sealed-credential.ts). */
export interface SealedCredential {
  readonly userName: string;
  readonly sealed: string;
}

/** MigrationType: from where and how what a batch carries comes. */
export type MigrationType = 'ExchangeRemoteMove' | 'IMAP' | 'ExchangeOutlookAnywhere' | 'PublicFolder';

/** What a request does: it moves a mailbox, fills one that is there from elsewhere, or brings public folders. */
export type RequestKind = 'Mailbox' | 'Sync' | 'PublicFolder';

const kinds: Readonly<Record<MigrationType, RequestKind>> = {
  ExchangeRemoteMove: 'Mailbox',
  IMAP: 'Sync',
  ExchangeOutlookAnywhere: 'Sync',
  PublicFolder: 'PublicFolder',
};

/** Requests of a kind other than `Mailbox` are known to batches alone: no cmdlet of move requests sees them. */
export function kindOf({ type }: Pick<MoveOrigin, 'type'>): RequestKind {
  return kinds[type];
}

/** Which mailboxes of a person a request moves. */
export type MoveParts = 'PrimaryAndArchive' | 'PrimaryOnly' | 'ArchiveOnly';

/** What a request was made with; it never changes. */
export interface MoveOrigin {
  readonly type: MigrationType;
  /** Object GUID of the person in this organisation. */
  readonly recipient: Guid;
  readonly alias: string;
  readonly displayName: string;
  /** ExchangeGuid, also where the archive alone moves: the other side finds the person by it. */
  readonly mailboxGuid: Guid | null;
  readonly archiveGuid: Guid | null;
  /** Pull: into this organisation. */
  readonly direction: 'Pull' | 'Push';
  readonly parts: MoveParts;
  /** TargetDeliveryDomain: where mail for the person is sent on to once he is a mail user of the side he leaves; '' where nobody leaves. */
  readonly deliveryDomain: string;
  /** Of a push the database of the other side; of a pull one of ours. */
  readonly targetDatabase: string | null;
  readonly targetArchiveDatabase: string | null;
  /** `contoso.test/Users/admin`: who made it, as report lines name him. */
  readonly createdBy: string;
  readonly created: Instant;
}

/** What administrators may change while a request runs; whoever works on it sees it with his next {@link saveProgress}. */
export interface MoveTerms {
  /** Name of the host with MRSProxy. */
  readonly remoteHost: string;
  /** Null: that of the endpoint. Its owner is the person. */
  readonly credential: SealedCredential | null;
  /** Name of the migration endpoint by which the other side is reached; null: `credential`. */
  readonly endpoint: string | null;
  readonly batch: string;
  /** Stop where you are; taken up again by Resume-MoveRequest. */
  readonly suspend: boolean;
  readonly suspendComment: string;
  /** Removed by an administrator while something of it stood already: undo that, then take the request away. */
  readonly canceled: boolean;
  /** Stop before the final synchronisation. */
  readonly suspendWhenReadyToComplete: boolean;
  /** Seed, and hold back the completion: what a batch that somebody is to complete does. */
  readonly preventCompletion: boolean;
  readonly startAfter: Instant | null;
  readonly completeAfter: Instant | null;
  readonly incrementalSyncMs: number;
  /** Infinity is written as null. */
  readonly badItemLimit: number | null;
  readonly largeItemLimit: number | null;
  /** By the data consistency score in place of the two limits. */
  readonly scored: boolean;
  readonly acceptLargeDataLoss: boolean;
  /** Items skipped up to this moment are approved. */
  readonly skippedItemsApproved: Instant | null;
  readonly ignoreRuleLimitErrors: boolean;
  readonly priority: MovePriority;
  /** Days; null: for ever. */
  readonly completedAgeLimitMs: number | null;
  readonly moveOptions: readonly string[];
}

export const movePriorities = ['Lowest', 'Lower', 'Low', 'Normal', 'High', 'Higher', 'Highest', 'Emergency'] as const;
export type MovePriority = (typeof movePriorities)[number];

/** How much of something; octets. */
export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** One end of a move, as far as it is known. */
export interface MoveEnd {
  readonly server: string;
  /** `15.2.1544.11`. */
  readonly version: string;
  readonly database: string;
  readonly databaseGuid: string;
}

/** Moments of a request's life; world time. */
export type MoveMoment =
  | 'queued'
  | 'started'
  | 'initialSeedingCompleted'
  | 'finalSyncStarted'
  | 'completed'
  | 'suspended'
  | 'failed'
  | 'lastUpdate'
  | 'lastSuccessfulSync'
  | 'mailboxLocked';

/** In what state a request has spent its time; milliseconds. */
export type MoveDuration =
  | 'queued'
  | 'inProgress'
  | 'suspended'
  | 'failed'
  | 'stalled'
  | 'transientFailure'
  | 'locked'
  | 'idle'
  | 'finalization';

/** How far a request has come: written by whoever works on it. */
export interface MoveProgress {
  readonly stage: SyncStage;
  readonly detail: StatusDetail;
  readonly percent: number;
  /** Message: without its prefix `Informational: `. '' for none. */
  readonly message: string;
  readonly moments: Readonly<Partial<Record<MoveMoment, Instant>>>;
  readonly durationsMs: Readonly<Partial<Record<MoveDuration, number>>>;
  readonly source: MoveEnd | null;
  readonly target: MoveEnd | null;
  /** What the source held when the move began. */
  readonly total: Amount;
  readonly totalArchive: Amount;
  readonly transferred: Amount;
  /** Octets on the way, counted by whoever moved them. */
  readonly bytesTransferred: number;
  readonly badItems: number;
  readonly largeItems: number;
  readonly missingItems: number;
  /** Principals of access entries that the source forest does not know itself. */
  readonly sourcePrincipals: number;
  readonly score: DataConsistencyScore;
  /** Failures in a row, and in all its life. */
  readonly retries: number;
  readonly totalRetries: number;
  /** The last failure's type, code, side and message; null after success. */
  readonly failure: MoveFailed | null;
  /** How often each kind of failure came up since the last success; for the report of giving up. */
  readonly failureCounts: Readonly<Record<string, number>>;
  /** Visits in a row that ended in an internal error, or with their process before anything was done; absent: none. */
  readonly poison?: number;
  /** Since when no visit has reached both ends; null or absent: they are within reach. */
  readonly unreachedSince?: Instant | null;
}

/** Why a request waits or has ended, as Get-MoveRequestStatistics says. */
export interface MoveFailed {
  readonly type: string;
  readonly code: number;
  readonly side: 'None' | 'Source' | 'Target';
  readonly message: string;
  readonly at: Instant;
}

/** A request to move a mailbox between organisations. */
export interface MoveRequest extends MoveOrigin {
  /** RequestGuid. */
  readonly guid: Guid;
  readonly organization: string;
  readonly status: RequestStatus;
  readonly terms: MoveTerms;
  readonly progress: MoveProgress;
  /** When it is to be looked at again; null: not before somebody does something. World time. */
  readonly due: Instant | null;
  /** Counts the changes of its terms. */
  readonly version: number;
  /** The process that works on it, and until when no other may; machine time. */
  readonly owner: string | null;
  readonly lease: number | null;
}

const nothing: Amount = { count: 0, bytes: 0 };

/** How far a request is that has just been made. */
export function freshProgress(at: Instant): MoveProgress {
  return {
    ...{ stage: 'None', detail: 'Queued', percent: 0, message: '' },
    ...{ moments: { queued: at, lastUpdate: at }, durationsMs: {}, source: null, target: null },
    ...{ total: nothing, totalArchive: nothing, transferred: nothing, bytesTransferred: 0 },
    ...{ badItems: 0, largeItems: 0, missingItems: 0, sourcePrincipals: 0, score: 'Perfect' },
    ...{ retries: 0, totalRetries: 0, failure: null, failureCounts: {} },
  };
}
