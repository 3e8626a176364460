import type { Instant } from '../../kernel/clock.ts';
import type { CalendarRefusalCode } from './errors.ts';

/** PidLidBusyStatus (MS-OXOCAL 2.2.1.2) in the words of the domain, by its value. */
export const busyStatuses = ['free', 'tentative', 'busy', 'out-of-office', 'working-elsewhere'] as const;
export type BusyStatus = (typeof busyStatuses)[number];

/** A stretch of time: `start` belongs to it, `end` does not. */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

/** A stretch of time and how busy somebody is in it. */
export interface BusyPeriod extends Period {
  readonly status: BusyStatus;
}

/** Which of two counts where both lie in one interval; the place of working elsewhere is ours, the others' are Microsoft's. */
export const leastBusyFirst: readonly BusyStatus[] = ['free', 'working-elsewhere', 'tentative', 'busy', 'out-of-office'];

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Bounds of Microsoft's pages "GetUserAvailability" and "MergedFreeBusyIntervalInMinutes". */
export const longestWindowDays = 42;
const shortestIntervalMinutes = 5;
const longestIntervalMinutes = 1440;
export const defaultIntervalMinutes = 30;

/** What is wrong with a window and the interval it is to be cut into; undefined when nothing. */
export function windowProblem({ start, end }: Period, intervalMinutes: number): CalendarRefusalCode | undefined {
  if (end <= start) return 'window-empty';
  if (end - start > longestWindowDays * dayMs) return 'window-too-long';
  const isInterval = intervalMinutes >= shortestIntervalMinutes && intervalMinutes <= longestIntervalMinutes;
  return isInterval ? undefined : 'merged-interval-invalid';
}

/** Days that a window touches. */
export function daysIn({ start, end }: Period): number {
  return Math.ceil((end - start) / dayMs);
}

/**
 * One digit (0 free, 1 tentative, 2 busy, 3 out of office, 4 working elsewhere) for each interval of a window, the last
 * one of which may reach over its end. The busiest that touches an interval counts.
 */
export function mergedFreeBusy(periods: readonly BusyPeriod[], { start, end }: Period, intervalMinutes: number): string {
  const intervalMs = intervalMinutes * minuteMs;
  const digits = new Uint8Array(Math.ceil((end - start) / intervalMs));
  // For each interval the next one, itself included, that nobody has claimed: every interval is written once.
  const unclaimed = Uint32Array.from({ length: digits.length + 1 }, (_, index) => index);
  const busiestFirst = periods.filter(({ status }) => status !== 'free').toSorted((left, right) => rank(right) - rank(left));
  for (const period of busiestFirst) {
    const from = Math.floor((Math.max(period.start, start) - start) / intervalMs);
    const until = Math.ceil((Math.min(period.end, end) - start) / intervalMs);
    for (let index = claimable(unclaimed, from); index < until; index = claimable(unclaimed, index)) {
      digits[index] = busyStatuses.indexOf(period.status);
      unclaimed[index] = index + 1;
    }
  }
  return digits.join('');
}

/**
 * The digits of several calendars in one: in each interval the busiest. Where there is no calendar nothing is known: `4`
 * (Microsoft's page "MergedFreeBusy").
 */
export function mergedDigits(calendars: readonly string[], intervals: number): string {
  if (calendars.length === 0) return '4'.repeat(intervals);
  return Array.from({ length: intervals }, (_, index) => {
    const busiest = Math.max(...calendars.map((digits) => rankOf(digits[index])));
    return busyStatuses.indexOf(leastBusyFirst[busiest] ?? 'free');
  }).join('');
}

/** How busy a digit stands for, by the place in {@link leastBusyFirst}. */
export function rankOf(digit: string | undefined): number {
  return leastBusyFirst.indexOf(busyStatuses[Number(digit ?? 0)] ?? 'free');
}

function rank({ status }: BusyPeriod): number {
  return leastBusyFirst.indexOf(status);
}

function claimable(unclaimed: Uint32Array, from: number): number {
  let found = Math.min(from, unclaimed.length - 1);
  while (unclaimed[found] !== found) found = unclaimed[found] ?? found;
  // The way is shortened for those who come after.
  for (let index = from; index < found; ) {
    const next = unclaimed[index] ?? found;
    unclaimed[index] = found;
    index = next;
  }
  return found;
}
