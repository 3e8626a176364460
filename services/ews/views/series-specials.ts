import { type KnownSeries, seriesOfRow } from '../../../shared/domain/calendar/occurrence-row.ts';
import {
  exceptionOccurrence,
  firstOccurrence,
  lastOccurrence,
  type Occurrence,
  patternTimes,
} from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesKeys } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import type { ItemSource, SpecialField } from './item-source.ts';

/** What a series and its occurrences show of each other. */
export const seriesSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  CalendarItemType: { needs: [named.recurring, named.isException], read: kindOf },
  OriginalStart: { read: ({ occurrence }) => occurrence?.originalStart },
  // With the UID it names the occurrence wherever the series is copied to, and sent.
  RecurrenceId: {
    needs: [named.isException, named.exceptionReplaceTime],
    read: ({ row, occurrence }) =>
      occurrence?.originalStart ?? (isSentAlone(row) ? itemProperty(row, named.exceptionReplaceTime) : undefined),
  },
  FirstOccurrence: ofSeries((source, { series, zone }) => info(source, { series, zone }, firstOccurrence(series, zone))),
  LastOccurrence: ofSeries((source, { series, zone }) => info(source, { series, zone }, lastOccurrence(series, zone))),
  ModifiedOccurrences: ofSeries((source, known) => {
    const infos = known.series.exceptions
      .map((exception) => info(source, known, exceptionOccurrence(known.zone, exception)))
      .filter((one) => one !== undefined)
      .toSorted((left, right) => left.OriginalStart - right.OriginalStart);
    return infos.length === 0 ? undefined : { Occurrence: infos };
  }),
  DeletedOccurrences: ofSeries((_source, { series, zone }) => {
    const starts = series.deleted.map((day) => ({ Start: patternTimes(series, zone, day).start }));
    return starts.length === 0 ? undefined : { DeletedOccurrence: starts };
  }),
};

/** One occurrence of a series that is elsewhere, or a message about one. */
function isSentAlone(row: ItemSource['row']): boolean {
  return itemProperty(row, named.isException) === true;
}

function kindOf({ row, occurrence }: ItemSource): string {
  if (occurrence !== undefined) return occurrence.isException ? 'Exception' : 'Occurrence';
  if (isSentAlone(row)) return 'Exception';
  return itemProperty(row, named.recurring) === true ? 'RecurringMaster' : 'Single';
}

/** What only a series in a folder has. */
function ofSeries(read: (source: ItemSource, known: KnownSeries) => unknown): SpecialField {
  return {
    needs: [named.recurring, ...seriesKeys],
    read(source) {
      const { row, occurrence, within } = source;
      if (occurrence !== undefined || within.length > 0 || itemProperty(row, named.recurring) !== true) return undefined;
      const known = seriesOfRow(row);
      return known === undefined ? undefined : read(source, known);
    },
  };
}

function info({ mailbox, row }: ItemSource, { series, zone }: KnownSeries, occurrence: Occurrence | undefined) {
  if (occurrence === undefined) return undefined;
  const { day, start, end } = occurrence;
  return {
    ItemId: {
      Id: mailbox.ids.occurrenceId(row.folder, row.counter, day),
      ChangeKey: mailbox.changeKey('CalendarItem', row.change_number),
    },
    Start: start,
    End: end,
    OriginalStart: patternTimes(series, zone, day).start,
  };
}
