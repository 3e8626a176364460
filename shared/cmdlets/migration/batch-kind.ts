import type { Recipient } from '../../domain/directory/recipient.ts';
import type { UserState } from '../../domain/migration/batch-state.ts';
import type { BatchContent, BatchFrame, MigrationBatch } from '../../domain/migration/batches.ts';
import type { ListedUser } from '../../domain/migration/csv-columns.ts';
import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import type { MigrationUser } from '../../domain/migration/migration-users.ts';
import type { CmdletObject, CmdletParameters, CmdletScope, ParameterType } from '../cmdlet.ts';
import type { NewMove } from '../move-request/create.ts';
import type { Unmovable } from '../move-request/preconditions.ts';

/** Somebody of a batch that begins. */
export interface Starting<Batch = MigrationBatch> {
  readonly batch: Batch;
  readonly user: MigrationUser;
  readonly endpoint: MigrationEndpoint;
}

/** The request that somebody gets, with what its report says first, or why he gets none; `person`: as far as he is known. `done`: nothing of his is copied. */
export type StartedUser =
  | { readonly person: Recipient; readonly move: NewMove; readonly said?: readonly string[] }
  | { readonly person: Recipient; readonly done: true }
  | { readonly person: Recipient | undefined; readonly problem: Unmovable };

/** How much a request may leave out. */
type BatchLimits = Pick<BatchFrame, 'badItemLimit' | 'largeItemLimit' | 'scored'>;

/** What the batches of one type are made of: a row of the table in batch-kinds.ts. */
export interface BatchKind<Content extends BatchContent = BatchContent> {
  readonly type: Content['type'];
  /** Of a type that is told apart by its CSVData: whether the batch has a list. Absent: it is not asked. */
  readonly isListed?: boolean;
  /** Its people are completed as soon as everything of theirs is there. */
  readonly endsItself?: true;
  /** What New-MigrationBatch takes for it besides what it takes for every batch. */
  readonly parameters: Readonly<Record<string, ParameterType>>;
  /** What the batch has that others have not, and what it has otherwise than others. Refuses what the parameters cannot mean. */
  content(scope: CmdletScope, given: CmdletParameters, endpoint: MigrationEndpoint): Promise<Content & Partial<BatchLimits>>;
  /** The people of CSVData, of New- and of Set-MigrationBatch. */
  list(scope: CmdletScope, given: CmdletParameters, batch: BatchFrame & Content): Promise<readonly ListedUser[]>;
  /** Looks somebody up, at each start of the batch until he has a request. */
  start(scope: CmdletScope, starting: Starting<BatchFrame & Content>): Promise<StartedUser>;
  /** What Set-MigrationBatch changes of the content; absent: nothing. */
  change?(given: CmdletParameters): Partial<Content>;
  /** Refuses what Complete-MigrationBatch cannot do yet; absent: nothing besides what holds for every batch. */
  mayComplete?(scope: CmdletScope, batch: BatchFrame & Content, users: readonly UserState[]): Promise<void>;
  /** What Get-MigrationBatch shows of the content. */
  shown(batch: BatchFrame & Content): CmdletObject;
}
