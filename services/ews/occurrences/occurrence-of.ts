import { type KnownSeries, type OccurrenceItem, occurrenceItem, seriesOfRow } from '../../../shared/domain/calendar/occurrence-row.ts';
import { occurrenceDay } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { type Occurrence, occurrenceOn } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesKeys } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { type AttachmentRow, getExceptionMessages } from '../../../shared/domain/mailbox/items.ts';
import { type ItemNeed, itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { NamedOccurrence } from './named-item.ts';

/** The same need, and what must be read of a series to show its occurrences. */
export function withSeries(need: ItemNeed): ItemNeed {
  return need.properties === 'all' ? need : { ...need, properties: [...need.properties, named.recurring, ...seriesKeys] };
}

/** An occurrence that was found in its series. */
export interface FoundOccurrence {
  readonly known: KnownSeries;
  readonly occurrence: Occurrence;
  /** Those of all exceptions of the series. */
  readonly messages: readonly AttachmentRow[];
  readonly item: OccurrenceItem;
}

/**
 * The occurrence that a request names, of a row read with {@link withSeries}. Refuses one by its index as documented, one by its id
 * with ErrorItemNotFound where the series has it no more.
 */
export async function occurrenceOf(
  executor: Executor,
  mailbox: OpenMailbox,
  row: ItemRow,
  which: NamedOccurrence,
): Promise<FoundOccurrence> {
  // An id that was an occurrence's once is that of nothing now.
  if (which.is === 'day' && !isSeries(row)) throw gone(row, which);
  const known = requireSeries(row);
  const occurrence = find(known, row, which);
  const messages = await exceptionMessagesOf(executor, mailbox, row, known);
  return { known, occurrence, messages, item: occurrenceItem(row, known, occurrence, messages) };
}

/** The messages of the exceptions of a series. */
export async function exceptionMessagesOf(
  executor: Executor,
  mailbox: OpenMailbox,
  { counter }: ItemRow,
  { series }: KnownSeries,
): Promise<readonly AttachmentRow[]> {
  if (series.exceptions.length === 0) return [];
  return (await getExceptionMessages(executor, mailbox.guid, [counter])).get(counter) ?? [];
}

/** The series that a row is. Refuses with ErrorCalendarCannotUseIdForRecurringMasterId what is none, and a recurrence that cannot be read. */
export function requireSeries(row: ItemRow): KnownSeries {
  if (!isSeries(row)) throw ewsRefusal('ErrorCalendarCannotUseIdForRecurringMasterId', { detail: `item ${row.counter} is no series` });
  const known = seriesOfRow(row);
  if (known === undefined) throw ewsRefusal('ErrorCalendarInvalidPropertyState', { detail: `the recurrence of item ${row.counter}` });
  return known;
}

function isSeries(row: ItemRow): boolean {
  return itemElementOf(row.class) === 'CalendarItem' && itemProperty(row, named.recurring) === true;
}

function find({ series, zone }: KnownSeries, row: ItemRow, which: NamedOccurrence): Occurrence {
  if (which.is === 'day') {
    const occurrence = occurrenceOn(series, zone, which.day);
    if (occurrence === undefined) throw gone(row, which);
    return occurrence;
  }
  const day = occurrenceDay(series.pattern, which.index);
  if (day === undefined) throw ewsRefusal('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange', { detail: `occurrence ${which.index}` });
  const occurrence = occurrenceOn(series, zone, day);
  if (occurrence === undefined) throw ewsRefusal('ErrorCalendarOccurrenceIsDeletedFromRecurrence', { detail: `occurrence ${which.index}` });
  return occurrence;
}

function gone({ counter }: ItemRow, which: NamedOccurrence): Error {
  return ewsRefusal('ErrorItemNotFound', { detail: `occurrence ${JSON.stringify(which)} of item ${counter}` });
}
