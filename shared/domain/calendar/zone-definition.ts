import type { Instant } from '../../kernel/clock.ts';
import { instantAt, type TimeZone, type WallTime } from './time-zone.ts';

/** The day of a month on which clocks are changed every year. */
export type YearlyDay =
  /** 0 is Sunday; the first to fourth such day of the month, or -1 for its last. */
  { readonly is: 'weekday'; readonly dayOfWeek: number; readonly occurrence: number } | { readonly is: 'date'; readonly day: number };

/** A change of the clocks that comes every year. */
export interface YearlyChange {
  /** 1 to 12. */
  readonly month: number;
  readonly day: YearlyDay;
  /** Time of the day on the clocks before the change. */
  readonly timeMs: number;
}

/** Years with one rule. */
export interface ZoneEra {
  /** When it begins, on the clocks before; the first era has no beginning. */
  readonly from?: WallTime;
  /** Minutes to be added to the wall's time for UTC. */
  readonly standardBias: number;
  readonly daylight?: { readonly bias: number; readonly begins: YearlyChange; readonly ends: YearlyChange };
}

interface ClockChanged {
  readonly wall: WallTime;
  readonly before: number;
  readonly after: number;
}
/** What clocks do from a moment on, for whole years where they do the same every year. */
interface Stretch {
  readonly from: WallTime;
  readonly bias: number;
  readonly changes: readonly (readonly ClockChanged[])[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Nobody changes the clocks twice within this time: in Morocco a Ramadan lies between. */
const strideMs = 14 * dayMs;

/**
 * The rules by which the clocks of a zone go from the year before `year` to the year after it, as few as say the same as
 * the zone itself: one for most zones. Before these years the first rule is meant to hold, after them the last. Not for
 * years before 1973, when clocks were changed by odd minutes.
 */
export function zoneEras(zone: TimeZone, year: number): readonly ZoneEra[] {
  const stretches: Stretch[] = [];
  for (const next of [year - 1, year, year + 1].flatMap((one) => stretchesOf(zone, one))) {
    const joined = join(stretches.at(-1), next);
    if (joined === undefined) stretches.push(next);
    else stretches[stretches.length - 1] = joined;
  }
  return stretches.map((stretch, index) => eraOf(stretch, index === 0));
}

function stretchesOf(zone: TimeZone, year: number): readonly Stretch[] {
  const begins = instantAt(zone, Date.UTC(year, 0, 1));
  // Midnight, but where clocks are changed at that moment.
  const from = begins - zone.biasAt(begins - 1) * minuteMs;
  const changes = changesBetween(zone, begins, instantAt(zone, Date.UTC(year + 1, 0, 1)));
  const bias = zone.biasAt(begins);
  const [one, two] = changes;
  // Where clocks are put back at midnight of New Year's Eve the change is not of this year, as clocks count.
  if (changes.length === 2 && two?.after === bias && two.wall < Date.UTC(year + 1, 0, 1) && one !== undefined && one.wall >= from) {
    return [{ from, bias, changes: [[one, two]] }];
  }
  // No rule that comes back every year: each time between two changes stands for itself.
  return [{ from, bias, changes: [] }, ...changes.map(({ wall, after }) => ({ from: wall, bias: after, changes: [] }))];
}

/** Since 1973 clocks are changed on a full minute. */
function changesBetween(zone: TimeZone, from: Instant, to: Instant): readonly ClockChanged[] {
  const changes: ClockChanged[] = [];
  for (let seen = from; seen < to; ) {
    const next = Math.min(seen + strideMs, to);
    // A change at the very end is the beginning of what follows.
    const [before, after] = [zone.biasAt(seen), zone.biasAt(next === to ? to - 1 : next)];
    if (before !== after) {
      let [low, high] = [Math.floor(seen / minuteMs), Math.ceil(next / minuteMs)];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (zone.biasAt(middle * minuteMs) === before) low = middle;
        else high = middle;
      }
      changes.push({ wall: high * minuteMs - before * minuteMs, before, after });
    }
    seen = next;
  }
  return changes;
}

/** Both as one, where one rule says both. */
function join(last: Stretch | undefined, next: Stretch): Stretch | undefined {
  if (last === undefined || last.bias !== next.bias || (last.changes.length === 0) !== (next.changes.length === 0)) return undefined;
  const changes = [...last.changes, ...next.changes];
  const sameBiases = changes.every((pair) => pair[0]?.after === changes[0]?.[0]?.after);
  return sameBiases && [0, 1].every((index) => changes.length === 0 || yearlyChange(changes, index) !== undefined)
    ? { ...last, changes }
    : undefined;
}

/** The rule behind the first (0) or second (1) change of several years. A last Sunday is taken for that rather than for a fourth one. */
function yearlyChange(years: readonly (readonly ClockChanged[])[], index: number): YearlyChange | undefined {
  const days = years.flatMap((pair) => pair[index] ?? []).map(({ wall }) => new Date(wall));
  const first = days[0];
  const same = (of: (day: Date) => number): boolean => days.every((day) => first !== undefined && of(day) === of(first));
  if (first === undefined || !same((day) => day.getUTCMonth()) || !same(timeOf)) return undefined;
  const rule = { month: first.getUTCMonth() + 1, timeMs: timeOf(first) };
  const dayOfWeek = first.getUTCDay();
  if (same((day) => day.getUTCDay())) {
    if (days.every(isLastOfItsKind)) return { ...rule, day: { is: 'weekday', dayOfWeek, occurrence: -1 } };
    if (same(occurrenceOf)) return { ...rule, day: { is: 'weekday', dayOfWeek, occurrence: occurrenceOf(first) } };
  }
  return same((day) => day.getUTCDate()) ? { ...rule, day: { is: 'date', day: first.getUTCDate() } } : undefined;
}

function timeOf(day: Date): number {
  return day.getTime() - Math.floor(day.getTime() / dayMs) * dayMs;
}

function isLastOfItsKind(day: Date): boolean {
  return new Date(day.getTime() + 7 * dayMs).getUTCMonth() !== day.getUTCMonth();
}

function occurrenceOf(day: Date): number {
  return Math.ceil(day.getUTCDate() / 7);
}

function eraOf({ from, bias, changes }: Stretch, isFirst: boolean): ZoneEra {
  const begins = isFirst ? {} : { from };
  const other = changes[0]?.[0]?.after;
  const [one, two] = [yearlyChange(changes, 0), yearlyChange(changes, 1)];
  if (other === undefined || one === undefined || two === undefined) return { ...begins, standardBias: bias };
  // In the south the year begins in daylight time.
  return bias > other
    ? { ...begins, standardBias: bias, daylight: { bias: other, begins: one, ends: two } }
    : { ...begins, standardBias: other, daylight: { bias, begins: two, ends: one } };
}
