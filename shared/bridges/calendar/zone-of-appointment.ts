import type { ClockChange } from '../../domain/calendar/legacy-time-zone.ts';
import type { SeriesZone } from '../../domain/calendar/recurrence/series-properties.ts';
import { readTimeZoneDefinition, readTimeZoneName, readTimeZoneStruct } from '../../domain/calendar/recurrence/time-zone-octets.ts';
import { named, type PropertyBag, type PropertyKey } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ICalendarZone, Observance } from '../../protocols/icalendar/time-zone.ts';
import { type EventZone, eventZone, utcEventZone } from './calendar-zones.ts';

/** The zones on whose clocks an appointment was entered; UTC where it does not say so or nobody can read it. */
export function zonesOfAppointment(properties: PropertyBag): { readonly start: EventZone; readonly end: EventZone } {
  const series = zoneFrom(properties, named.timeZoneDefinitionRecur, named.timeZoneStruct);
  const start = series ?? zoneFrom(properties, named.timeZoneDefinitionStartDisplay) ?? utcEventZone();
  return { start, end: series ?? zoneFrom(properties, named.timeZoneDefinitionEndDisplay) ?? start };
}

/** The older property counts where both are there, as it does for the occurrences of a series. */
function zoneFrom(properties: PropertyBag, definition: PropertyKey, struct?: PropertyKey): EventZone | undefined {
  const [defined, older] = [octets(properties, definition), struct === undefined ? undefined : octets(properties, struct)];
  try {
    const rule = (older === undefined ? undefined : readTimeZoneStruct(older)) ?? (defined && readTimeZoneDefinition(defined));
    if (rule === undefined) return undefined;
    const name = defined === undefined ? undefined : readTimeZoneName(defined);
    return eventZone({ name: name ?? text(properties, named.timeZoneDescription) ?? 'Customized Time Zone', rule });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function octets(properties: PropertyBag, key: PropertyKey): Buffer | undefined {
  const value = properties[key];
  return typeof value === 'string' && value !== '' ? Buffer.from(value, 'base64') : undefined;
}

function text(properties: PropertyBag, key: PropertyKey): string | undefined {
  const value = properties[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Midnight of the first day that Windows counts: where rules without a beginning begin. */
const beginning = Date.UTC(1601, 0, 1);

/** The zone as a VTIMEZONE tells it. */
export function describedZone({ name, rule }: SeriesZone): ICalendarZone {
  const [standard, daylight] = [-(rule.bias + rule.standard.bias), -(rule.bias + rule.daylight.bias)];
  if (rule.standard.month === 0 || rule.daylight.month === 0) {
    return { id: name, observances: [{ is: 'standard', start: beginning, from: standard, to: standard, dates: [] }] };
  }
  const always = rule.standard.year === undefined || rule.daylight.year === undefined;
  const before: readonly Observance[] = always ? [] : [{ is: 'standard', start: beginning, from: standard, to: standard, dates: [] }];
  return {
    id: name,
    observances: [
      ...before,
      observance('standard', rule.standard, daylight, standard),
      observance('daylight', rule.daylight, standard, daylight),
    ],
  };
}

function observance(is: Observance['is'], change: ClockChange, from: number, to: number): Observance {
  const { year, month, order, dayOfWeek, timeMs } = change;
  if (year !== undefined) return { is, start: Date.UTC(year, month - 1, order) + timeMs, from, to, dates: [] };
  const byDay = [{ day: dayOfWeek, nth: order === 5 ? -1 : order }];
  const rule = {
    frequency: 'YEARLY',
    interval: 1,
    byDay,
    byMonthDay: [],
    byMonth: [month],
    bySetPosition: [],
    weekStart: 1,
    others: new Map(),
  } as const;
  return { is, start: firstChange(change), from, to, rule, dates: [] };
}

/** The first change in 1601: a rule begins on a day of its own. */
function firstChange({ month, order, dayOfWeek, timeMs }: ClockChange): number {
  const first = new Date(Date.UTC(1601, month - 1, 1));
  const day = 1 + ((dayOfWeek - first.getUTCDay() + 7) % 7) + (order - 1) * 7;
  const days = new Date(Date.UTC(1601, month, 0)).getUTCDate();
  return Date.UTC(1601, month - 1, day > days ? day - 7 : day) + timeMs;
}
