import { type ClockChange, type LegacyTimeZone, legacyUtc, legacyZone } from '../../domain/calendar/legacy-time-zone.ts';
import { legacyWindowsZone } from '../../domain/calendar/legacy-windows-zone.ts';
import type { SeriesZone } from '../../domain/calendar/recurrence/series-properties.ts';
import type { TimeZone, WallTime } from '../../domain/calendar/time-zone.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { componentsOf, type ICalendarComponent } from '../../protocols/icalendar/component.ts';
import { type ICalendarZone, type Observance, readZone } from '../../protocols/icalendar/time-zone.ts';
import { windowsZoneName } from './zone-names.ts';

/** A zone as an appointment keeps it, and its clocks. */
export interface EventZone extends SeriesZone {
  readonly zone: TimeZone;
}

/** The zones of a calendar: the one that a TZID names, as its clocks go around the time that it is first asked for. */
export type CalendarZones = (tzid: string, wall: WallTime) => EventZone | undefined;

const dayMs = 86_400_000;
const utcZone: EventZone = { name: 'UTC', rule: legacyUtc, zone: legacyZone(legacyUtc) };

/** The zone of times that end in Z. */
export function utcEventZone(): EventZone {
  return utcZone;
}

/** A zone as an appointment keeps it, with its clocks. */
export function eventZone({ name, rule }: SeriesZone): EventZone {
  return { name, rule, zone: legacyZone(rule) };
}

/**
 * Reads the zones of a VCALENDAR. The rules of a VTIMEZONE count; where they say what Windows says of a zone of that name,
 * the zone is Windows' own. A name that Windows or IANA knows needs no VTIMEZONE, any other one is undefined without.
 */
export function calendarZones(calendar: ICalendarComponent): CalendarZones {
  const described = new Map<string, ICalendarZone>();
  for (const component of componentsOf(calendar, 'VTIMEZONE')) {
    const zone = readZone(component);
    if (zone !== undefined && !described.has(zone.id)) described.set(zone.id, zone);
  }
  const known = new Map<string, EventZone | undefined>();
  return (tzid, wall) => {
    if (!known.has(tzid)) known.set(tzid, zoneOf(tzid, wall, described));
    return known.get(tzid);
  };
}

function zoneOf(tzid: string, wall: WallTime, described: ReadonlyMap<string, ICalendarZone>): EventZone | undefined {
  const zone = described.get(tzid);
  const rule = zone === undefined ? undefined : ruleAround(zone, wall);
  const told = rule === undefined ? undefined : usable({ name: tzid, rule });
  const name = windowsZoneName(tzid);
  const known = name === undefined ? undefined : windowsZoneAt(name, wall);
  if (told === undefined) return known;
  return known !== undefined && goAlike(told.zone, known.zone, wall) ? known : told;
}

/** The zone that Windows calls by a name, with its rule at a time. */
export function windowsZoneAt(name: string, wall: WallTime): EventZone | undefined {
  const rule = legacyWindowsZone(name, wall);
  return rule === undefined ? undefined : usable({ name, rule });
}

function usable(zone: SeriesZone): EventZone | undefined {
  try {
    return eventZone(zone);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Whether two zones show the same time every tenth day of the year around a time. */
function goAlike(one: TimeZone, other: TimeZone, wall: WallTime): boolean {
  return Array.from({ length: 37 }, (_, index) => wall + (index - 18) * 10 * dayMs).every((at) => one.biasAt(at) === other.biasAt(at));
}

/** The rule by which the clocks go around a time: an appointment keeps one for all years. */
function ruleAround({ observances }: ICalendarZone, wall: WallTime): LegacyTimeZone | undefined {
  const begun = observances.filter(({ start }) => start <= wall);
  const all = begun.length === 0 ? observances : begun;
  const standard = latest(all, 'standard', wall);
  const daylight = latest(all, 'daylight', wall);
  const only = standard ?? daylight;
  if (only === undefined) return undefined;
  const bias = -only.to;
  if (standard === undefined || daylight === undefined) return { ...legacyUtc, bias };
  const year = new Date(wall).getUTCFullYear();
  const ends = changeOf(standard, year, 0);
  const begins = changeOf(daylight, year, standard.to - daylight.to);
  if (ends === undefined || begins === undefined) {
    // The clocks are changed no more: as the one that began last has it.
    return { ...legacyUtc, bias: -(standard.start > daylight.start ? standard : daylight).to };
  }
  return { bias, standard: ends, daylight: begins };
}

function latest(observances: readonly Observance[], is: Observance['is'], wall: WallTime): Observance | undefined {
  const ofKind = observances.filter((one) => one.is === is).toSorted((left, right) => right.start - left.start);
  return ofKind.find((one) => changeOf(one, new Date(wall).getUTCFullYear(), 0) !== undefined) ?? ofKind[0];
}

/** When the clocks are changed to an observance; undefined where they are not in that year. */
function changeOf({ start, rule, dates }: Observance, year: number, bias: number): ClockChange | undefined {
  const timeMs = start - Math.floor(start / dayMs) * dayMs;
  const isOver = rule?.until !== undefined && rule.until.wall < Date.UTC(year, 0, 1);
  if (rule?.frequency === 'YEARLY' && rule.interval === 1 && rule.count === undefined && !isOver) {
    const month = rule.byMonth[0] ?? new Date(start).getUTCMonth() + 1;
    const [weekday] = rule.byDay;
    const order = weekday === undefined ? undefined : orderOf(weekday.nth, rule.byMonthDay);
    if (weekday !== undefined && order !== undefined) return { bias, timeMs, month, order, dayOfWeek: weekday.day };
    if (weekday === undefined) return onDate(Date.UTC(year, month - 1, rule.byMonthDay[0] ?? new Date(start).getUTCDate()) + timeMs, bias);
  }
  const only = [start, ...dates].find((date) => new Date(date).getUTCFullYear() === year);
  return only === undefined ? undefined : onDate(only, bias);
}

/** 1 to 4, or 5 for the last: told as such, or by seven days of the month of which one is that day of the week. */
function orderOf(nth: number | undefined, days: readonly number[]): number | undefined {
  if (nth !== undefined) return nth === -1 ? 5 : nth >= 1 && nth <= 5 ? nth : undefined;
  const first = Math.min(...days);
  return days.length === 7 && first % 7 === 1 && first < 29 ? (first + 6) / 7 : undefined;
}

function onDate(wall: WallTime, bias: number): ClockChange {
  const date = new Date(wall);
  const timeMs = wall - Math.floor(wall / dayMs) * dayMs;
  return {
    bias,
    timeMs,
    month: date.getUTCMonth() + 1,
    order: date.getUTCDate(),
    dayOfWeek: date.getUTCDay(),
    year: date.getUTCFullYear(),
  };
}
