import {
  type WindowsZoneDefinition,
  windowsZoneDefinition,
  windowsZoneIds,
} from '../../../shared/domain/calendar/windows-zone-definition.ts';
import type { YearlyChange, ZoneEra } from '../../../shared/domain/calendar/zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getServerTimeZones as contract } from '../../../shared/protocols/ews/operations/get-server-time-zones.ts';
import { weekdays } from '../availability/wire-time-zone.ts';
import type { Operation } from '../operation.ts';

type Message = Extract<ResponseOf<typeof contract>[number], { class: 'Success' }>;
type WireZone = Message['TimeZoneDefinitions'][number];
type WireTransition = NonNullable<WireZone['Transitions']>['transitions'][number];
type WirePeriod = NonNullable<WireZone['Periods']>['Period'][number];

const zonesAtATime = 20;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation
 * Nothing is said of an id that nobody knows, and definitions are full unless they are not wanted (MS-OXWSGTZ 3.1.4.1.3.3).
 */
export const getServerTimeZones: Operation<typeof contract> = async ({ instant }, { ReturnFullTimeZoneData = true, Ids }) => {
  const year = new Date(instant).getUTCFullYear();
  const found: WireZone[] = [];
  for (const [index, id] of [...new Set(Ids ?? windowsZoneIds)].entries()) {
    // All zones together take a while the first time: others get their turn.
    if (index % zonesAtATime === zonesAtATime - 1) await new Promise((resolve) => setImmediate(resolve));
    const zone = windowsZoneDefinition(id, year);
    if (zone !== undefined) found.push(ReturnFullTimeZoneData ? fullZone(zone) : { Id: zone.id, Name: zone.name });
  }
  return [{ class: 'Success', TimeZoneDefinitions: found }];
};

/** Each era has a group of transitions between its periods, and the zone one transition to each group. */
function fullZone({ id, name, eras }: WindowsZoneDefinition): WireZone {
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
