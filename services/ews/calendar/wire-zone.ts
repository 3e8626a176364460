import type { ClockChange, LegacyTimeZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { type WindowsZoneDefinition, windowsZoneDefinition } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import type { YearlyChange, ZoneEra } from '../../../shared/domain/calendar/zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { dayOfWeekIndex, monthName } from '../../../shared/protocols/ews/types/recurrence.ts';
import type { WireMeetingTimeZone, WireTimeZone } from '../../../shared/protocols/ews/types/time-zone.ts';
import { weekdays } from '../availability/wire-time-zone.ts';
import { type NamedZone, utcZone } from './named-zone.ts';

type WireTransition = NonNullable<WireTimeZone['Transitions']>['transitions'][number];
type WirePeriod = NonNullable<WireTimeZone['Periods']>['Period'][number];
type WireChange = NonNullable<WireMeetingTimeZone['Standard']>;

/** A zone with its rules at an instant, as StartTimeZone shows it. */
export function wireZone(of: NamedZone, instant: Instant): WireTimeZone {
  const year = Math.min(Math.max(new Date(instant).getUTCFullYear(), 1973), 2200);
  const windows = of === utcZone ? { id: of.id, name: of.name, eras: [{ standardBias: 0 }] } : windowsZoneDefinition(of.id, year);
  return fullZone(windows ?? { id: of.id, name: of.name, eras: [eraOfRule(of.ruleAt(instant))] });
}

function eraOfRule({ bias, standard, daylight }: LegacyTimeZone): ZoneEra {
  const standardBias = bias + standard.bias;
  if (standard.month === 0 || daylight.month === 0) return { standardBias };
  return { standardBias, daylight: { bias: bias + daylight.bias, begins: yearlyOf(daylight), ends: yearlyOf(standard) } };
}

function yearlyOf({ month, timeMs, order, dayOfWeek, year }: ClockChange): YearlyChange {
  if (year !== undefined) return { month, timeMs, day: { is: 'date', day: order } };
  return { month, timeMs, day: { is: 'weekday', dayOfWeek, occurrence: order === 5 ? -1 : order } };
}

/** A zone as Exchange 2007 shows it: the rule of an instant. */
export function wireMeetingZone(of: NamedZone, instant: Instant): WireMeetingTimeZone {
  const { bias, standard, daylight } = of.ruleAt(instant);
  if (standard.month === 0 || daylight.month === 0) return { TimeZoneName: of.id, BaseOffset: durationOf(bias + standard.bias) };
  return { TimeZoneName: of.id, BaseOffset: durationOf(bias), Standard: wireChange(standard), Daylight: wireChange(daylight) };
}

function wireChange({ bias, timeMs, month, order, dayOfWeek, year }: ClockChange): WireChange {
  const Time = new Date(timeMs).toISOString().slice(11, 19);
  if (year !== undefined)
    return {
      Offset: durationOf(bias),
      Time,
      pattern: { is: 'AbsoluteDate', value: new Date(Date.UTC(year, month - 1, order)).toISOString().slice(0, 10) },
    };
  const value = {
    DaysOfWeek: present(weekdays[dayOfWeek], `day ${dayOfWeek} of a week`),
    DayOfWeekIndex: present(dayOfWeekIndex.enumeration[order - 1], `week ${order} of a month`),
    Month: present(monthName.enumeration[month - 1], `month ${month}`),
  };
  return { Offset: durationOf(bias), Time, pattern: { is: 'RelativeYearlyRecurrence', value } };
}

/** Each era has a group of transitions between its periods, and the zone one transition to each group. */
export function fullZone({ id, name, eras }: WindowsZoneDefinition): WireTimeZone {
  const parts = eras.map((era) => eraParts(`trule:Microsoft/Registry/${id}/${ruleName(era)}`, era));
  return {
    Id: id,
    Name: name,
    Periods: { Period: parts.flatMap(({ periods }) => periods) },
    TransitionsGroups: { TransitionsGroup: parts.map(({ transitions }, group) => ({ Id: String(group), transitions })) },
    Transitions: { transitions: eras.map(({ from }, group) => toGroup(from, String(group))) },
  };
}

/**
 * Observed: the ids of the first rule's periods say 1 and those of the others the year from which these hold, as numbers,
 * which old exchangelib reads. For a rule that comes in the middle of a year we add the month and the day.
 */
function ruleName({ from }: ZoneEra): string {
  if (from === undefined) return '1';
  const [year = '', month = '', day = ''] = new Date(from).toISOString().slice(0, 10).split('-');
  return month === '01' && day === '01' ? year : `${year}${month}${day}`;
}

function eraParts(
  rule: string,
  { standardBias, daylight }: ZoneEra,
): { readonly periods: readonly WirePeriod[]; readonly transitions: readonly WireTransition[] } {
  const standard = { Bias: durationOf(standardBias), Name: 'Standard', Id: `${rule}-Standard` };
  if (daylight === undefined) {
    return { periods: [standard], transitions: [{ is: 'Transition', value: { To: { Kind: 'Period', text: standard.Id } } }] };
  }
  const other = { Bias: durationOf(daylight.bias), Name: 'Daylight', Id: `${rule}-Daylight` };
  const transitions = [recurring(daylight.begins, other.Id), recurring(daylight.ends, standard.Id)];
  return { periods: [standard, other], transitions };
}

function recurring({ month, day, timeMs }: YearlyChange, period: string): WireTransition {
  const head = { To: { Kind: 'Period', text: period }, TimeOffset: durationOf(timeMs / 60_000), Month: month } as const;
  if (day.is === 'date') return { is: 'RecurringDateTransition', value: { ...head, Day: day.day } };
  const DayOfWeek = present(weekdays[day.dayOfWeek], `day ${day.dayOfWeek} of a week`);
  return { is: 'RecurringDayTransition', value: { ...head, DayOfWeek, Occurrence: day.occurrence } };
}

function toGroup(from: ZoneEra['from'], group: string): WireTransition {
  const To = { Kind: 'Group', text: group } as const;
  if (from === undefined) return { is: 'Transition', value: { To } };
  return { is: 'AbsoluteDateTransition', value: { To, DateTime: { ms: from, isZoned: false } } };
}

/** `-PT5H30M` */
function durationOf(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  if (minutes === 0) return 'PT0S';
  return `${minutes < 0 ? '-' : ''}PT${hours === 0 ? '' : `${hours}H`}${rest === 0 ? '' : `${rest}M`}`;
}
