import { type DataConsistencyScore, dataConsistencyScoreOf, scorePasses } from './consistency-score.ts';
import type { BadItem } from './move-report.ts';
import type { MoveProgress, MoveTerms } from './move-request.ts';

/** Items left out so far: counters of a request. */
export type SkippedCounts = Pick<MoveProgress, 'badItems' | 'largeItems' | 'missingItems' | 'sourcePrincipals'>;

/** While messages are copied so many more bad items are borne: the limit itself is asked for when the copy is done. */
const laxity = 200;
/** Principals that the source forest itself does not know: a limit of its own ("TooManyBadItemsPermanentException error when migrating", Exchange Team Blog). */
const sourcePrincipalLimit = 1_000;
/** From here on BadItemLimit and LargeItemLimit want AcceptLargeDataLoss (page of New-MoveRequest). */
export const largeDataLoss = 51;

/** The counters after more items were left out; principals unknown to their own forest are counted by themselves. */
export function counted(counts: SkippedCounts, items: readonly Pick<BadItem, 'kind'>[]): SkippedCounts {
  const after = { ...counts };
  for (const { kind } of items) {
    if (kind === 'LargeItem') after.largeItems += 1;
    else if (kind === 'MissingItem') after.missingItems += 1;
    else if (kind === 'SourcePrincipalMapping') after.sourcePrincipals += 1;
    else after.badItems += 1;
  }
  return after;
}

/** Why a request with so many items left out must end: FailureType and message. */
export interface LimitFailure {
  readonly type: string;
  readonly message: string;
}

const tooManyBad: LimitFailure = {
  type: 'TooManyBadItemsPermanentException',
  message: 'The request left out more corrupted items than its bad item limit allows.',
};
// Published: "mailbox exceeded maximum number of large items" of OfficeDocs-Support.
const tooManyLarge: LimitFailure = {
  type: 'TooManyLargeItemsPermanentException',
  message:
    'This mailbox exceeded the maximum number of large items that were specified for this request. --> ' +
    'MapiExceptionMaxSubmissionExceeded: IExchangeFastTransferEx.TransferBuffer failed (hr=0x80004005, ec=1242)',
};
const tooManyMissing: LimitFailure = {
  type: 'TooManyMissingItemsPermanentException',
  message: 'The request left out more corrupted or missing items than its bad item limit allows.',
};

/**
 * Whether a request may go on. `copying`: messages are under way, bad items are borne beyond the limit. `strict`: at the end of
 * the initial copy, of each incremental one and before completion. Bad items are asked for first, then large ones, then missing
 * ones, which count against the bad item limit without adding to it.
 */
export function limitFailure(
  { badItems, largeItems, missingItems, sourcePrincipals }: SkippedCounts,
  { badItemLimit, largeItemLimit }: Pick<MoveTerms, 'badItemLimit' | 'largeItemLimit'>,
  moment: 'copying' | 'strict',
): LimitFailure | undefined {
  const [most, mostLarge] = [badItemLimit ?? Number.POSITIVE_INFINITY, largeItemLimit ?? Number.POSITIVE_INFINITY];
  const extra = moment === 'copying' ? laxity : 0;
  const bad = badItems + (sourcePrincipals > sourcePrincipalLimit ? sourcePrincipals : 0);
  if (bad > most + extra) return tooManyBad;
  if (largeItems > mostLarge + extra) return tooManyLarge;
  return missingItems > 0 && bad + missingItems > most + extra ? tooManyMissing : undefined;
}

/**
 * The same by whatever holds for the request: its limits, or its data consistency score, which is asked for before completion
 * alone. `lastSkipped`: when the last item was left out.
 */
export function skippedFailure(
  progress: SkippedCounts & Pick<MoveProgress, 'total' | 'totalArchive'>,
  terms: MoveTerms,
  moment: 'copying' | 'strict' | 'completing',
  lastSkipped: number | null,
): LimitFailure | undefined {
  if (!terms.scored) return limitFailure(progress, terms, moment === 'copying' ? 'copying' : 'strict');
  if (moment !== 'completing') return undefined;
  const score = scoreOf(progress);
  const approved = terms.skippedItemsApproved !== null && (lastSkipped === null || lastSkipped <= terms.skippedItemsApproved);
  if (scorePasses(score, approved)) return undefined;
  // The beginning of the message is public; the rest and the name of the type are ours.
  return {
    type: 'DataConsistencyScoreTooLowPermanentException',
    message: `The data consistency score (${score}) for this request is too low to complete it.`,
  };
}

/** The grade of a request as it stands. */
export function scoreOf(progress: SkippedCounts & Pick<MoveProgress, 'total' | 'totalArchive'>): DataConsistencyScore {
  return dataConsistencyScoreOf(progress, progress.total.count + progress.totalArchive.count);
}
