import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyKey, type PropertyValue } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { getFolderByRole } from '../mailbox/folders.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { isPrivateItem } from '../mailbox/private-items.ts';
import { itemProperty } from '../mailbox/property-reader.ts';
import { countSingles, readSeriesRows, readSingles } from './calendar-rows.ts';
import { calendarRefusal } from './errors.ts';
import { type BusyPeriod, busyStatuses, type Period } from './free-busy.ts';
import { seriesOfRow } from './occurrence-row.ts';
import type { Day } from './recurrence/pattern.ts';
import { type Occurrence, occurrences } from './recurrence/series.ts';

/** An appointment as free/busy shows it. */
export interface CalendarEvent extends BusyPeriod {
  /** Object counters of the appointment and its folder. */
  readonly item: number;
  readonly folder: number;
  readonly subject: string;
  readonly location: string;
  readonly isMeeting: boolean;
  readonly isRecurring: boolean;
  /** The day of the pattern that an occurrence stands for. */
  readonly day?: Day;
  /** It is one of a series and not as the others. */
  readonly isException: boolean;
  readonly isReminderSet: boolean;
  readonly isPrivate: boolean;
  /** What all copies of a meeting have in common, in base64 (MS-OXOCAL 2.2.1.27). */
  readonly globalObjectId: string | undefined;
}

/** Most events that are shown of one calendar ("Resolve free/busy errors", LID 54796). */
export const mostEvents = 1_000;
/** No appointment lasts longer: Exchange refuses more with ErrorCalendarDurationIsTooLong. */
export const longestAppointmentMs = 5 * 366 * 86_400_000;

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

/**
 * What lies in a mailbox's calendar in a window, even if only in part, in the order of its start: appointments and the
 * occurrences of series. A series that cannot be read shows its first occurrence. Refuses with `too-many-events`, whose
 * detail is how many there are.
 *
 * @param known the calendar, where it has been read already
 */
export async function calendarEvents(
  executor: Executor,
  mailbox: Guid,
  { start, end }: Period,
  known?: Pick<FolderRow, 'counter'>,
): Promise<readonly CalendarEvent[]> {
  const folder = known ?? (await getFolderByRole(executor, mailbox, 'calendar'));
  if (folder === undefined) return [];
  const calendar = { mailbox, folder: folder.counter };
  const window = { earliest: start - longestAppointmentMs, start, end };
  const rows = await readSingles(executor, calendar, window, columns, mostEvents + 1);
  const events = rows.map((row) => eventOf(row));
  let recurring = 0;
  for await (const row of readSeriesRows(executor, calendar, window, columns))
    for (const event of occurrencesOf(row, window)) {
      recurring += 1;
      if (events.length <= mostEvents) events.push(event);
    }
  if (events.length > mostEvents) {
    const singles = await countSingles(executor, calendar, window);
    throw calendarRefusal('too-many-events', String(singles + recurring));
  }
  return recurring === 0 ? events : events.sort((left, right) => left.start - right.start || left.item - right.item);
}

function* occurrencesOf(row: ItemRow, window: Period): Generator<CalendarEvent> {
  const found = seriesOfRow(row);
  if (found !== undefined) {
    for (const occurrence of occurrences(found.series, found.zone, window)) yield eventOf(row, occurrence);
  } else if (Number(row.starts) < window.end && Number(row.ends) > window.start) yield eventOf(row);
}

// Bits of PidLidAppointmentStateFlags, MS-OXOCAL 2.2.1.10.
const meeting = 0x1;

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
    ...(occurrence === undefined ? {} : { day: occurrence.day }),
    isReminderSet: exception?.isReminderSet ?? property(named.reminderSet) === true,
    isPrivate: isPrivateItem(row),
    globalObjectId: text(named.globalObjectId),
  };
}
