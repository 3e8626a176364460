import type { Instant } from '../../kernel/clock.ts';
import { type BusyStatus, leastBusyFirst, type Period, rankOf } from './free-busy.ts';
import { type TimeZone, type WallTime, wallTimeAt } from './time-zone.ts';

/** How well a time suits those who are invited, best first. */
export const suggestionQualities = ['excellent', 'good', 'fair', 'poor'] as const;
export type SuggestionQuality = (typeof suggestionQualities)[number];

/** What is looked for. */
export interface SuggestionOptions {
  /** Begins on a half hour of the zone. */
  readonly window: Period;
  readonly zone: TimeZone;
  readonly durationMinutes: number;
  /** With 50 more, the percentage of people that must be available for a good time. */
  readonly goodThreshold: number;
  readonly leastQuality: SuggestionQuality;
  readonly mostPerDay: number;
  /** Of these, outside working hours. */
  readonly mostOutsideHours: number;
}

/** When somebody works, on the clocks of a zone; minutes since midnight. */
export interface Schedule {
  readonly zone: TimeZone;
  readonly periods: readonly { readonly days: readonly number[]; readonly startMinutes: number; readonly endMinutes: number }[];
}

/** Digits for each half hour of the window ({@link mergedFreeBusy}); undefined where nothing is known. */
export type HalfHours = string | undefined;

/** Somebody who is invited. `mustBeFree`: at other times nothing is suggested. */
export type Invited =
  | { readonly is: 'individual'; readonly halfHours: HalfHours; readonly mustBeFree: boolean }
  /** `unexpanded`: members of whom nothing is known because they are groups themselves. */
  | { readonly is: 'group'; readonly members: readonly HalfHours[]; readonly unexpanded: number; readonly mustBeFree: boolean }
  | { readonly is: 'too-big-group' }
  | { readonly is: 'unknown' };

/** How a time suits one who is invited. */
export type AttendeeConflict =
  | { readonly is: 'individual'; readonly status: BusyStatus | undefined }
  | { readonly is: 'group'; readonly members: number; readonly available: number; readonly conflicts: number; readonly unknown: number }
  | { readonly is: 'too-big-group' }
  | { readonly is: 'unknown' };

export interface Suggestion {
  readonly start: Instant;
  readonly isWorkTime: boolean;
  readonly quality: SuggestionQuality;
  /** In the order of those who are invited. */
  readonly conflicts: readonly AttendeeConflict[];
}

