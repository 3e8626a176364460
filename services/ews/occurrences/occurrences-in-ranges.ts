import { type OccurrenceItem, occurrenceItem } from '../../../shared/domain/calendar/occurrence-row.ts';
import { exceptionOccurrence, type Occurrence, occurrences, patternTimes } from '../../../shared/domain/calendar/recurrence/series.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { longestViewMs } from '../views/calendar-view.ts';
import type { ItemTarget } from './named-item.ts';
import { exceptionMessagesOf, requireSeries } from './occurrence-of.ts';

type Ranges = NonNullable<Extract<ItemTarget, { is: 'RecurringMasterItemIdRanges' }>['value']['Ranges']>;
type Range = Ranges['Range'][number];

/** Occurrences of one target at most, as entries of a view. */
const mostOccurrences = 1_000;

/**
 * The occurrences of a series that lie in some ranges, each of them once, by their start. A range begins with the series where it
 * does not say when, and is two years long at most; with CompareOriginalStartTime an exception lies where it would have
 * been. The page "Range" says no more: all of this is inferred.
 */
export async function occurrencesInRanges(
  executor: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  { Range: ranges }: Ranges,
): Promise<readonly OccurrenceItem[]> {
  const known = requireSeries(row);
  const found = new Map<number, Occurrence>();
  for (const range of ranges) {
    for (const occurrence of inRange(known, range)) found.set(occurrence.day, occurrence);
    if (found.size > mostOccurrences)
      throw ewsRefusal('ErrorExceededFindCountLimit', { detail: `more than ${mostOccurrences} occurrences` });
  }
  const messages = await exceptionMessagesOf(executor, mailbox, row, known);
  return [...found.values()]
    .toSorted((left, right) => left.start - right.start)
    .map((occurrence) => occurrenceItem(row, known, occurrence, messages));
}

function inRange(
  { series, zone }: ReturnType<typeof requireSeries>,
  { Start, End, Count, CompareOriginalStartTime }: Range,
): readonly Occurrence[] {
  const start = Start ?? patternTimes(series, zone, series.pattern.start).start;
  const end = End ?? start + longestViewMs;
  if (end < start) throw ewsRefusal('ErrorCalendarEndDateIsEarlierThanStartDate');
  if (end - start > longestViewMs) throw ewsRefusal('ErrorCalendarViewRangeTooBig');
  const window = { start: start - 1, end };
  const all = CompareOriginalStartTime === true ? byOriginalStart(series, zone, window) : [...occurrences(series, zone, window)];
  return all.toSorted((left, right) => left.start - right.start).slice(0, Math.max(0, Count ?? all.length));
}

function byOriginalStart(
  series: Parameters<typeof occurrences>[0],
  zone: Parameters<typeof occurrences>[1],
  window: Parameters<typeof occurrences>[2],
): readonly Occurrence[] {
  const exceptions = new Map(series.exceptions.map((one) => exceptionOccurrence(zone, one)).map((one) => [one.day, one]));
  return [...occurrences({ ...series, exceptions: [] }, zone, window)].map((one) => exceptions.get(one.day) ?? one);
}
