import type { ClockChange } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import type { YearlyChange, ZoneEra } from '../../../shared/domain/calendar/zone-definition.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { RequestHeader } from '../../../shared/protocols/ews/request-header.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import type { WireMeetingTimeZone, WireTimeZone } from '../../../shared/protocols/ews/types/time-zone.ts';
import { weekdays } from '../availability/wire-time-zone.ts';
import { ewsRefusal } from '../failures.ts';
import { type NamedZone, zoneById, zoneOfEras, zoneOfRule } from './named-zone.ts';

type WireTransition = NonNullable<WireTimeZone['Transitions']>['transitions'][number];
type Recurring = Extract<WireTransition, { readonly is: 'RecurringDayTransition' | 'RecurringDateTransition' }>;
type Change = NonNullable<WireMeetingTimeZone['Standard']>;

const minuteMs = 60_000;
/** So many eras are read of a definition: a bound of ours. */
const mostEras = 1_000;

/**
 * The zone of the header TimeZoneContext. By its rules where it has some, else by its id. Refuses with ErrorTimeZone.
 * Nothing at all is no zone, and neither is an unknown id for GetUserAvailability, whose request has a zone of its own.
 */
export function contextZone(wire: WireTimeZone | undefined, operation: string): NamedZone | undefined {
  if (wire === undefined || (wire.Id === undefined && wire.Periods === undefined)) return undefined;
  if (operation === 'GetUserAvailability' && wire.Periods === undefined) return wire.Id === undefined ? undefined : zoneById(wire.Id);
  return readZone(wire, 'ErrorTimeZone');
}

/**
 * Whether dates without a zone are what that zone's clocks show: since Exchange 2010 (Microsoft's page "Time zones and EWS in
 * Exchange", table 2).
 */
export function readsOnClocks({ version }: Pick<RequestHeader, 'version'>): boolean {
  return version !== undefined && !version.startsWith('Exchange2007');
}

/** The zone of StartTimeZone or EndTimeZone; refuses with `code`. */
export function readZone(wire: WireTimeZone, code: ResponseCode = 'ErrorCalendarInvalidTimeZone'): NamedZone {
  const refuse = (what: string): never => {
    throw ewsRefusal(code, { detail: what.slice(0, 100) });
  };
  if (wire.Periods === undefined) return (wire.Id === undefined ? undefined : zoneById(wire.Id)) ?? refuse(wire.Id ?? 'no id');
  try {
    return zoneOfEras(erasOf(wire, refuse), wire.Id, wire.Name);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'time-zone-invalid') refuse(error.detail ?? '');
    throw error;
  }
}

/**
 * The zone of MeetingTimeZone, as Exchange 2007 has it. Refuses with ErrorCalendarInvalidTimeZone, and with
 * ErrorCalendarInvalidDayForTimeChangePattern days that are not one of the week.
 */
export function readMeetingZone({ TimeZoneName, BaseOffset, Standard, Daylight }: WireMeetingTimeZone): NamedZone {
  const refuse = (what: string): never => {
    throw ewsRefusal('ErrorCalendarInvalidTimeZone', { detail: what.slice(0, 100) });
  };
  const named = TimeZoneName === undefined ? undefined : zoneById(TimeZoneName);
  if (BaseOffset === undefined) return named ?? refuse(TimeZoneName ?? 'no name');
  const fixed = { bias: 0, timeMs: 0, order: 0, month: 0, dayOfWeek: 0 };
  const [standard, daylight] = [Standard, Daylight].map((change) => (change === undefined ? fixed : changeOf(change, refuse)));
  const rule = { bias: minutesOf(BaseOffset, refuse), standard: standard ?? fixed, daylight: daylight ?? fixed };
  try {
    return zoneOfRule(rule, TimeZoneName ?? 'Customized Time Zone');
  } catch (error) {
    if (error instanceof Refusal && error.code === 'time-zone-invalid') refuse(error.detail ?? '');
    throw error;
  }
}

type Refuse = (what: string) => never;

function changeOf({ Offset, pattern, Time }: Change, refuse: Refuse): ClockChange {
  const bias = minutesOf(Offset, refuse);
  const timeMs = Date.parse(`1970-01-01T${Time.replace(/(?:Z|[+-]\d\d:\d\d)$/, '')}Z`);
  if (Number.isNaN(timeMs)) return refuse(`time ${Time}`);
  if (pattern === undefined) return { bias, timeMs, order: 0, month: 0, dayOfWeek: 0 };
  if (pattern.is === 'AbsoluteDate') {
    const day = new Date(`${pattern.value.slice(0, 10)}T00:00:00Z`);
    if (Number.isNaN(day.getTime())) return refuse(`date ${pattern.value}`);
    const year = day.getUTCFullYear();
    return { bias, timeMs, order: day.getUTCDate(), month: day.getUTCMonth() + 1, dayOfWeek: day.getUTCDay(), year };
  }
  const { DaysOfWeek, DayOfWeekIndex, Month } = pattern.value;
  const month = new Date(`${Month} 1, 2000 UTC`).getUTCMonth() + 1;
  return { bias, timeMs, order: indexes.indexOf(DayOfWeekIndex) + 1, month, dayOfWeek: weekdayOf(DaysOfWeek) };
}

