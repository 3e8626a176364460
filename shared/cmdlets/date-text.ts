import type { Instant } from '../kernel/clock.ts';

const iso = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?\s*(Z|[+-]\d\d:\d\d)?$/i;
const american = /^(\d\d?)\/(\d\d?)\/(\d{4})(?:\s+(\d\d?):(\d\d)(?::(\d\d))?\s*(AM|PM)?)?$/i;

/**
 * Reads a date as the shell's administrators write it: `2026-11-02`, `2026-11-02T08:00:00Z`, or as PowerShell shows and
 * takes one whatever its culture, `11/2/2026 8:00:00 AM`. Without a zone it is UTC, as Exchange Online takes it; servers
 * here have no zone of their own.
 */
export function parseDate(text: string): Instant | undefined {
  const trimmed = text.trim();
  const sorted = iso.exec(trimmed);
  if (sorted !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = sorted;
    const at = instantOf([year, month, day, hour, minute, second].map(Number));
    return at === undefined ? undefined : at + Number(fraction.slice(0, 3).padEnd(3, '0')) - zoneMs(zone);
  }
  const [, month, day, year, hour = '0', minute = '0', second = '0', half] = american.exec(trimmed) ?? [];
  if (year === undefined) return undefined;
  const written = Number(hour);
  if (half !== undefined && (written < 1 || written > 12)) return undefined;
  const whole = half === undefined ? written : (written % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  return instantOf([Number(year), Number(month), Number(day), whole, Number(minute), Number(second)]);
}

/** Undefined for a date that the calendar does not have. */
function instantOf([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): Instant | undefined {
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same =
    at.getUTCFullYear() === year &&
    at.getUTCMonth() === month - 1 &&
    at.getUTCDate() === day &&
    at.getUTCHours() === hour &&
    minute < 60 &&
    second < 60;
  return same ? at.getTime() : undefined;
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
