import type { Instant } from '../../kernel/clock.ts';
import { legacyZone } from './legacy-time-zone.ts';
import { ruleOf } from './legacy-windows-zone.ts';
import { instantAt, type TimeZone, wallTimeAt } from './time-zone.ts';
import type { ZoneEra } from './zone-definition.ts';

const dayMs = 86_400_000;
/** Years of one era that are kept: a figure of ours. */
const mostYears = 200;

/**
 * The zone whose clocks go by these eras, the first of which has no beginning. Refuses with `time-zone-invalid` changes that
 * are none.
 */
export function eraZone(eras: readonly ZoneEra[]): TimeZone {
  const parts: { readonly begins: Instant; readonly zone: TimeZone }[] = [];
  for (const era of eras) {
    const before = parts.at(-1)?.zone;
    parts.push({
      begins: era.from === undefined || before === undefined ? Number.NEGATIVE_INFINITY : instantAt(before, era.from),
      zone: zoneOf(era),
    });
  }
  const biasAt = (instant: Instant): number => parts.findLast(({ begins }) => begins <= instant)?.zone.biasAt(instant) ?? 0;
  // Clocks are never changed twice within two days.
  return { biasAt, biasesAround: (wall) => [...new Set([biasAt(wall - dayMs), biasAt(wall + dayMs)])] };
}

/** A change on the same date every year is a rule of its own in each. */
function zoneOf(era: ZoneEra): TimeZone {
  const isYearly = era.daylight?.begins.day.is === 'date' || era.daylight?.ends.day.is === 'date';
  const always = legacyZone(ruleOf(era, 2000));
  if (!isYearly) return always;
  const standard: TimeZone = { biasAt: () => era.standardBias, biasesAround: () => [era.standardBias] };
  const years = new Map<number, TimeZone>();
  const biasAt = (instant: Instant): number => {
    const year = new Date(wallTimeAt(standard, instant)).getUTCFullYear();
    const known = years.get(year) ?? legacyZone(ruleOf(era, year));
    if (years.size >= mostYears) years.clear();
    years.set(year, known);
    return known.biasAt(instant);
  };
  return { biasAt, biasesAround: always.biasesAround };
}
