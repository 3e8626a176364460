import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyKey, type PropertyValue } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemRow } from '../mailbox/item-columns.ts';
import { itemProperty } from '../mailbox/property-reader.ts';
import { calendarRefusal } from './errors.ts';
import { type BusyPeriod, busyStatuses, type Period } from './free-busy.ts';

/** An appointment as free/busy shows it. */
export interface CalendarEvent extends BusyPeriod {
  /** Object counters of the appointment and its folder. */
  readonly item: number;
  readonly folder: number;
  readonly subject: string;
  readonly location: string;
  readonly isMeeting: boolean;
  readonly isRecurring: boolean;
  readonly isReminderSet: boolean;
  readonly isPrivate: boolean;
}

/** Most events that are shown of one calendar (reference ews.md 5.4, LID 54796). */
export const mostEvents = 1_000;
/** No appointment lasts longer: Exchange refuses more with ErrorCalendarDurationIsTooLong. It bounds the part of the index that is read. */
const longestAppointmentMs = 5 * 366 * 86_400_000;

interface Window {
  readonly mailbox: string;
  readonly earliest: number;
  readonly start: number;
  readonly end: number;
}

const eventsWithin = prepared((db, p: Window & { readonly limit: number }) =>
  within(db, p)
    .select(['counter', 'folder', 'change_number', 'class', 'subject', 'starts', 'ends', 'sensitivity', 'bag'])
    .orderBy('starts')
    .orderBy('counter')
    .limit(p.limit),
);
const countWithin = prepared((db, p: Window) => within(db, p).select((of) => of.fn.countAll<number>().as('count')));

function within(db: Executor, p: Window) {
  return db
    .selectFrom('item')
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', db.selectFrom('folder').select('counter').where('mailbox', '=', p.mailbox).where('role', '=', 'calendar'))
    .where('associated', '=', 0)
    .where('starts', '>=', p.earliest)
    .where('starts', '<', p.end)
    .where('ends', '>', p.start);
}

/**
 * What lies in a mailbox's calendar in a window, even if only in part, in the order of its start. Of a series the first
 * occurrence counts and no other. Refuses with `too-many-events`, whose detail is how many there are.
 */
export async function calendarEvents(executor: Executor, mailbox: Guid, { start, end }: Period): Promise<readonly CalendarEvent[]> {
  const window = { mailbox, earliest: start - longestAppointmentMs, start, end };
  const rows: ItemRow[] = await eventsWithin.all(executor, { ...window, limit: mostEvents + 1 });
  if (rows.length <= mostEvents) return rows.map(eventOf);
  const counted = await countWithin.first(executor, window);
  throw calendarRefusal('too-many-events', String(counted?.count ?? rows.length));
}

// Bits of PidLidAppointmentStateFlags, MS-OXOCAL 2.2.1.10.
const meeting = 0x1;
/** PidTagSensitivity of private items, MS-OXCMSG 2.2.1.13. */
const privateSensitivity = 2;

function eventOf(row: ItemRow): CalendarEvent {
  const property = (key: PropertyKey): PropertyValue | undefined => itemProperty(row, key);
  const status = property(named.busyStatus);
  const location = property(named.location);
  return {
    item: row.counter,
    folder: row.folder,
    start: row.starts as Instant,
    end: row.ends as Instant,
    // Whoever enters an appointment without a word about it is busy.
    status: (typeof status === 'number' ? busyStatuses[status] : undefined) ?? 'busy',
    subject: row.subject ?? '',
    location: typeof location === 'string' ? location : '',
    isMeeting: (Number(property(named.appointmentStateFlags) ?? 0) & meeting) !== 0,
    isRecurring: property(named.recurring) === true,
    isReminderSet: property(named.reminderSet) === true,
    isPrivate: row.sensitivity === privateSensitivity,
  };
}
