import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { type PreparedQuery, prepared } from '../../store/prepared.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { privateSensitivity } from '../mailbox/private-items.ts';
import type { ItemColumnName } from '../mailbox/property-reader.ts';
import type { Period } from './free-busy.ts';

/** A calendar. */
export interface CalendarFolder {
  readonly mailbox: Guid;
  readonly folder: number;
}

/** What is asked of the appointments that are no series. */
export interface SinglesWindow extends Period {
  /** None that begins before this is looked for: it bounds the part of the index that is read. */
  readonly earliest: number;
  /** Private ones are not looked for either. */
  readonly withoutPrivate?: boolean;
}

type Columns = readonly ItemColumnName[] | 'all';
type Singles = CalendarFolder & Omit<SinglesWindow, 'withoutPrivate'> & { readonly hidden: number };
type SeriesWindow = CalendarFolder & Period & { readonly latest: number; readonly clip: number; readonly after: number };

/** The last day of a series begins at midnight on somebody's clocks. */
const clipSpareMs = 2 * 86_400_000;
/** Its first occurrence may have been moved ahead of its start so far, and is found all the same. A figure of ours. */
const movedAheadMs = 62 * 86_400_000;
/** So many series are read at once. */
const seriesSlice = 200;

function inCalendar(db: Executor, { mailbox, folder }: CalendarFolder) {
  return db.selectFrom('item').where('mailbox', '=', mailbox).where('folder', '=', folder).where('associated', '=', 0);
}

function within(db: Executor, p: Singles) {
  return inCalendar(db, p)
    .where((of) => of.or([of('recurring', 'is', null), of('recurring', '=', of.lit(0))]))
    .where('starts', '>=', p.earliest)
    .where('starts', '<', p.end)
    .where('ends', '>', p.start)
    .where('sensitivity', '!=', p.hidden);
}

function singlesOf(calendar: CalendarFolder, { withoutPrivate = false, ...window }: SinglesWindow): Singles {
  return { ...calendar, ...window, hidden: withoutPrivate ? privateSensitivity : -1 };
}

const singlesQueries = new Map<string, PreparedQuery<Singles & { readonly limit: number }, ItemRow>>();
const seriesQueries = new Map<string, PreparedQuery<SeriesWindow, ItemRow>>();
const keptQueries = 100;

const countQuery = prepared((db, p: Singles) => within(db, p).select((of) => of.fn.countAll<number>().as('count')));

/** The first appointments that are no series and lie in a window, even if only in part, in the order of their start. */
export function readSingles(
  executor: Executor,
  calendar: CalendarFolder,
  window: SinglesWindow,
  columns: Columns,
  limit: number,
): Promise<ItemRow[]> {
  const query = kept(singlesQueries, columns, () =>
    prepared((db, p: Singles & { readonly limit: number }) => {
      const found = within(db, p).orderBy('starts').orderBy('counter').limit(p.limit);
      return (columns === 'all' ? found.selectAll() : found.select(columns)) as ReturnType<typeof found.selectAll>;
    }),
  );
  return query.all(executor, { ...singlesOf(calendar, window), limit });
}

/** How many such appointments there are. */
export async function countSingles(executor: Executor, calendar: CalendarFolder, window: SinglesWindow): Promise<number> {
  return Number((await countQuery.first(executor, singlesOf(calendar, window)))?.count ?? 0);
}

/** The series that may have something take place in a window, in the order of their counters; others have their turn in between. */
export async function* readSeriesRows(
  executor: Executor,
  calendar: CalendarFolder,
  { start, end }: Period,
  columns: Columns,
): AsyncGenerator<ItemRow> {
  const query = kept(seriesQueries, columns, () =>
    prepared((db, p: SeriesWindow) => {
      const found = seriesAlive(db, p).orderBy('counter').limit(seriesSlice);
      return (columns === 'all' ? found.selectAll() : found.select(columns)) as ReturnType<typeof found.selectAll>;
    }),
  );
  const asked = { ...calendar, start, end, latest: end + movedAheadMs, clip: start - clipSpareMs };
  for (let after = 0; ; ) {
    const rows: ItemRow[] = await query.all(executor, { ...asked, after });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < seriesSlice) return;
    after = last.counter;
    // SQLite never yields by itself.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// The index is for `recurring = 1` written out, which a parameter is not.
function seriesAlive(db: Executor, p: SeriesWindow) {
  return inCalendar(db, p)
    .where((of) => of('recurring', '=', of.lit(1)))
    .where('counter', '>', p.after)
    .where('starts', '<', p.latest)
    .where((of) =>
      of.or([
        of('ends', '>', p.start),
        of('clip_end', 'is', null),
        of(of('clip_end', '+', of('ends', '-', of.ref('starts'))), '>', p.clip),
      ]),
    );
}

function kept<Query>(queries: Map<string, Query>, columns: Columns, make: () => Query): Query {
  const key = String(columns);
  const known = queries.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (queries.size >= keptQueries) queries.clear();
  queries.set(key, made);
  return made;
}
