import type {
  DestinationMailbox,
  MailboxInformation,
  MailboxKind,
  Principal,
  SourceMailbox,
} from '../../../shared/bridges/migration/ports.ts';
import type { MoveStage } from '../../../shared/domain/migration/move-stages.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { emptyMailboxState, type JobState, type MailboxState } from './state.ts';

/** One of the two mailboxes of the person who moves, with both its ends open. */
export interface Pair {
  readonly kind: MailboxKind;
  readonly mailbox: Guid;
  /** `490a1ff7-... (Primary)`. */
  readonly name: string;
  readonly source: SourceMailbox;
  readonly destination: DestinationMailbox;
  /** SIDs of those at the target who stand for people of the source: they have their legacyExchangeDN as an X500 address. Null: nobody; in order. */
  match(principals: readonly Principal[]): Promise<readonly (string | null)[]>;
}

/** What an administrator has asked for, as far as the copy goes by it. */
export interface JobTerms {
  readonly request: Guid;
  readonly isArchiveOnly: boolean;
  /** TargetDeliveryDomain: of addresses at which mail for the source's user goes on to the new mailbox. */
  readonly deliveryDomain: string;
  readonly skipRules: boolean;
  /** Public folders: the access lists of their top and of the mailbox are the target's own, and the source is locked by its organisation. */
  readonly isPublic?: boolean;
}

/** A bad item, as the report tells it. */
export interface Skipped {
  readonly kind: SkippedKind;
  /** Of the mailbox's side that kept it. */
  readonly entryId: string;
  readonly folder: string;
  readonly subject: string;
  readonly messageClass: string;
  readonly size: number;
  readonly failure: string;
  /** Of a principal: what scripts read in the failure's DataContext. */
  readonly context?: string;
  /** The line of the report. */
  readonly line: string;
}

/** `SourcePrincipal` and `TargetPrincipal`: an access entry whose principal one side does not know. */
export type SkippedKind = 'MissingItem' | 'CorruptItem' | 'LargeItem' | 'CorruptFolderRule' | 'SourcePrincipal' | 'TargetPrincipal';

/** What is written down at once: where the request stands, and what is to be said of that. */
export interface Entry {
  readonly state?: Partial<JobState>;
  readonly stage?: MoveStage;
  readonly lines?: readonly string[];
  readonly skipped?: readonly Skipped[];
  /** Octets that have gone to the target. */
  readonly octets?: number;
  /** The target, once it is there. */
  readonly target?: MailboxInformation;
  readonly amounts?: { readonly bytes: number; readonly items: number; readonly totalBytes: number; readonly totalItems: number };
}

/**
 * Where a job writes what it has done. Each entry is one transaction; it refuses with `interrupted` when the request was suspended or removed,
 * or has another holder: the job ends there, and what is written is what stands.
 */
export interface Ledger {
  readonly state: JobState;
  /**
   * Whether not to wait with what there is to write: it is a while since the last entry, somebody has changed the request or has it now,
   * or the process ends.
   */
  isAwaited(): Promise<boolean>;
  write(entry: Entry): Promise<void>;
  /**
   * Refuses when more was left out than the request allows. `copying`: more latitude, for what is missing may yet turn up; `strict`: at the end of
   * a step; `completing`: before the flip.
   */
  checkSkipped(when: 'copying' | 'strict' | 'completing'): void;
}

/** A move in the hands of one process. */
export interface Job {
  readonly terms: JobTerms;
  /** Primary first. */
  readonly pairs: readonly Pair[];
  readonly ledger: Ledger;
  now(): Instant;
}

/**
 * Why a job stops. `interrupted`: somebody asked for it. `old-copy-removed`: an older copy was in the way; again in a moment. `corrupt-state`: what
 * the move kept does not fit the target; from the beginning. `over-quota`: the target may not hold that much. `contents-differ`: both mailboxes are
 * not the same after the final sync. `stuck`: a visit goes on and on, and nothing comes of it.
 */
export type JobRefusal = 'interrupted' | 'old-copy-removed' | 'corrupt-state' | 'over-quota' | 'contents-differ' | 'stuck';

export function jobRefusal(code: JobRefusal, detail: string): Refusal<JobRefusal> {
  return new Refusal(code, { detail });
}

/** What is noted of a mailbox so far. */
export function stateOf({ ledger }: Job, { kind }: Pair): MailboxState {
  return ledger.state.mailboxes[kind] ?? emptyMailboxState;
}

/** The notes of all mailboxes, with those of one changed. */
export function withState(job: Job, pair: Pair, change: Partial<MailboxState>): JobState['mailboxes'] {
  return { ...job.ledger.state.mailboxes, [pair.kind]: { ...stateOf(job, pair), ...change } };
}
