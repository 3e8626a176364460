import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyKey, type PropertyValue } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { itemProperty } from '../mailbox/property-reader.ts';
import { calendarRefusal } from './errors.ts';
import { type BusyPeriod, busyStatuses, type Period } from './free-busy.ts';
import { type Occurrence, occurrences } from './recurrence/series.ts';
import { seriesOf } from './recurrence/series-properties.ts';

/** An appointment as free/busy shows it. */
export interface CalendarEvent extends BusyPeriod {
  /** Object counters of the appointment and its folder. */
  readonly item: number;
  readonly folder: number;
  readonly subject: string;
  readonly location: string;
  readonly isMeeting: boolean;
  readonly isRecurring: boolean;
  /** It is one of a series and not as the others. */
  readonly isException: boolean;
  readonly isReminderSet: boolean;
  readonly isPrivate: boolean;
  /** What all copies of a meeting have in common, in base64 (MS-OXOCAL 2.2.1.27). */
  readonly globalObjectId: string | undefined;
}

/** Most events that are shown of one calendar (reference ews.md 5.4, LID 54796). */
export const mostEvents = 1_000;
/** No appointment lasts longer: Exchange refuses more with ErrorCalendarDurationIsTooLong. It bounds the part of the index that is read. */
const longestAppointmentMs = 5 * 366 * 86_400_000;

/** The last day of a series begins at midnight on somebody's clocks. */
const clipSpareMs = 2 * 86_400_000;
/** So many series are read at once. */
const seriesSlice = 200;

interface Window {
  readonly mailbox: string;
  readonly earliest: number;
  readonly start: number;
  readonly end: number;
}
type SeriesWindow = Omit<Window, 'earliest'> & { readonly clip: number; readonly after: number; readonly limit: number };

const columns = [
  'counter',
  'folder',
  'change_number',
  'class',
  'subject',
  'starts',
  'ends',
  'recurring',
  'sensitivity',
  'bag',
] as const satisfies readonly (keyof ItemRow)[];

const singlesWithin = prepared((db, p: Window & { readonly limit: number }) =>
  within(db, p).select(columns).orderBy('starts').orderBy('counter').limit(p.limit),
);
const countWithin = prepared((db, p: Window) => within(db, p).select((of) => of.fn.countAll<number>().as('count')));

function inCalendar(db: Executor, { mailbox }: { readonly mailbox: string }) {
  const folder = db.selectFrom('folder').select('counter').where('mailbox', '=', mailbox).where('role', '=', 'calendar');
  return db.selectFrom('item').where('mailbox', '=', mailbox).where('folder', '=', folder).where('associated', '=', 0);
}

function within(db: Executor, p: Window) {
  return inCalendar(db, p)
    .where((of) => of.or([of('recurring', 'is', null), of('recurring', '=', 0)]))
    .where('starts', '>=', p.earliest)
    .where('starts', '<', p.end)
    .where('ends', '>', p.start);
}

// The index is for `recurring = 1` written out, which a parameter is not.
const seriesAlive = prepared((db, p: SeriesWindow) =>
  inCalendar(db, p)
    .where((of) => of('recurring', '=', of.lit(1)))
    .where('counter', '>', p.after)
    .where('starts', '<', p.end)
    .where((of) =>
      of.or([
        of('ends', '>', p.start),
        of('clip_end', 'is', null),
        of(of('clip_end', '+', of('ends', '-', of.ref('starts'))), '>', p.clip),
      ]),
    )
    .select(columns)
    .orderBy('counter')
    .limit(p.limit),
);

/**
 * What lies in a mailbox's calendar in a window, even if only in part, in the order of its start: appointments and the
 * occurrences of series. A series that cannot be read shows its first occurrence. Refuses with `too-many-events`, whose
 * detail is how many there are.
 */
export async function calendarEvents(executor: Executor, mailbox: Guid, { start, end }: Period): Promise<readonly CalendarEvent[]> {
  const window = { mailbox, earliest: start - longestAppointmentMs, start, end };
  const rows: ItemRow[] = await singlesWithin.all(executor, { ...window, limit: mostEvents + 1 });
  const events = rows.map((row) => eventOf(row));
  let recurring = 0;
  for await (const event of seriesEvents(executor, mailbox, { start, end })) {
    recurring += 1;
    if (events.length <= mostEvents) events.push(event);
  }
  if (events.length > mostEvents) {
    const singles = await countWithin.first(executor, window);
    throw calendarRefusal('too-many-events', String(Number(singles?.count ?? rows.length) + recurring));
  }
  return recurring === 0 ? events : events.sort((left, right) => left.start - right.start || left.item - right.item);
}

async function* seriesEvents(executor: Executor, mailbox: Guid, window: Period): AsyncGenerator<CalendarEvent> {
  const asked = { mailbox, ...window, clip: window.start - clipSpareMs, limit: seriesSlice };
  for (let after = 0; ; ) {
    const rows: ItemRow[] = await seriesAlive.all(executor, { ...asked, after });
    for (const row of rows) yield* occurrencesOf(row, window);
    const last = rows.at(-1);
    if (last === undefined || rows.length < seriesSlice) return;
    after = last.counter;
    // SQLite never yields by itself.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function* occurrencesOf(row: ItemRow, window: Period): Generator<CalendarEvent> {
  const found = seriesOf((key) => itemProperty(row, key));
  if (found !== undefined) {
    for (const occurrence of occurrences(found.series, found.zone, window)) yield eventOf(row, occurrence);
  } else if (Number(row.starts) < window.end && Number(row.ends) > window.start) yield eventOf(row);
}

// Bits of PidLidAppointmentStateFlags, MS-OXOCAL 2.2.1.10.
const meeting = 0x1;
/** PidTagSensitivity of private items, MS-OXCMSG 2.2.1.13. */
const privateSensitivity = 2;

function eventOf(row: ItemRow, occurrence?: Occurrence): CalendarEvent {
  const property = (key: PropertyKey): PropertyValue | undefined => itemProperty(row, key);
  const text = (key: PropertyKey): string | undefined => {
    const value = property(key);
    return typeof value === 'string' ? value : undefined;
  };
  const status = property(named.busyStatus);
  const exception = occurrence?.exception;
  return {
    item: row.counter,
    folder: row.folder,
    start: occurrence?.start ?? (row.starts as Instant),
    end: occurrence?.end ?? (row.ends as Instant),
    // Whoever enters an appointment without a word about it is busy.
    status: exception?.status ?? (typeof status === 'number' ? busyStatuses[status] : undefined) ?? 'busy',
    subject: exception?.subject ?? row.subject ?? '',
    location: exception?.location ?? text(named.location) ?? '',
    isMeeting: (Number(property(named.appointmentStateFlags) ?? 0) & meeting) !== 0,
    isRecurring: property(named.recurring) === true,
    isException: exception !== undefined,
    isReminderSet: exception?.isReminderSet ?? property(named.reminderSet) === true,
    isPrivate: row.sensitivity === privateSensitivity,
    globalObjectId: text(named.globalObjectId),
  };
}
