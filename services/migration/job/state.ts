import type { MailboxKind } from '../../../shared/bridges/migration/ports.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { Amount } from './texts.ts';

/**
 * The steps of a move in their order. What a request has reached is written down before the next begins; after a crash that next one is
 * done again from its beginning, or from the place that it has noted.
 */
export const steps = [
  'none',
  'created',
  'hierarchy',
  'checkpoint',
  'listed',
  'copied',
  'secured',
  'seeded',
  'activating',
  'activated',
  'converted',
  'cleaned',
  'reset',
] as const;
export type Step = (typeof steps)[number];

/** How far one of the two mailboxes of a person is. */
export interface MailboxState {
  /** Changes of the source since then are still to come; null before there is one. */
  readonly checkpoint: string | null;
  readonly folders: number;
  /** What was there to copy when it was listed, and what of it is written. */
  readonly total: Amount;
  readonly written: Amount;
  /** The folders that are copied as a whole, by their number in the order of the hierarchy, and the last message written of the next. */
  readonly copied: { readonly folders: readonly string[]; readonly last: string | null };
}

/** All that a request needs to go on. */
export interface JobState {
  readonly reached: Step;
  readonly mailboxes: Readonly<Partial<Record<MailboxKind, MailboxState>>>;
  /** Rounds of syncing so far. */
  readonly syncs: number;
  /** Messages that could not be read because they had gone; the next sync says whether they were deleted. */
  readonly gone: readonly GoneMessage[];
  readonly warnings: readonly string[];
  /** Messages that are not at the target because they were left out. */
  readonly left: readonly { readonly kind: MailboxKind; readonly entryId: string }[];
  /** When the last of anything was left out. */
  readonly lastSkipped: Instant | null;
  /** Attempts to convert and to clean up the source. */
  readonly attempts: number;
  /** What the work of a type other than mailbox moves keeps besides; each reads its own. */
  readonly notes?: unknown;
}

/** A message that was listed and not found. */
export interface GoneMessage {
  readonly kind: MailboxKind;
  readonly entryId: string;
  readonly folderEntryId: string;
  readonly text: string;
  readonly size: number;
}

export const emptyMailboxState: MailboxState = {
  checkpoint: null,
  folders: 0,
  total: { items: 0, bytes: 0 },
  written: { items: 0, bytes: 0 },
  copied: { folders: [], last: null },
};

export const newJobState: JobState = {
  reached: 'none',
  mailboxes: {},
  syncs: 0,
  gone: [],
  left: [],
  lastSkipped: null,
  warnings: [],
  attempts: 0,
};

/** Whether a request has a step behind it. */
export function hasReached({ reached }: JobState, step: Step): boolean {
  return steps.indexOf(reached) >= steps.indexOf(step);
}
