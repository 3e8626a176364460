import type { Instant } from './clock.ts';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const durationPattern = new RegExp(`^([+-]?)${units.map(([unit]) => `(?:(\\d{1,9})${unit})?`).join('')}$`);

/** Reads `30s 5m 2h 7d 250ms 1h30m`, with a sign if need be, as milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, sign, ...counts] = durationPattern.exec(text.trim()) ?? [];
  if (counts.every((count) => count === undefined)) return undefined;
  const lengthMs = units.reduce((sum, [, unitMs], index) => sum + Number(counts[index] ?? 0) * unitMs, 0);
  return sign === '-' ? -lengthMs : lengthMs;
}

/** Writes a duration as {@link parseDuration} reads it: `1h30m`, `-5m`, `0s`. Fractions of a millisecond are cut off. */
export function formatDuration(durationMs: number): string {
  let restMs = Math.trunc(Math.abs(durationMs));
  const parts = units.map(([unit, unitMs]) => {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return `${durationMs <= -1 ? '-' : ''}${parts.join('') || '0s'}`;
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads an ISO 8601 time with its zone (`2026-11-01T09:00Z`); undefined when it is none or no day of the calendar. */
export function parseInstant(text: string): Instant | undefined {
  const trimmed = text.trim();
  if (!instantPattern.test(trimmed)) return undefined;
  const instant = Date.parse(trimmed);
  // Date.parse takes 30 February for 2 March: the day must come back as it was written.
  const day = Date.parse(`${trimmed.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(trimmed.slice(0, 10));
  return Number.isNaN(instant) || !isDay ? undefined : instant;
}
