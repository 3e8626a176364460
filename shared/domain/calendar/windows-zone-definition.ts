import { windowsZone } from './windows-zone.ts';
import table from './windows-zones.json' with { type: 'json' };
import { type ZoneEra, zoneEras } from './zone-definition.ts';

/** A zone of Windows with the rules by which its clocks go. */
export interface WindowsZoneDefinition {
  /** `W. Europe Standard Time` */
  readonly id: string;
  /** `(UTC+01:00) Berlin`: the offset of standard time as of late, and a place whose clocks go so. */
  readonly name: string;
  readonly eras: readonly ZoneEra[];
}

const zones: Readonly<Record<string, string>> = table.zones;
/** One for each zone, of the year asked for last: the calendar is slow to look up. */
const made = new Map<string, { readonly year: number; readonly definition: WindowsZoneDefinition }>();

/** The id of every zone there is, in the order of the alphabet. */
export const windowsZoneIds: readonly string[] = Object.keys(zones);

/** The zone that Windows calls by this id, with its rules around a year; undefined for what is none. */
export function windowsZoneDefinition(id: string, year: number): WindowsZoneDefinition | undefined {
  const known = made.get(id);
  if (known?.year === year) return known.definition;
  const zone = windowsZone(id);
  if (zone === undefined) return undefined;
  const eras = zoneEras(zone, year);
  const definition = { id, name: `(UTC${offset(eras.at(-1)?.standardBias ?? 0)}) ${placeOf(id)}`, eras };
  made.set(id, { year, definition });
  return definition;
}

/** The city of the zone in IANA's list; zones at sea are called as Windows calls them. */
function placeOf(id: string): string {
  const [area, ...place] = (zones[id] ?? '').split('/');
  return area === 'Etc' ? id.replace(/ Standard Time$/, '') : (place.at(-1) ?? id).replaceAll('_', ' ');
}

function offset(bias: number): string {
  const minutes = Math.abs(bias);
  const digits = [Math.floor(minutes / 60), minutes % 60].map((number) => String(number).padStart(2, '0')).join(':');
  return `${bias > 0 ? '-' : '+'}${digits}`;
}
