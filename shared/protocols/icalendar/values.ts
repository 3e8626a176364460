/** A date or a date with a time (RFC 5545 3.3.4 and 3.3.5). */
export interface ICalendarTime {
  /** `local`: on the clocks of the zone that TZID names, or on those of whoever reads it. */
  readonly is: 'date' | 'local' | 'utc';
  /** Milliseconds since 1970-01-01 00:00 on those clocks; midnight for a date. */
  readonly wall: number;
}

const secondMs = 1_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The text of a TEXT value (3.3.11). */
export function readText(value: string): string {
  if (!value.includes('\\')) return value;
  // Calling a function for each pair is slow where there are millions of them.
  const apart = value.replaceAll('\0', '').replaceAll('\\\\', '\0');
  return apart
    .replace(/\\[nN]/g, '\n')
    .replace(/\\(.)/gs, '$1')
    .replaceAll('\0', '\\');
}

/** The TEXT value of a text. Line ends of any kind become `\n`. */
export function textValue(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

/** The TEXT values between the commas of a list. */
export function readTextList(value: string): readonly string[] {
  const texts: string[] = [];
  let start = 0;
  for (let at = 0; at <= value.length; at += 1) {
    if (value[at] === '\\' && at + 1 < value.length) at += 1;
    else if (at === value.length || value[at] === ',') {
      texts.push(readText(value.slice(start, at)));
      start = at + 1;
    }
  }
  return texts;
}

/** Reads `20261121`, `20261121T080000` and `20261121T080000Z`; undefined for what is no such time. A leap second is the next one. */
export function readTime(value: string): ICalendarTime | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/i.exec(value.trim());
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60) return undefined;
  const is = match[4] === undefined ? 'date' : match[7] === undefined ? 'local' : 'utc';
  return { is, wall: date.getTime() + (hour * 60 + minute) * minuteMs + second * secondMs };
}

/** The inverse; years have four digits. */
export function timeValue({ is, wall }: ICalendarTime): string {
  const date = new Date(wall);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${String(date.getUTCFullYear()).padStart(4, '0')}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
  if (is === 'date') return day;
  return `${day}T${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}${is === 'utc' ? 'Z' : ''}`;
}

/** Milliseconds of a DURATION (3.3.6), negative ones too; undefined for what is none. */
export function readDuration(value: string): number | undefined {
  const match = /^([+-])?P(?=.)(?:(\d{1,7})W)?(?:(\d{1,7})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/i.exec(value.trim());
  if (match === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(2).map((digits) => Number(digits ?? 0));
  const length = (weeks * 7 + days) * dayMs + (hours * 60 + minutes) * minuteMs + seconds * secondMs;
  return match[1] === '-' ? -length : length;
}

/** A DURATION of whole minutes: `-PT15M`. */
export function durationValue(minutes: number): string {
  return `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M`;
}

/** Minutes east of UTC of a UTC-OFFSET (3.3.14), its seconds left out; undefined for what is none. */
export function readOffset(value: string): number | undefined {
  const match = /^([+-])(\d{2})(\d{2})(\d{2})?$/.exec(value.trim());
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** A UTC-OFFSET of whole minutes east of UTC. */
export function offsetValue(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(rest).padStart(2, '0')}`;
}
