import type { Page, Paged } from '../../../shared/domain/mailbox/page.ts';
import { ewsRefusal } from '../failures.ts';

/** EWSFindCountLimit of the default throttling policy (learn.microsoft.com "EWS throttling in Exchange"). */
const mostEntries = 1_000;
/** Entries of one answer, over all the folders that a request names: a bound of ours. */
const mostFound = 10_000;

/** A paged view as a request has it. */
export interface IndexedView {
  readonly MaxEntriesReturned?: number | undefined;
  readonly Offset: number;
  readonly BasePoint: 'Beginning' | 'End';
}
export interface FractionalView {
  readonly MaxEntriesReturned?: number | undefined;
  readonly Numerator: number;
  readonly Denominator: number;
}

/** The page that an indexed view asks for; without a view, the first one. Refuses negative numbers. */
export function indexedPage(view: IndexedView | undefined): Page {
  const count = pageSize(view?.MaxEntriesReturned);
  const offset = view?.Offset ?? 0;
  if (offset < 0) throw ewsRefusal('ErrorInvalidIndexedPagingParameters', { detail: `offset ${offset}` });
  return { offset, count, from: view?.BasePoint === 'End' ? 'end' : 'beginning' };
}

/** The page that a fraction of a result of `total` entries asks for. */
export function fractionalPage({ MaxEntriesReturned, Numerator, Denominator }: FractionalView, total: number): Page {
  if (Denominator < 1 || Numerator < 0 || Numerator > Denominator) {
    throw ewsRefusal('ErrorInvalidFractionalPagingParameters', { detail: `${Numerator}/${Denominator}` });
  }
  return { offset: Math.floor((total * Numerator) / Denominator), count: pageSize(MaxEntriesReturned), from: 'beginning' };
}

/** How many entries a page has that begins where a condition is met. */
export function seekCount({ MaxEntriesReturned }: { readonly MaxEntriesReturned?: number | undefined }): number {
  return pageSize(MaxEntriesReturned);
}

function pageSize(asked: number | undefined): number {
  if (asked !== undefined && asked < 1) throw ewsRefusal('ErrorInvalidPagingMaxRows', { detail: `MaxEntriesReturned ${asked}` });
  return Math.min(asked ?? mostEntries, mostEntries);
}

/** Where a page stands in its view, as the answer's attributes. */
export function pagingOf(page: Paged<unknown>, isFractional: boolean): Record<string, number | boolean> {
  const position = isFractional
    ? { NumeratorOffset: page.nextOffset, AbsoluteDenominator: page.total }
    : { IndexedPagingOffset: page.nextOffset };
  return { ...position, TotalItemsInView: page.total, IncludesLastItemInRange: page.last };
}

/**
 * Counts what one answer holds. The counter takes the entries of a folder; it refuses with ErrorExceededFindCountLimit
 * once the answer is full.
 */
export function findBudget(): (entries: number) => void {
  let found = 0;
  return (entries) => {
    found += entries;
    if (found > mostFound) throw ewsRefusal('ErrorExceededFindCountLimit', { detail: `more than ${mostFound} entries` });
  };
}
