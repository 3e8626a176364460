import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { mailboxRefusal } from '../mailbox/errors.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { getExceptionMessages } from '../mailbox/items.ts';
import { isPrivateItem } from '../mailbox/private-items.ts';
import { type ItemColumnName, type ItemNeed, itemColumnsFor } from '../mailbox/property-reader.ts';
import { longestAppointmentMs } from './calendar-events.ts';
import { type CalendarFolder, countSingles, readSeriesRows, readSingles } from './calendar-rows.ts';
import type { Period } from './free-busy.ts';
import { type KnownSeries, type OccurrenceItem, occurrenceItem, seriesOfRow } from './occurrence-row.ts';
import { type Occurrence, occurrences } from './recurrence/series.ts';
import { seriesKeys } from './recurrence/series-properties.ts';

/** What is asked of a calendar. */
export interface CalendarAsked extends CalendarFolder {
  /** What touches it is shown, also what ends as it starts; not what starts as it ends. */
  readonly window: Period;
  /**
   * Appointments that last longer than {@link ordinaryMs}, by their counters, so that others need not be looked for far back;
   * `many` where it is better to look.
   */
  readonly long: readonly number[] | 'many';
  readonly need: ItemNeed;
  /** So many entries at most, the earliest. */
  readonly count: number;
  readonly withoutPrivate: boolean;
}

/** A row of a calendar as people see it: an appointment, or an occurrence of a series. */
export type CalendarEntry = Pick<OccurrenceItem, 'row'> & { readonly occurrence?: OccurrenceItem };

/** Appointments that do not last longer are found by their start. */
const ordinaryMs = 31 * 86_400_000;
/** Occurrences of series in a window at most: a bound of ours. */
const mostRecurring = 50_000;
const occurrencesPerTurn = 5_000;

interface Place {
  readonly start: number;
  readonly row: ItemRow;
  readonly known?: KnownSeries;
  readonly occurrence?: Occurrence;
}

/**
 * What a calendar shows in a window, in the order of its start: appointments, the occurrences of series, and instead of a
 * series that cannot be read its first occurrence. The cost is that of the window, whatever else the calendar holds. Refuses with
 * `query-too-large` where there is too much.
 */
export async function calendarView(
  executor: Executor,
  { mailbox, folder, window, long, need, count, withoutPrivate }: CalendarAsked,
): Promise<{ readonly entries: readonly CalendarEntry[]; readonly total: number }> {
  const calendar = { mailbox, folder };
  // Times are whole milliseconds: what ends as the window starts ends after the moment before.
  const asked = { start: window.start - 1, end: window.end };
  const near = { ...asked, earliest: asked.start - (long === 'many' ? longestAppointmentMs : ordinaryMs), withoutPrivate };
  const singles = await readSingles(executor, calendar, near, columnsFor(need), count);
  const rest = singles.length < count ? 0 : (await countSingles(executor, calendar, near)) - singles.length;
  const others = long === 'many' ? [] : (await readLong(executor, calendar, asked, long, need)).map(placeOf);
  for await (const place of seriesPlaces(executor, calendar, asked, need)) {
    if (others.length === mostRecurring) throw mailboxRefusal('query-too-large', `more than ${mostRecurring} occurrences`);
    others.push(place);
  }
  const places = [...singles.map(placeOf), ...(withoutPrivate ? others.filter(({ row }) => !isPrivateItem(row)) : others)];
  places.sort((left, right) => left.start - right.start || left.row.counter - right.row.counter);
  return { entries: await entriesOf(executor, mailbox, places.slice(0, count)), total: places.length + rest };
}

function columnsFor(need: ItemNeed): readonly ItemColumnName[] | 'all' {
  const columns = itemColumnsFor(need);
  return columns === 'all' ? columns : [...new Set([...columns, ...alwaysRead])];
}

const alwaysRead = ['starts', 'ends', 'recurring', 'sensitivity'] as const satisfies readonly ItemColumnName[];

function placeOf(row: ItemRow): Place {
  return { start: Number(row.starts), row };
}

async function readLong(
  executor: Executor,
  { mailbox, folder }: CalendarFolder,
  { start, end }: Period,
  long: readonly number[],
  need: ItemNeed,
): Promise<readonly ItemRow[]> {
  if (long.length === 0) return [];
  const query = executor
    .selectFrom('item')
    .where('mailbox', '=', mailbox)
    .where('counter', 'in', long)
    .where('folder', '=', folder)
    .where('associated', '=', 0)
    .where((of) => of.or([of('recurring', 'is', null), of('recurring', '=', of.lit(0))]))
    .where('starts', '<', start - ordinaryMs)
    .where('starts', '<', end)
    .where('ends', '>', start);
  const columns = columnsFor(need);
  return (await (columns === 'all' ? query.selectAll() : query.select(columns)).execute()) as ItemRow[];
}

async function* seriesPlaces(executor: Executor, calendar: CalendarFolder, window: Period, need: ItemNeed): AsyncGenerator<Place> {
  const whole: ItemNeed = need.properties === 'all' ? need : { ...need, properties: [...need.properties, ...seriesKeys] };
  let found = 0;
  for await (const row of readSeriesRows(executor, calendar, window, columnsFor(whole))) {
    const known = seriesOfRow(row);
    if (known === undefined) {
      if (Number(row.starts) < window.end && Number(row.ends) > window.start) yield placeOf(row);
      continue;
    }
    for (const occurrence of occurrences(known.series, known.zone, window)) {
      yield { start: occurrence.start, row, known, occurrence };
      found += 1;
      if (found % occurrencesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function entriesOf(executor: Executor, mailbox: Guid, places: readonly Place[]): Promise<readonly CalendarEntry[]> {
  const changed = new Set(places.filter(({ occurrence }) => occurrence?.exception !== undefined).map(({ row }) => row.counter));
  const messages = changed.size === 0 ? undefined : await getExceptionMessages(executor, mailbox, [...changed]);
  return places.map(({ row, known, occurrence }) => {
    if (known === undefined || occurrence === undefined) return { row };
    const item = occurrenceItem(row, known, occurrence, messages?.get(row.counter));
    return { row: item.row, occurrence: item };
  });
}

/**
 * Items of a calendar that changed after `change` and last longer than {@link ordinaryMs}, by their counters, `most` at most and one
 * more; and the last change of the folder.
 */
export async function longSince(
  executor: Executor,
  { mailbox, folder }: CalendarFolder,
  change: number,
  most: number,
): Promise<{ readonly counters: readonly number[]; readonly change: number }> {
  const since = executor.selectFrom('item').where('mailbox', '=', mailbox).where('folder', '=', folder).where('change_number', '>', change);
  const newest = await since.select((of) => of.fn.max('change_number').as('change')).executeTakeFirst();
  if (newest === undefined || newest.change === null) return { counters: [], change };
  const rows = await since
    .where((of) => of(of('ends', '-', of.ref('starts')), '>', ordinaryMs))
    .select('counter')
    .limit(most + 1)
    .execute();
  return { counters: rows.map(({ counter }) => counter), change: Number(newest.change) };
}
