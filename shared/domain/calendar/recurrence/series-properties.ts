import { named, type PropertyBag, type PropertyKey, type PropertyValue } from '../../../kernel/mapi.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import { type LegacyTimeZone, legacyUtc, legacyZone } from '../legacy-time-zone.ts';
import { instantAt, type TimeZone } from '../time-zone.ts';
import { lastDay, type RecurrenceRule } from './pattern.ts';
import type { Series } from './series.ts';
import { readSeries, writeSeries } from './series-octets.ts';
import { readTimeZoneDefinition, readTimeZoneStruct, writeTimeZoneDefinition, writeTimeZoneStruct } from './time-zone-octets.ts';

/** The zone of a series, as Windows calls it, and its rule. */
export interface SeriesZone {
  readonly name: string;
  readonly rule: LegacyTimeZone;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** What PidLidClipEnd holds where a series has no end (MS-OXOCAL 2.2.1.15). */
const noClipEnd = Date.UTC(4500, 7, 31, 23, 59);

/** The properties that make an appointment a series; its times are those of the first occurrence. */
export function seriesProperties(series: Series, { name, rule }: SeriesZone): PropertyBag {
  const { pattern, startMinutes, endMinutes } = series;
  const zone = legacyZone(rule);
  const midnight = pattern.start * dayMs;
  return {
    [named.recurring]: true,
    [named.recurrenceType]: recurrenceType(pattern.rule),
    [named.appointmentStartWhole]: instantAt(zone, midnight + startMinutes * minuteMs),
    [named.appointmentEndWhole]: instantAt(zone, midnight + endMinutes * minuteMs),
    [named.clipStart]: instantAt(zone, midnight),
    ...recurrenceProperties(series, zone),
    [named.timeZoneStruct]: writeTimeZoneStruct(rule).toString('base64'),
    [named.timeZoneDefinitionRecur]: writeTimeZoneDefinition(rule, name).toString('base64'),
  };
}

/** Those of them that deleting and changing occurrences touches. */
export function recurrenceProperties(series: Series, zone: TimeZone): PropertyBag {
  const { pattern, exceptions } = series;
  const last = exceptions.reduce((latest, { end }) => Math.max(latest, Math.floor(end / dayMs) * dayMs), lastDay(pattern) * dayMs);
  return {
    [named.clipEnd]: pattern.end.is === 'never' ? noClipEnd : instantAt(zone, last),
    [named.appointmentRecur]: writeSeries(series).toString('base64'),
  };
}

/** PidLidRecurrenceType, MS-OXOCAL 2.2.1.45. */
function recurrenceType(rule: RecurrenceRule): number {
  if (rule.is === 'daily') return 1;
  if (rule.is === 'weekly') return 2;
  return rule.months % 12 === 0 ? 4 : 3;
}

/** Whether a property makes an appointment a series and means nothing without one; the zone that it recurs in does. */
export function isSeriesProperty(key: PropertyKey): boolean {
  return ofSeriesAlone.has(key);
}

const ofSeriesAlone: ReadonlySet<PropertyKey> = new Set([
  named.appointmentRecur,
  named.recurrenceType,
  named.clipStart,
  named.clipEnd,
  named.timeZoneDefinitionRecur,
]);

/** The properties that {@link seriesOf} reads. */
export const seriesKeys: readonly PropertyKey[] = [named.appointmentRecur, named.timeZoneStruct, named.timeZoneDefinitionRecur];

type Properties = (key: PropertyKey) => PropertyValue | undefined;

/** The series that an appointment is, and its zone; undefined where that cannot be read. */
export function seriesOf(property: Properties): { readonly series: Series; readonly zone: TimeZone } | undefined {
  const octets = octetsOf(property(named.appointmentRecur));
  if (octets === undefined) return undefined;
  try {
    return { series: readSeries(octets), zone: legacyZone(zoneOf(property)) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The definition counts where it says the same as the older property or stands alone (MS-OXOCAL 2.2.1.41). */
function zoneOf(property: Properties): LegacyTimeZone {
  const struct = octetsOf(property(named.timeZoneStruct));
  if (struct !== undefined) return readTimeZoneStruct(struct);
  const definition = octetsOf(property(named.timeZoneDefinitionRecur));
  return (definition === undefined ? undefined : readTimeZoneDefinition(definition)) ?? legacyUtc;
}

function octetsOf(value: PropertyValue | undefined): Buffer | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
}
