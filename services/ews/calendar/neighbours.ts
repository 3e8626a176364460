import { type CalendarEvent, calendarEvents } from '../../../shared/domain/calendar/calendar-events.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** What lies at the same time as an appointment, and what ends as it begins or begins as it ends. */
export interface Neighbours {
  readonly conflicting: readonly CalendarEvent[];
  readonly adjacent: readonly CalendarEvent[];
}

/**
 * The neighbours of an appointment in the default calendar of its mailbox (Microsoft's page "ConflictingMeetingCount"); of a
 * series those of its first occurrence, which is inferred. Undefined where there are more than free/busy shows, and for
 * those who may read that folder alone.
 */
export async function neighboursOf(call: EwsCall, mailbox: OpenMailbox, row: ItemRow): Promise<Neighbours | undefined> {
  const start = itemProperty(row, named.appointmentStartWhole);
  const end = itemProperty(row, named.appointmentEndWhole);
  if (typeof start !== 'number' || typeof end !== 'number' || mailbox.isShared) return undefined;
  try {
    const near = await calendarEvents(call.context.store.read, mailbox.guid, { start: start - 1, end: end + 1 });
    const others = near.filter(({ item }) => item !== row.counter);
    const conflicts = (event: CalendarEvent): boolean => event.start < end && event.end > start;
    return {
      conflicting: others.filter(conflicts),
      adjacent: others.filter((event) => !conflicts(event) && (event.end === start || event.start === end)),
    };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'too-many-events') return undefined;
    throw error;
  }
}
