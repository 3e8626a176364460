import type { Instant } from '../../kernel/clock.ts';
import { type ClockChange, type LegacyTimeZone, legacyUtc } from './legacy-time-zone.ts';
import { windowsZoneDefinition } from './windows-zone-definition.ts';
import type { YearlyChange, ZoneEra } from './zone-definition.ts';

/** Rules are made for years in which clocks are changed by quarters of an hour, and not for a future that nobody plans. */
const [firstYear, lastYear] = [1973, 2200];

/** The rule that holds at an instant in the zone that Windows calls by this id; undefined for what is none. */
export function legacyWindowsZone(id: string, at: Instant): LegacyTimeZone | undefined {
  const year = Math.min(Math.max(new Date(at).getUTCFullYear(), firstYear), lastYear);
  const eras = windowsZoneDefinition(id, year)?.eras;
  const era = eras?.findLast(({ from }) => from === undefined || from <= at);
  return era === undefined ? undefined : ruleOf(era, year);
}

/** The rule of an era, for a year in which it lies. */
export function ruleOf({ standardBias, daylight }: ZoneEra, year: number): LegacyTimeZone {
  if (daylight === undefined) return { ...legacyUtc, bias: standardBias };
  return {
    bias: standardBias,
    standard: changeOf(daylight.ends, 0, year),
    daylight: changeOf(daylight.begins, daylight.bias - standardBias, year),
  };
}

/** A change on the same date every year can only be told for one year. */
function changeOf({ month, day, timeMs }: YearlyChange, bias: number, year: number): ClockChange {
  if (day.is === 'weekday') return { bias, timeMs, month, order: day.occurrence === -1 ? 5 : day.occurrence, dayOfWeek: day.dayOfWeek };
  return { bias, timeMs, month, order: day.day, dayOfWeek: new Date(Date.UTC(year, month - 1, day.day)).getUTCDay(), year };
}
