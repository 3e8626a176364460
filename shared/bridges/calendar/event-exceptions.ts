import { busyStatuses } from '../../domain/calendar/free-busy.ts';
import type { Day } from '../../domain/calendar/recurrence/pattern.ts';
import { exceptionOccurrence, patternTimes, type Series, type SeriesException } from '../../domain/calendar/recurrence/series.ts';
import { type WallTime, wallTimeAt } from '../../domain/calendar/time-zone.ts';
import type { AttachmentDraft } from '../../domain/mailbox/draft.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { type ICalendarComponent, propertyOf } from '../../protocols/icalendar/component.ts';
import type { EventZone } from './calendar-zones.ts';
import { type EventTimes, eventTimes, placedTime, type TimeGround, wallIn } from './event-times.ts';

/** What an event says of itself; an occurrence that says something else is an exception of its series. */
export type EventProperties = (event: ICalendarComponent, times: EventTimes) => PropertyBag;

/** An occurrence that is not as its series. */
export interface ReadException {
  /** The day of the pattern that it stands for. */
  readonly day: Day;
  /** Absent where the occurrence is cancelled. */
  readonly exception?: Omit<SeriesException, 'original'>;
  /** What it says that the series says otherwise, but for times. */
  readonly changed?: PropertyBag;
}

const dayMs = 86_400_000;
/** The class of an exception's message (MS-OXOCAL 2.2.10.1.2). */
const messageClass = 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}';
const comparable: readonly PropertyKey[] = [
  tags.subject,
  tags.body,
  tags.bodyHtml,
  tags.importance,
  tags.sensitivity,
  named.location,
  named.keywords,
  named.contacts,
  named.busyStatus,
  named.appointmentSubType,
  named.reminderSet,
  named.reminderMinutes,
];

/** Reads an event with RECURRENCE-ID beside what its series says of itself (`base`); undefined for any other event. */
export function readException(
  event: ICalendarComponent,
  zone: EventZone,
  ground: TimeGround,
  base: PropertyBag,
  propertiesOfEvent: EventProperties,
): ReadException | undefined {
  const id = propertyOf(event, 'RECURRENCE-ID');
  if (id === undefined) return undefined;
  const day = Math.floor(wallIn(zone, placedTime(id, ground)) / dayMs);
  if (propertyOf(event, 'STATUS')?.value.trim().toUpperCase() === 'CANCELLED') return { day };
  const times = eventTimes(event, ground);
  const own = propertiesOfEvent(event, times);
  const changed = Object.fromEntries(
    comparable.flatMap((key): [PropertyKey, PropertyValue][] => {
      const value = own[key] ?? (key === tags.subject ? '' : undefined);
      return value === undefined || String(value) === String(base[key]) ? [] : [[key, value]];
    }),
  ) as PropertyBag;
  return { day, exception: { ...wallTimes(times, zone), ...overrides(changed) }, changed };
}

function wallTimes(
  { start, end, startWall, endWall, startZone }: EventTimes,
  zone: EventZone,
): { readonly start: WallTime; readonly end: WallTime } {
  const [begins, ends] = startZone.name === zone.name ? [startWall, endWall] : [wallTimeAt(zone.zone, start), wallTimeAt(zone.zone, end)];
  return { start: begins, end: Math.max(begins, ends) };
}

/** What of it the recurrence has a place for. */
function overrides(changed: PropertyBag): Partial<SeriesException> {
  const { [tags.subject]: subject, [named.location]: location, [named.reminderMinutes]: minutes } = changed;
  const [reminder, allDay, status] = [changed[named.reminderSet], changed[named.appointmentSubType], changed[named.busyStatus]];
  return {
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(typeof location === 'string' ? { location } : {}),
    ...(typeof status === 'number' ? { status: busyStatuses[status] ?? 'busy' } : {}),
    ...(typeof reminder === 'boolean' ? { isReminderSet: reminder } : {}),
    ...(typeof minutes === 'number' ? { reminderMinutes: minutes } : {}),
    ...(typeof allDay === 'boolean' ? { isAllDay: allDay } : {}),
    ...(changed[tags.body] === undefined && changed[tags.bodyHtml] === undefined ? {} : { hasBody: true }),
  };
}

/** The messages of a series' exceptions, its hidden attachments (MS-OXOCAL 2.2.10.1). */
export function exceptionMessages(series: Series, { zone }: EventZone, changes: ReadonlyMap<Day, PropertyBag>): readonly AttachmentDraft[] {
  return series.exceptions.map((exception) => {
    const day = Math.floor(exception.original / dayMs);
    const { start, end } = exceptionOccurrence(zone, exception);
    const properties = {
      ...changes.get(day),
      [named.appointmentStartWhole]: start,
      [named.appointmentEndWhole]: end,
      [named.exceptionReplaceTime]: patternTimes(series, zone, day).start,
    };
    const item = { class: messageClass, properties, recipients: [], attachments: [] };
    return { kind: 'item', name: 'Untitled', isInline: true, isException: true, item };
  });
}
