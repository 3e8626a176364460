import type { Instant } from '../../kernel/clock.ts';

/** What a clock on a wall shows: milliseconds since 1970-01-01 00:00 on that clock. */
export type WallTime = number;

/** How the clocks of a place go. Biases are minutes to be added to the wall's time for UTC, as Windows counts them. */
export interface TimeZone {
  biasAt(instant: Instant): number;
  /** Every bias that may hold when a clock shows that time: one, or two around a change of the clocks. */
  biasesAround(wall: WallTime): readonly number[];
}

const minuteMs = 60_000;

/** The zone whose clocks show UTC. */
export const utc: TimeZone = { biasAt: () => 0, biasesAround: () => [0] };

/** What the clocks of a zone show at an instant. */
export function wallTimeAt(zone: TimeZone, instant: Instant): WallTime {
  return instant - zone.biasAt(instant) * minuteMs;
}

/**
 * The instant at which the clocks of a zone show a time. A time that they show twice is the later of the two and a time
 * that they skip is read as if they had not been changed yet, both as .NET does: standard time is meant.
 */
export function instantAt(zone: TimeZone, wall: WallTime): Instant {
  const biases = zone.biasesAround(wall);
  const shown = biases.map((bias) => wall + bias * minuteMs).filter((instant) => wallTimeAt(zone, instant) === wall);
  return shown.length === 0 ? wall + Math.max(...biases) * minuteMs : Math.max(...shown);
}