export interface DaySuggestions {
  /** Midnight. */
  readonly day: WallTime;
  /** Of its best time. */
  readonly quality: SuggestionQuality;
  /** Best first, then earliest first. */
  readonly suggestions: readonly Suggestion[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const stepMs = 30 * minuteMs;
/** From tentative on somebody is not available (Microsoft's page "GroupAttendeeConflictData"). */
const leastConflict = leastBusyFirst.indexOf('tentative');

/**
 * For each day of a window the times, on half hours, at which a meeting suits those who are invited. A time is work time when
 * it is for everybody whose hours are known. Qualities go by Microsoft's page "SuggestionQuality". One day at a time, for
 * callers that yield.
 */
export function* suggestedDays(
  invited: readonly Invited[],
  schedules: readonly Schedule[],
  options: SuggestionOptions,
): Generator<DaySuggestions> {
  const { window, zone, leastQuality, mostPerDay, mostOutsideHours } = options;
  const times = timesOf(options);
  const attendees = invited.map((one) => attendeeOf(one, times.length, options.durationMinutes));
  const byDay = Map.groupBy(times.keys(), (index) => dayOf(zone, times[index] ?? 0));
  for (let day = dayOf(zone, window.start); day <= dayOf(zone, window.end - 1); day += 1) {
    const judged = (byDay.get(day) ?? []).flatMap((index) => {
      if (attendees.some((attendee) => attendee.forbids(index))) return [];
      const start = times[index] ?? 0;
      const isWorkTime = isWork(schedules, { start, end: start + options.durationMinutes * minuteMs });
      return isWorkTime || mostOutsideHours > 0 ? [{ index, start, isWorkTime, quality: qualityAt(attendees, index, options) }] : [];
    });
    const best = judged.toSorted((left, right) => rank(left.quality) - rank(right.quality) || left.index - right.index);
    let outside = 0;
    const chosen = best
      .filter(({ quality }) => rank(quality) <= rank(leastQuality))
      .filter(({ isWorkTime }) => isWorkTime || ++outside <= mostOutsideHours)
      .slice(0, mostPerDay);
    yield {
      day: day * dayMs,
      quality: best[0]?.quality ?? 'poor',
      suggestions: chosen.map(({ index, start, isWorkTime, quality }) => {
        return { start, isWorkTime, quality, conflicts: attendees.map((attendee) => attendee.conflict(index)) };
      }),
    };
  }
}

function timesOf({ window, durationMinutes }: SuggestionOptions): readonly Instant[] {
  const room = window.end - window.start - durationMinutes * minuteMs;
  return Array.from({ length: Math.max(0, Math.floor(room / stepMs) + 1) }, (_, index) => window.start + index * stepMs);
}

function dayOf(zone: TimeZone, instant: Instant): number {
  return Math.floor(wallTimeAt(zone, instant) / dayMs);
}

function rank(quality: SuggestionQuality): number {
  return suggestionQualities.indexOf(quality);
}

/** Somebody who is invited, by the number of the time. */
interface Attendee {
  readonly people: number;
  readonly conflictsAt: (index: number) => number;
  readonly forbids: (index: number) => boolean;
  readonly conflict: (index: number) => AttendeeConflict;
}

function attendeeOf(invited: Invited, times: number, durationMinutes: number): Attendee {
  const span = Math.ceil((durationMinutes * minuteMs) / stepMs);
  switch (invited.is) {
    case 'individual': {
      const busiest = busiestIn(invited.halfHours, times, span);
      const conflictsAt = (index: number): number => Number((busiest?.[index] ?? 0) >= leastConflict);
      const conflict = (index: number): AttendeeConflict => ({
        is: 'individual',
        status: busiest === undefined ? undefined : leastBusyFirst[busiest[index] ?? 0],
      });
      return { people: 1, conflictsAt, forbids: (index) => invited.mustBeFree && conflictsAt(index) > 0, conflict };
    }
    case 'group': {
      const known = invited.members.flatMap((halfHours) => busiestIn(halfHours, times, span) ?? []);
      const members = invited.members.length + invited.unexpanded;
      const conflictsAt = (index: number): number => known.filter((busiest) => (busiest[index] ?? 0) >= leastConflict).length;
      const conflict = (index: number): AttendeeConflict => {
        const conflicts = conflictsAt(index);
        return { is: 'group', members, available: known.length - conflicts, conflicts, unknown: members - known.length };
      };
      return { people: members, conflictsAt, forbids: (index) => invited.mustBeFree && conflictsAt(index) > 0, conflict };
    }
    default:
      return { people: 0, conflictsAt: () => 0, forbids: () => false, conflict: () => invited };
  }
}

/** For each time how busy somebody is at most while the meeting lasts. */
function busiestIn(halfHours: HalfHours, times: number, span: number): Uint8Array | undefined {
  if (halfHours === undefined) return undefined;
  const ranks = Uint8Array.from(halfHours, rankOf);
  return Uint8Array.from({ length: times }, (_, index) =>
    ranks.subarray(index, index + span).reduce((most, one) => Math.max(most, one), 0),
  );
}

function qualityAt(attendees: readonly Attendee[], index: number, { goodThreshold }: SuggestionOptions): SuggestionQuality {
  const people = attendees.reduce((sum, attendee) => sum + attendee.people, 0);
  if (people === 0) return 'poor';
  const conflicts = attendees.reduce((sum, attendee) => sum + attendee.conflictsAt(index), 0);
  if (conflicts === 0) return 'excellent';
  const available = (100 * (people - conflicts)) / people;
  if (available >= goodThreshold + 50) return 'good';
  return available >= 50 ? 'fair' : 'poor';
}

function isWork(schedules: readonly Schedule[], { start, end }: Period): boolean {
  return (
    schedules.length > 0 &&
    schedules.every(({ zone, periods }) => {
      const begins = wallTimeAt(zone, start);
      const midnight = Math.floor(begins / dayMs) * dayMs;
      const [from, to] = [begins - midnight, wallTimeAt(zone, end) - midnight].map((ms) => ms / minuteMs);
      const day = new Date(midnight).getUTCDay();
      return periods.some(
        ({ days, startMinutes, endMinutes }) => days.includes(day) && (from ?? 0) >= startMinutes && (to ?? 0) <= endMinutes,
      );
    })
  );
}
