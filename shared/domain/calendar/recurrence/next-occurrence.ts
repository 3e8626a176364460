import type { Instant } from '../../../kernel/clock.ts';
import { instantAt, type TimeZone } from '../time-zone.ts';
import { type Occurrence, occurrences, type Series } from './series.ts';

/** Where the time of MAPI ends: nothing takes place from then on. */
const endOfTime: Instant = Date.UTC(4501, 0, 1);

const dayMs = 86_400_000;

/** The first occurrence that begins at an instant or later and is wanted, as it takes place; undefined where there is none. */
export function nextOccurrence(
  series: Series,
  zone: TimeZone,
  from: Instant,
  isWanted: (occurrence: Occurrence) => boolean = () => true,
): Occurrence | undefined {
  const regular = firstRegular(series, zone, from, isWanted);
  const moved = series.exceptions
    .map((exception) => ({
      start: instantAt(zone, exception.start),
      end: instantAt(zone, exception.end),
      day: Math.floor(exception.original / dayMs),
      exception,
    }))
    .filter((one) => one.start >= from && one.start < (regular?.start ?? endOfTime) && isWanted(one));
  return moved.reduce<Occurrence | undefined>((first, one) => (first !== undefined && first.start <= one.start ? first : one), regular);
}

function firstRegular(
  series: Series,
  zone: TimeZone,
  from: Instant,
  isWanted: (occurrence: Occurrence) => boolean,
): Occurrence | undefined {
  for (const one of occurrences(series, zone, { start: from, end: endOfTime })) {
    // The exceptions come after all others.
    if (one.exception !== undefined) return undefined;
    if (one.start >= from && isWanted(one)) return one;
  }
  return undefined;
}
