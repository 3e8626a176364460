import { named, type PropertyKey, type PropertyValue } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { OctetCursor } from './recurrence/octet-cursor.ts';
import { type Day, firstOfMonth, monthOf, patternDays, type RecurrenceEnd, type RecurrencePattern } from './recurrence/pattern.ts';
import { readPattern, writePattern } from './recurrence/pattern-octets.ts';

/** How a task recurs: on the days of a pattern, or (regenerating) so long after it was completed. Its start is the occurrence that it is now. */
export interface TaskRecurrence {
  readonly pattern: RecurrencePattern;
  readonly isRegenerating: boolean;
}

const dayMs = 86_400_000;
/** Nothing is read that is longer: a pattern has no exceptions here. */
const mostOctets = 1024;

/** Reads PidLidTaskRecurrence (MS-OXOTASK 2.2.2.2.15). Refuses with `recurrence-invalid`. */
function readTaskRecurrence(octets: Buffer): TaskRecurrence {
  const { pattern, isSliding } = readPattern(new OctetCursor(octets.subarray(0, mostOctets)));
  return { pattern, isRegenerating: isSliding };
}

/** Writes it. */
export function writeTaskRecurrence({ pattern, isRegenerating }: TaskRecurrence): Buffer {
  return writePattern(pattern, isRegenerating);
}

type Properties = (key: PropertyKey) => PropertyValue | undefined;

/** How a task recurs; undefined where it does not, or where that cannot be read. */
export function taskRecurrenceOf(read: Properties): TaskRecurrence | undefined {
  const octets = read(named.taskRecurrence);
  if (read(named.taskRecurs) !== true || typeof octets !== 'string') return undefined;
  try {
    return readTaskRecurrence(Buffer.from(octets, 'base64'));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * The next occurrence of a task and how it recurs from then on; undefined after the last one.
 *
 * @param current the day of the occurrence that is over
 * @param today the day on which it was completed
 * @param after how it recurs from then on, where that is something else
 */
export function nextTask(
  { pattern, isRegenerating }: TaskRecurrence,
  current: Day,
  today: Day,
  after?: TaskRecurrence,
): { readonly day: Day; readonly recurrence: TaskRecurrence } | undefined {
  const end = oneLess((after ?? { pattern }).pattern.end);
  const day = isRegenerating ? regenerated(pattern, today) : firstAfter(pattern, current);
  if (end === undefined || day === undefined) return undefined;
  const recurrence = after ?? { pattern: { ...pattern, start: day }, isRegenerating };
  return { day, recurrence: { ...recurrence, pattern: { ...recurrence.pattern, end } } };
}

function oneLess(end: RecurrenceEnd): RecurrenceEnd | undefined {
  if (end.is !== 'after') return end;
  return end.occurrences > 1 ? { is: 'after', occurrences: end.occurrences - 1 } : undefined;
}

/** How many there are is counted down, and not counted from the start, which moves on. */
function firstAfter(pattern: RecurrencePattern, day: Day): Day | undefined {
  const endless: RecurrencePattern = pattern.end.is === 'after' ? { ...pattern, end: { is: 'never' } } : pattern;
  const [next] = patternDays(endless, day + 1, Number.POSITIVE_INFINITY);
  return next;
}

function regenerated({ rule, end }: RecurrencePattern, today: Day): Day | undefined {
  const day = later(rule, today);
  return end.is === 'until' && day > end.day ? undefined : day;
}

/** A period after a day; the last day of a month that is too short. */
function later(rule: RecurrencePattern['rule'], day: Day): Day {
  if (rule.is === 'daily') return day + rule.days;
  if (rule.is === 'weekly') return day + 7 * rule.weeks;
  const month = monthOf(day) + rule.months;
  const inMonth = new Date(day * dayMs).getUTCDate();
  return Math.min(firstOfMonth(month) + inMonth - 1, firstOfMonth(month + 1) - 1);
}
