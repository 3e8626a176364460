import type { ClockChange, LegacyTimeZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import { ewsRefusal } from '../failures.ts';

type WireZone = NonNullable<RequestOf<typeof getUserAvailability>['TimeZone']>;
type WireChange = WireZone['StandardTime'];

/** In the order of MAPI: Sunday is 0. */
export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** The zone as the wire has it. Refuses with ErrorTimeZone a time or year that cannot be read. */
export function legacyTimeZone({ Bias, StandardTime, DaylightTime }: WireZone): LegacyTimeZone {
  return { bias: Bias, standard: changeOf(StandardTime), daylight: changeOf(DaylightTime) };
}

function changeOf({ Bias, Time, DayOrder, Month, DayOfWeek, Year }: WireChange): ClockChange {
  const time = /^([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d+)?$/.exec(Time.trim());
  const year = Year === undefined || Year.trim() === '' ? undefined : Number(Year);
  const dayOfWeek = (weekdays as readonly string[]).indexOf(DayOfWeek);
  if (time === null || dayOfWeek < 0 || (year !== undefined && !/^\d{1,4}$/.test((Year ?? '').trim()))) {
    throw ewsRefusal('ErrorTimeZone', { detail: `${Time.slice(0, 20)} ${DayOfWeek} ${(Year ?? '').slice(0, 10)}` });
  }
  const [, hours, minutes, seconds] = time.map(Number);
  const timeMs = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
  // A year of 0 stands for every year, as in SYSTEMTIME.
  return { bias: Bias, timeMs, order: DayOrder, month: Month, dayOfWeek, year: year === 0 ? undefined : year };
}

/** The wire's form of a zone. */
export function wireTimeZone({ bias, standard, daylight }: LegacyTimeZone): WireZone {
  return { Bias: bias, StandardTime: wireChange(standard), DaylightTime: wireChange(daylight) };
}

function wireChange({ bias, timeMs, order, month, dayOfWeek, year }: ClockChange): WireChange {
  return {
    Bias: bias,
    Time: new Date(timeMs).toISOString().slice(11, 19),
    DayOrder: order,
    Month: month,
    DayOfWeek: weekdays[dayOfWeek] ?? 'Sunday',
    ...(year === undefined ? {} : { Year: String(year) }),
  };
}
