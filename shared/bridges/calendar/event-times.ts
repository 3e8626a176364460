import { instantAt, type WallTime, wallTimeAt } from '../../domain/calendar/time-zone.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type ICalendarComponent, type ICalendarProperty, parameterOf, propertyOf } from '../../protocols/icalendar/component.ts';
import { ICalendarError } from '../../protocols/icalendar/errors.ts';
import { type ICalendarTime, readDuration, readTime } from '../../protocols/icalendar/values.ts';
import { type CalendarZones, type EventZone, utcEventZone } from './calendar-zones.ts';

/** When an event takes place, and on whose clocks that was said. */
export interface EventTimes {
  readonly start: Instant;
  readonly end: Instant;
  /** The same as the clocks of the first zone show it, also times that they skip: a series has them on other days. */
  readonly startWall: WallTime;
  readonly endWall: WallTime;
  readonly startZone: EventZone;
  readonly endZone: EventZone;
  readonly isAllDay: boolean;
}

/** Where times are read: the zones of the calendar, and the one of times that name none. */
export interface TimeGround {
  readonly zones: CalendarZones;
  readonly floating: EventZone;
}

/** A time, where it stands and when that is. */
export interface PlacedTime extends ICalendarTime {
  readonly instant: Instant;
  readonly zone: EventZone;
}

const dayMs = 86_400_000;
/** MAPI's time; a little less, so that zones and durations stay in it. */
const [earliest, latest] = [Date.UTC(1601, 0, 2), Date.UTC(4500, 0, 1)];

/** The times of an event. Throws ICalendarError where it has no start, or one that is no time, and where it ends before it. */
export function eventTimes(event: ICalendarComponent, ground: TimeGround): EventTimes {
  const startProperty = propertyOf(event, 'DTSTART');
  if (startProperty === undefined) throw new ICalendarError('malformed', lineOf(event), 'an event without start');
  const start = placedTime(startProperty, ground);
  const endProperty = propertyOf(event, 'DTEND');
  const end = endProperty === undefined ? undefined : placedTime(endProperty, ground);
  const endInstant = end?.instant ?? endByDuration(start, propertyOf(event, 'DURATION'));
  if (endInstant < start.instant) throw new ICalendarError('malformed', startProperty.line, 'an event that ends before it starts');
  if (endInstant > latest) throw new ICalendarError('malformed', startProperty.line, 'an event that does not end');
  const told = ['X-MICROSOFT-CDO-ALLDAYEVENT', 'X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT'].map((name) =>
    propertyOf(event, name)?.value.trim().toUpperCase(),
  );
  const isAllDay = start.is === 'date' ? end === undefined || end.is === 'date' : told.includes('TRUE');
  const endWall = end === undefined ? wallTimeAt(start.zone.zone, endInstant) : wallIn(start.zone, end);
  return {
    start: start.instant,
    end: endInstant,
    startWall: start.wall,
    endWall,
    startZone: start.zone,
    endZone: end?.zone ?? start.zone,
    isAllDay,
  };
}

/** RFC 5545 3.6.1: a day where the start is a date, else no time at all. */
function endByDuration(start: PlacedTime, property: ICalendarProperty | undefined): Instant {
  const duration = property === undefined ? (start.is === 'date' ? dayMs : 0) : readDuration(property.value);
  if (property !== undefined && (duration === undefined || duration < 0)) {
    throw new ICalendarError('malformed', property.line, 'a duration that is none');
  }
  const length = duration ?? 0;
  // Days are counted on the clocks, hours are not.
  const { zone } = start.zone;
  return length % dayMs === 0 ? instantAt(zone, wallTimeAt(zone, start.instant) + length) : start.instant + length;
}

/** The time that a property holds. Throws ICalendarError for what is none and what lies outside of MAPI's time. */
export function placedTime(property: ICalendarProperty, ground: TimeGround): PlacedTime {
  const [time] = placedTimes(property, ground);
  if (time === undefined) throw new ICalendarError('malformed', property.line, 'no time');
  return time;
}

/** The times of a list: EXDATE, RDATE. Periods of time are passed over (MS-OXCICAL 2.1.3.1.1.20.18). */
export function placedTimes(property: ICalendarProperty, { zones, floating }: TimeGround): readonly PlacedTime[] {
  const tzid = parameterOf(property, 'TZID');
  return property.value.split(',').flatMap((text) => {
    if (text.includes('/')) return [];
    const time = readTime(text);
    if (time === undefined || time.wall < earliest || time.wall > latest)
      throw new ICalendarError('malformed', property.line, 'no time that can be kept');
    const zone = time.is === 'utc' ? utcEventZone() : ((tzid === undefined ? undefined : zones(tzid, time.wall)) ?? floating);
    return [{ ...time, zone, instant: instantOf(zone, time.wall) }];
  });
}

function instantOf({ zone }: EventZone, wall: WallTime): Instant {
  return instantAt(zone, wall);
}

/** What the clocks of a zone show at a time. A date is a day wherever it is read. */
export function wallIn(zone: EventZone, time: PlacedTime): WallTime {
  return time.is === 'date' || time.zone.name === zone.name ? time.wall : wallTimeAt(zone.zone, time.instant);
}

/** Where a component begins: at its first line. */
export function lineOf({ properties }: ICalendarComponent): number {
  return properties[0]?.line ?? 1;
}
