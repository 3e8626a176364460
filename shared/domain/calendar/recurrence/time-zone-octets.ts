import type { ClockChange, LegacyTimeZone } from '../legacy-time-zone.ts';
import { i32, OctetCursor, u16 } from './octet-cursor.ts';

// Zones as properties hold them: PidLidTimeZoneStruct (MS-OXOCAL 2.2.1.39) and
// PidLidAppointmentTimeZoneDefinitionRecur (2.2.1.41), whose rule in force has the same fields.

const definitionVersion = 0x0102;
/** TZRule: what follows its length, and the flag of the rule that is in force. */
const ruleReserved = 0x3e;
const inForce = 0x2;
const matchesStruct = 0x1;
/** A year, and what pads it to a SYSTEMTIME. */
const ruleStartOctets = 16;
const mostRules = 1_024;

/** Reads PidLidTimeZoneStruct. Refuses with `recurrence-invalid` what ends too early. */
export function readTimeZoneStruct(octets: Buffer): LegacyTimeZone {
  const cursor = new OctetCursor(octets);
  const biases = readBiases(cursor);
  cursor.u16();
  const standard = readChange(cursor, biases.standard);
  cursor.u16();
  return { bias: biases.zone, standard, daylight: readChange(cursor, biases.daylight) };
}

export function writeTimeZoneStruct({ bias, standard, daylight }: LegacyTimeZone): Buffer {
  const biases = [bias, standard.bias, daylight.bias].map(i32);
  return Buffer.concat([...biases, u16(standard.year ?? 0), writeChange(standard), u16(daylight.year ?? 0), writeChange(daylight)]);
}

/**
 * Reads the rule in force of PidLidAppointmentTimeZoneDefinitionRecur; undefined where none is marked. Refuses with
 * `recurrence-invalid` what ends too early.
 */
export function readTimeZoneDefinition(octets: Buffer): LegacyTimeZone | undefined {
  const cursor = new OctetCursor(octets);
  if (cursor.u16() !== definitionVersion) return undefined;
  const header = new OctetCursor(cursor.take(cursor.u16()));
  header.u16();
  header.take(header.u16() * 2);
  const rules = Math.min(header.u16(), mostRules);
  for (let index = 0; index < rules; index += 1) {
    cursor.u16();
    const rule = new OctetCursor(cursor.take(cursor.u16()));
    const flags = rule.u16();
    rule.take(ruleStartOctets);
    const biases = readBiases(rule);
    const standard = readChange(rule, biases.standard);
    if ((flags & inForce) !== 0) return { bias: biases.zone, standard, daylight: readChange(rule, biases.daylight) };
  }
  return undefined;
}

/** The name of a zone in PidLidAppointmentTimeZoneDefinitionRecur; undefined where there is none. */
export function readTimeZoneName(octets: Buffer): string | undefined {
  const cursor = new OctetCursor(octets);
  if (cursor.u16() !== definitionVersion) return undefined;
  const header = new OctetCursor(cursor.take(cursor.u16()));
  header.u16();
  const name = header.take(header.u16() * 2).toString('utf16le');
  return name === '' ? undefined : name;
}

/** Writes a definition with one rule. `name`: as Windows calls the zone. */
export function writeTimeZoneDefinition({ bias, standard, daylight }: LegacyTimeZone, name: string): Buffer {
  const header = Buffer.concat([u16(2), u16(name.length), Buffer.from(name, 'utf16le'), u16(1)]);
  const rule = Buffer.concat([
    u16(inForce | matchesStruct),
    Buffer.alloc(ruleStartOctets),
    ...[bias, standard.bias, daylight.bias].map(i32),
    writeChange(standard),
    writeChange(daylight),
  ]);
  return Buffer.concat([u16(definitionVersion), u16(header.length), header, u16(definitionVersion), u16(ruleReserved), rule]);
}

function readBiases(cursor: OctetCursor): { readonly zone: number; readonly standard: number; readonly daylight: number } {
  return { zone: cursor.i32(), standard: cursor.i32(), daylight: cursor.i32() };
}

/** A SYSTEMTIME. */
function readChange(cursor: OctetCursor, bias: number): ClockChange {
  const [year, month, dayOfWeek, order] = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  const [hours, minutes, seconds, ms] = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  const timeMs = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
  return { bias, timeMs, order, month, dayOfWeek, ...(year === 0 ? {} : { year }) };
}

function writeChange({ timeMs, order, month, dayOfWeek, year }: ClockChange): Buffer {
  const time = new Date(timeMs);
  const parts = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds(), time.getUTCMilliseconds()];
  return Buffer.concat([year ?? 0, month, dayOfWeek, order, ...parts].map(u16));
}
