import { exceptionMessage, exceptionOverrides, exceptionTimes } from '../../domain/calendar/exception-properties.ts';
import type { Day } from '../../domain/calendar/recurrence/pattern.ts';
import type { Series, SeriesException } from '../../domain/calendar/recurrence/series.ts';
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
  return { day, exception: { ...wallTimes(times, zone), ...exceptionOverrides(changed) }, changed };
}

function wallTimes(
  { start, end, startWall, endWall, startZone }: EventTimes,
  zone: EventZone,
): { readonly start: WallTime; readonly end: WallTime } {
  const [begins, ends] = startZone.name === zone.name ? [startWall, endWall] : [wallTimeAt(zone.zone, start), wallTimeAt(zone.zone, end)];
  return { start: begins, end: Math.max(begins, ends) };
}

/** The messages of a series' exceptions, its hidden attachments (MS-OXOCAL 2.2.10.1). */
export function exceptionMessages(series: Series, { zone }: EventZone, changes: ReadonlyMap<Day, PropertyBag>): readonly AttachmentDraft[] {
  return series.exceptions.map((exception) => {
    const day = Math.floor(exception.original / dayMs);
    return exceptionMessage({ ...changes.get(day), ...exceptionTimes(series, zone, day, exception) });
  });
}