const indexes = ['First', 'Second', 'Third', 'Fourth', 'Last'];

function weekdayOf(word: string): number {
  const day = (weekdays as readonly string[]).indexOf(word);
  if (day < 0) throw ewsRefusal('ErrorCalendarInvalidDayForTimeChangePattern', { detail: word });
  return day;
}

function erasOf({ Periods, TransitionsGroups, Transitions }: WireTimeZone, refuse: Refuse): readonly ZoneEra[] {
  const biases = new Map((Periods?.Period ?? []).map(({ Id, Bias }) => [Id, Bias === undefined ? undefined : minutesOf(Bias, refuse)]));
  const biasOf = (period: string): number => biases.get(period) ?? refuse(`the period ${period}`);
  const groups = new Map((TransitionsGroups?.TransitionsGroup ?? []).map(({ Id, transitions }) => [Id, transitions]));
  const transitions = Transitions?.transitions ?? [];
  if (transitions.length === 0 || transitions.length > mostEras) refuse(`${transitions.length} transitions`);
  return transitions.map((transition, index): ZoneEra => {
    const { Kind, text } = transition.value.To;
    const era = Kind === 'Period' ? { standardBias: biasOf(text) } : eraOf(groups.get(text) ?? refuse(`the group ${text}`), biasOf, refuse);
    if (index === 0) return transition.is === 'Transition' ? era : refuse('a first transition with a date');
    if (transition.is !== 'AbsoluteDateTransition') return refuse('a later transition without a date');
    const { ms, isZoned } = transition.value.DateTime;
    return { ...era, from: isZoned ? ms - era.standardBias * minuteMs : ms };
  });
}

/** A group says once which period holds, or twice a year when another one begins. */
function eraOf(transitions: readonly WireTransition[], biasOf: (period: string) => number, refuse: Refuse): ZoneEra {
  const [one, two, further] = transitions;
  if (one !== undefined && two === undefined && one.value.To.Kind === 'Period') return { standardBias: biasOf(one.value.To.text) };
  if (one === undefined || two === undefined || further !== undefined || !isRecurring(one) || !isRecurring(two))
    return refuse('a group that is neither one period nor two');
  const [first, second] = [biasOf(one.value.To.text), biasOf(two.value.To.text)];
  if (first === second) return { standardBias: first };
  const [daylight, standard] = first < second ? [one, two] : [two, one];
  return {
    standardBias: Math.max(first, second),
    daylight: { bias: Math.min(first, second), begins: yearly(daylight, refuse), ends: yearly(standard, refuse) },
  };
}

function isRecurring(transition: WireTransition): transition is Recurring {
  return transition.is === 'RecurringDayTransition' || transition.is === 'RecurringDateTransition';
}

function yearly(transition: Recurring, refuse: Refuse): YearlyChange {
  const { Month: month, TimeOffset } = transition.value;
  const timeMs = minutesOf(TimeOffset, refuse) * minuteMs;
  if (transition.is === 'RecurringDateTransition') {
    const day = transition.value.Day;
    return day < 1 || day > 31 || month < 1 ? refuse(`day ${day} of month ${month}`) : { month, timeMs, day: { is: 'date', day } };
  }
  const { Occurrence } = transition.value;
  const occurrence = Occurrence === 5 ? -1 : Occurrence;
  if (month < 1 || !(occurrence === -1 || (occurrence >= 1 && occurrence <= 4)))
    return refuse(`occurrence ${Occurrence} of month ${month}`);
  return { month, timeMs, day: { is: 'weekday', dayOfWeek: weekdayOf(transition.value.DayOfWeek), occurrence } };
}

/** The whole minutes of an xs:duration of days and less; years and months have no length. */
function minutesOf(duration: string, refuse: Refuse): number {
  const parts = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/.exec(duration);
  if (parts === null) return refuse(`the duration ${duration}`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(2).map((part) => Number(part ?? 0));
  return (parts[1] === '-' ? -1 : 1) * Math.round((days * 24 + hours) * 60 + minutes + seconds / 60);
}
