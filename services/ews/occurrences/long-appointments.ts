import type { CalendarFolder } from '../../../shared/domain/calendar/calendar-rows.ts';
import { longSince } from '../../../shared/domain/calendar/calendar-view.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** Counters that are remembered of a calendar; where there are more, looking for them costs no more than naming them. */
const mostRemembered = 1_000;

interface Known {
  readonly counters: readonly number[] | 'many';
  /** Changes of the folder up to this one have been looked at. */
  readonly change: number;
}

// A mailbox whose content is replaced has another store, and its numbers begin again.
const known = new WeakMap<OpenMailbox['store'], Map<number, Known>>();

/**
 * The appointments of a calendar that last so long that they are not found by their start. Only what has changed since the
 * last time is looked at; who is no longer among them, or was deleted, stays in the list and is not found by it.
 */
export async function longAppointments(executor: Executor, mailbox: OpenMailbox, folder: number): Promise<Known['counters']> {
  const calendars = known.get(mailbox.store) ?? new Map<number, Known>();
  known.set(mailbox.store, calendars);
  const before = calendars.get(folder) ?? { counters: [], change: 0 };
  if (before.counters === 'many') return 'many';
  const calendar: CalendarFolder = { mailbox: mailbox.guid, folder };
  const { counters, change } = await longSince(executor, calendar, before.change, mostRemembered);
  const all = [...new Set([...before.counters, ...counters])];
  const now: Known = { counters: all.length > mostRemembered ? 'many' : all, change };
  calendars.set(folder, now);
  return now.counters;
}
