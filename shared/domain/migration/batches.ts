import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';
import type { MigrationBatchStatus } from './migration-states.ts';
import type { MoveParts, MoveTerms } from './move-request.ts';

/** What a batch of remote moves has that others have not. */
export interface RemoteMoves {
  readonly type: 'ExchangeRemoteMove';
  readonly deliveryDomain: string;
  readonly targetDatabases: readonly string[];
  readonly targetArchiveDatabases: readonly string[];
  readonly parts: MoveParts;
  readonly moveOptions: readonly string[];
}

/** What a batch has that brings mail of an IMAP server into mailboxes that are there. */
export interface ImapMail {
  readonly type: 'IMAP';
  /** As they were written: folders of the source that are not copied. */
  readonly excludeFolders: readonly string[];
}

/** What a batch of public folders has: where they come from, and which mailboxes they are to count to. */
export interface PublicFolderMap {
  readonly type: 'PublicFolder';
  /** ExchangeGuid of the mailbox with the hierarchy at the source. */
  readonly source: Guid;
  /** Folders of the list with the ExchangeGuid of their target; absent of the one with the hierarchy. */
  readonly map: readonly { readonly path: string; readonly mailbox: Guid | undefined }[];
}

/** What a batch has that copies mailboxes of another organisation over its Outlook Anywhere: all at once, or those of a list. */
export interface AnywhereMail {
  readonly type: 'ExchangeOutlookAnywhere';
  readonly way: 'Cutover' | 'Staged';
}

/** What a batch carries, by its type. */
export type BatchContent = RemoteMoves | ImapMail | AnywhereMail | PublicFolderMap;

/** A batch as administrators made it; how far it is follows from its users. */
export type MigrationBatch = BatchFrame & BatchContent;

/** What every batch has. */
export interface BatchFrame {
  readonly name: string;
  readonly guid: Guid;
  readonly direction: 'Onboarding' | 'Offboarding';
  /** Name of the endpoint. */
  readonly endpoint: string;
  readonly badItemLimit: number | null;
  readonly largeItemLimit: number | null;
  readonly scored: boolean;
  readonly startAfter: Instant | null;
  readonly completeAfter: Instant | null;
  /** AutoComplete, Complete-MigrationBatch or a completeAfter: its users are completed. */
  readonly completes: boolean;
  readonly skippedItemsApproved: Instant | null;
  readonly notificationEmails: readonly string[];
  readonly timeZone: string;
  readonly createdBy: string;
  readonly created: Instant;
  readonly started: Instant | null;
  readonly finalized: Instant | null;
  /** Stop-MigrationBatch: until it is started anew. */
  readonly stopped: boolean;
  /** In which status it was seen last, and since when: how long it may stay depends on that. */
  readonly seen?: { readonly status: MigrationBatchStatus; readonly since: Instant };
}

export const migrationBatches = configKind<MigrationBatch>('MigrationBatch');

/** Batches of an organisation at once ("Manage the maximum concurrent migration batches", OfficeDocs-Support). */
export const mostBatches = 100;

/** What of a batch is said to the requests of its users. */
export function termsOfBatch(
  batch: MigrationBatch,
): Pick<
  MoveTerms,
  'batch' | 'endpoint' | 'preventCompletion' | 'completeAfter' | 'startAfter' | 'badItemLimit' | 'largeItemLimit' | 'scored' | 'moveOptions'
> & { readonly skippedItemsApproved: Instant | null } {
  const { name, endpoint, completes, completeAfter, startAfter, badItemLimit, largeItemLimit, scored } = batch;
  const moveOptions = batch.type === 'ExchangeRemoteMove' ? batch.moveOptions : [];
  // What cutover and staged migrations leave out is told and holds nobody up ("Track and prevent migration data loss": no score is asked for).
  const limits =
    batch.type === 'ExchangeOutlookAnywhere'
      ? { badItemLimit: null, largeItemLimit: null, scored: false }
      : { badItemLimit, largeItemLimit, scored };
  return {
    ...{ batch: `MigrationService:${name}`, endpoint, preventCompletion: !completes, completeAfter, startAfter },
    ...{ ...limits, moveOptions, skippedItemsApproved: batch.skippedItemsApproved },
  };
}
