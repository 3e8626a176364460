import { calendarRefusal } from '../errors.ts';
import type { WallTime } from '../time-zone.ts';
import { readExceptions, writeExceptions } from './exception-octets.ts';
import { OctetCursor, u32 } from './octet-cursor.ts';
import type { Day } from './pattern.ts';
import { dayMinutes, readPattern, writePattern } from './pattern-octets.ts';
import type { Series } from './series.ts';

// The value of PidLidAppointmentRecur: AppointmentRecurrencePattern, MS-OXOCAL 2.2.1.44.5.

const version2 = 0x3006;
/** From this version on each exception has a ChangeHighlight. */
const writerVersion2 = 0x3009;
/** No appointment lasts longer: Exchange refuses more with ErrorCalendarDurationIsTooLong. */
const longestMinutes = 5 * 366 * dayMinutes;
const mostOctets = 512 * 1024;

/** Reads a series. Refuses with `recurrence-invalid` what is malformed, out of bounds, or in another calendar than ours. */
export function readSeries(octets: Buffer): Series {
  if (octets.length > mostOctets) refuse(`${octets.length} octets`);
  const cursor = new OctetCursor(octets);
  const { pattern, replaced } = readPattern(cursor);
  if (cursor.u32() !== version2) refuse('another version of the second part');
  return { pattern, ...readTimes(cursor, replaced) };
}

/** Writes a series. */
export function writeSeries({ pattern, startMinutes, endMinutes, deleted, exceptions }: Series): Buffer {
  const replaced = [...deleted, ...exceptions.map(({ original }) => wallDay(original))];
  const modified = exceptions.map(({ start }) => wallDay(start));
  return Buffer.concat([
    writePattern(pattern, false, replaced, modified),
    u32(version2),
    u32(writerVersion2),
    u32(startMinutes),
    u32(endMinutes),
    writeExceptions(exceptions),
  ]);
}

function readTimes(cursor: OctetCursor, replaced: readonly Day[]): Omit<Series, 'pattern'> {
  const writer = cursor.u32();
  const [startMinutes, endMinutes] = [cursor.u32(), cursor.u32()];
  if (startMinutes >= dayMinutes || endMinutes < startMinutes || endMinutes - startMinutes > longestMinutes) {
    refuse(`from minute ${startMinutes} to ${endMinutes}`);
  }
  const exceptions = readExceptions(cursor, writer >= writerVersion2);
  const moved = new Set(exceptions.map(({ original }) => wallDay(original)));
  return { startMinutes, endMinutes, deleted: replaced.filter((day) => !moved.has(day)), exceptions };
}

function wallDay(time: WallTime): Day {
  return Math.floor(time / 86_400_000);
}

function refuse(what: string): never {
  throw calendarRefusal('recurrence-invalid', what);
}
