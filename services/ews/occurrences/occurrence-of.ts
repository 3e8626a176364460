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
  const known = knownSeries(row, which);
  const occurrence = find(known, row, which);
  const { exceptions } = known.series;
  const messages =
    exceptions.length === 0 ? [] : ((await getExceptionMessages(executor, mailbox.guid, [row.counter])).get(row.counter) ?? []);
  return { known, occurrence, messages, item: occurrenceItem(row, known, occurrence, messages) };
}

/** The series that a row is. Refuses with ErrorCalendarCannotUseIdForRecurringMasterId what is none, and a recurrence that cannot be read. */
function knownSeries(row: ItemRow, which: NamedOccurrence): KnownSeries {
  if (itemElementOf(row.class) !== 'CalendarItem' || itemProperty(row, named.recurring) !== true)
    throw which.is === 'index'
      ? ewsRefusal('ErrorCalendarCannotUseIdForRecurringMasterId', { detail: `item ${row.counter} is no series` })
      : gone(row, which);
  const known = seriesOfRow(row);
  if (known === undefined) throw ewsRefusal('ErrorCalendarInvalidPropertyState', { detail: `the recurrence of item ${row.counter}` });
  return known;
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
