import { eraZone } from '../../../shared/domain/calendar/era-zone.ts';
import { type LegacyTimeZone, legacyUtc, legacyZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { legacyWindowsZone, ruleOf } from '../../../shared/domain/calendar/legacy-windows-zone.ts';
import {
  readTimeZoneDefinition,
  readTimeZoneName,
  writeTimeZoneDefinition,
} from '../../../shared/domain/calendar/recurrence/time-zone-octets.ts';
import { instantAt, type TimeZone, utc, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import { windowsZoneDefinition } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import type { ZoneEra } from '../../../shared/domain/calendar/zone-definition.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import type { PropertyValue } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Clocks } from '../../../shared/xml/clocks.ts';

/** A zone as requests and appointments name it. */
export interface NamedZone {
  /** As Windows calls it, where Windows knows it. */
  readonly id: string;
  /** What people read. */
  readonly name: string;
  readonly zone: TimeZone;
  /** Its rule at an instant. */
  ruleAt(instant: Instant): LegacyTimeZone;
}

/** What Windows and Outlook call a zone of somebody's own. */
const ownZone = 'Customized Time Zone';

export const utcZone: NamedZone = { id: 'UTC', name: '(UTC) Coordinated Universal Time', zone: utc, ruleAt: () => legacyUtc };

const known = new Map<string, NamedZone>();

/** The zone that Windows calls by this id; undefined for what is none. */
export function zoneById(id: string): NamedZone | undefined {
  if (id === utcZone.id) return utcZone;
  const found = known.get(id) ?? windowsNamed(id);
  if (found !== undefined) known.set(id, found);
  return found;
}

function windowsNamed(id: string): NamedZone | undefined {
  const zone = windowsZone(id);
  if (zone === undefined) return undefined;
  return {
    id,
    zone,
    get name() {
      return windowsZoneDefinition(id, 2000)?.name ?? id;
    },
    ruleAt: (instant) => legacyWindowsZone(id, instant) ?? legacyUtc,
  };
}

/** The zone of eras that somebody has told. Refuses with `time-zone-invalid` changes that are none. */
export function zoneOfEras(eras: readonly ZoneEra[], id: string | undefined, name: string | undefined): NamedZone {
  return {
    id: id ?? name ?? ownZone,
    name: name ?? id ?? ownZone,
    zone: eraZone(eras),
    ruleAt(instant) {
      const era = eras.findLast(({ from }) => from === undefined || from <= instant) ?? { standardBias: 0 };
      return ruleOf(era, new Date(instant).getUTCFullYear());
    },
  };
}

/** The zone of one rule. Refuses with `time-zone-invalid` changes that are none. */
export function zoneOfRule(rule: LegacyTimeZone, name: string): NamedZone {
  return { id: name, name, zone: legacyZone(rule), ruleAt: () => rule };
}

/** PidLidAppointmentTimeZoneDefinitionStartDisplay and its kin, at an instant; base64. */
export function storedZone(of: NamedZone, instant: Instant): string {
  return writeTimeZoneDefinition(of.ruleAt(instant), of.id).toString('base64');
}

/** The zone that such a property holds; undefined where it cannot be read. */
export function zoneOfStored(value: PropertyValue | undefined): NamedZone | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const octets = Buffer.from(value, 'base64');
  try {
    const name = readTimeZoneName(octets);
    const rule = readTimeZoneDefinition(octets);
    return (name === undefined ? undefined : zoneById(name)) ?? (rule === undefined ? undefined : zoneOfRule(rule, name ?? ownZone));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The clocks that a request's dates are read and written by; none where they show UTC. */
export function clocksOf(of: NamedZone | undefined): Clocks | undefined {
  if (of === undefined || of === utcZone) return undefined;
  return { instantAt: (wall) => instantAt(of.zone, wall), biasAt: (instant) => of.zone.biasAt(instant) };
}

/** The instant at which the clocks of another zone show what those of the first do. */
export function shifted(instant: Instant, from: NamedZone, to: NamedZone): Instant {
  return instantAt(to.zone, wallTimeAt(from.zone, instant));
}
