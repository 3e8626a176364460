import type { StatusDetail, SyncStage } from './request-status.ts';

/** What a stage of a move shows: SyncStage, StatusDetail and, where the stage begins, PercentComplete. */
export interface StageShown {
  readonly stage: SyncStage;
  readonly detail: StatusDetail;
  readonly percent: number;
}

/** The steps of a move in their order. */
export const moveStages = {
  start: { stage: 'None', detail: 'InitializingMove', percent: 0 },
  creatingMailbox: { stage: 'CreatingMailbox', detail: 'CreatingMailbox', percent: 0 },
  mailboxCreated: { stage: 'MailboxCreated', detail: 'CreatingMailbox', percent: 5 },
  hierarchy: { stage: 'CreatingFolderHierarchy', detail: 'CreatingFolderHierarchy', percent: 10 },
  checkpoint: { stage: 'CreatingInitialSyncCheckpoint', detail: 'CreatingInitialSyncCheckpoint', percent: 15 },
  enumerating: { stage: 'LoadingMessages', detail: 'LoadingMessages', percent: 20 },
  // While messages are copied the stage reads LoadingMessages in every published output.
  copying: { stage: 'LoadingMessages', detail: 'CopyingMessages', percent: 25 },
  seeded: { stage: 'IncrementalSync', detail: 'IncrementalSync', percent: 95 },
  finalizing: { stage: 'FinalIncrementalSync', detail: 'Finalization', percent: 95 },
  cleanup: { stage: 'Cleanup', detail: 'Cleanup', percent: 99 },
  done: { stage: 'SyncFinished', detail: 'Completed', percent: 100 },
} as const satisfies Readonly<Record<string, StageShown>>;

export type MoveStage = keyof typeof moveStages;

/** PercentComplete while messages are copied: linear in octets, from 25 to 95. */
export function percentCopied(writtenBytes: number, totalBytes: number): number {
  const { copying, seeded } = moveStages;
  if (totalBytes <= 0) return copying.percent;
  const share = Math.min(Math.max(writtenBytes / totalBytes, 0), 1);
  return Math.floor(copying.percent + (seeded.percent - copying.percent) * share);
}
