import type { Instant } from '../../kernel/clock.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue } from '../../kernel/mapi.ts';
import { nextOccurrence } from './recurrence/next-occurrence.ts';
import type { Occurrence } from './recurrence/series.ts';
import { seriesKeys, seriesOf } from './recurrence/series-properties.ts';

/** Reads properties of an item. */
type Properties = (key: PropertyKey) => PropertyValue | undefined;

/** What an item reminds of: an appointment, the one occurrence of a series whose turn it is, or a task. */
export interface Reminder {
  /** When it is due. */
  readonly signal: Instant;
  /** Absent where a task has no such day. */
  readonly start: Instant | undefined;
  readonly end: Instant | undefined;
  /** Of a series. */
  readonly occurrence?: Occurrence;
}

/** What {@link reminderOf} and {@link dismissed} read. */
export const reminderKeys: readonly PropertyKey[] = [
  named.reminderSet,
  named.reminderSignalTime,
  named.reminderTime,
  named.reminderMinutes,
  named.appointmentStartWhole,
  named.appointmentEndWhole,
  named.recurring,
  ...seriesKeys,
  named.taskStartDate,
  named.taskDueDate,
  named.taskRecurs,
];

const minuteMs = 60_000;

/**
 * What an item reminds of; undefined where it does not, or no more. A series has one signal time (MS-OXORMDR 2.2.1.2), and
 * PidLidReminderTime tells of which occurrence; where neither is there, it is the first that is not over.
 *
 * @param kind `task`: whatever is no appointment; its signal time is its own
 */
export function reminderOf(read: Properties, kind: 'appointment' | 'task', instant: Instant): Reminder | undefined {
  if (read(named.reminderSet) !== true) return undefined;
  if (kind === 'task') {
    const signal = instantOf(read(named.reminderSignalTime)) ?? instantOf(read(named.reminderTime));
    const [start, end] = [instantOf(read(named.taskStartDate)), instantOf(read(named.taskDueDate))];
    return signal === undefined ? undefined : { signal, start, end };
  }
  const set = instantOf(read(named.reminderSignalTime));
  const occurrence = read(named.recurring) === true ? occurrenceOf(read, set, instant) : undefined;
  if (occurrence === 'none') return undefined;
  const start = occurrence?.start ?? instantOf(read(named.appointmentStartWhole));
  const end = occurrence?.end ?? instantOf(read(named.appointmentEndWhole));
  if (start === undefined || end === undefined) return undefined;
  return { signal: set ?? start - leadMs(read), start, end, ...(occurrence === undefined ? {} : { occurrence }) };
}

/** Whose turn it is in a series; undefined where the series cannot be read, and shows its first occurrence. */
function occurrenceOf(read: Properties, signal: Instant | undefined, instant: Instant): Occurrence | 'none' | undefined {
  const found = seriesOf(read);
  if (found === undefined) return undefined;
  const next = (from: Instant, isWanted = reminds): Occurrence | undefined => nextOccurrence(found.series, found.zone, from, isWanted);
  const due = instantOf(read(named.reminderTime));
  if (due !== undefined) {
    const exactly = next(due);
    if (exactly?.start === due) return exactly;
  }
  if (signal !== undefined) return next(signal + leadMs(read)) ?? 'none';
  return next(instant - longestMs, (one) => one.end > instant && reminds(one)) ?? 'none';
}

/** So far back an occurrence that still goes on is looked for: a week. A bound of ours. */
const longestMs = 7 * 86_400_000;

function reminds({ exception }: Occurrence): boolean {
  return exception?.isReminderSet !== false;
}

/**
 * The properties of an item whose reminder was dismissed: it reminds no more, a series of its next occurrence, and of a
 * recurring task the next one will (PidLidTaskResetReminder, MS-OXOTASK 2.2.2.2.6).
 */
export function dismissed(read: Properties, { occurrence }: Reminder): PropertyBag {
  if (occurrence === undefined) {
    return { [named.reminderSet]: false, ...(read(named.taskRecurs) === true ? { [named.taskResetReminder]: true } : {}) };
  }
  const next = occurrenceAfter(read, occurrence);
  if (next === undefined) return { [named.reminderSet]: false };
  return { [named.reminderTime]: next.start, [named.reminderSignalTime]: next.start - leadMs(read) };
}

/**
 * The properties of an item whose reminder is to come again at another time; undefined where that is not later, which
 * changes nothing. Past the reminder of the next occurrence it is dismissed (Microsoft's page "PerformReminderAction").
 */
export function snoozed(read: Properties, reminder: Reminder, until: Instant): PropertyBag | undefined {
  const { signal, occurrence } = reminder;
  if (until <= signal) return undefined;
  if (occurrence === undefined) return { [named.reminderSignalTime]: until };
  const next = occurrenceAfter(read, occurrence);
  if (next !== undefined && until >= next.start - leadMs(read)) return dismissed(read, reminder);
  return { [named.reminderTime]: occurrence.start, [named.reminderSignalTime]: until };
}

function occurrenceAfter(read: Properties, { start }: Occurrence): Occurrence | undefined {
  const found = seriesOf(read);
  return found && nextOccurrence(found.series, found.zone, start + 1, reminds);
}

/** How long before its start an appointment reminds. */
function leadMs(read: Properties): number {
  const minutes = read(named.reminderMinutes);
  return typeof minutes === 'number' ? usualMinutes(minutes) * minuteMs : 0;
}

/** PidLidReminderDelta as it stands for the usual quarter of an hour (MS-OXORMDR 2.2.1.3). */
function usualMinutes(minutes: number): number {
  return minutes === 0x5ae9_80e1 ? 15 : minutes;
}

function instantOf(value: PropertyValue | undefined): Instant | undefined {
  return typeof value === 'number' ? value : undefined;
}
