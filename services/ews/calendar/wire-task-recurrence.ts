import type { RecurrenceRule } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import type { TaskRecurrence } from '../../../shared/domain/calendar/task-recurrence.ts';
import type { WireRecurrence, WireTaskRecurrence } from '../../../shared/protocols/ews/types/recurrence.ts';
import { ewsRefusal } from '../failures.ts';
import { readRange, readRecurrence, wireRange, wireRecurrence } from './wire-recurrence.ts';

const dayMs = 86_400_000;
/** Outlook's bounds of intervals. */
const most = { DailyRegeneration: 999, WeeklyRegeneration: 99, MonthlyRegeneration: 99, YearlyRegeneration: 99 } as const;
type Regeneration = keyof typeof most;

/** How a task recurs, by its Recurrence. Refuses as {@link readRecurrence} does. */
export function readTaskRecurrence({ pattern, range }: WireTaskRecurrence): TaskRecurrence {
  if (!isRegeneration(pattern.is)) return { pattern: readRecurrence({ pattern, range } as WireRecurrence), isRegenerating: false };
  const { Interval } = pattern.value as { readonly Interval: number };
  if (Interval < 1 || Interval > most[pattern.is]) throw ewsRefusal('ErrorCalendarOutOfRange', { detail: `Interval ${Interval}` });
  const { start, end } = readRange(range);
  const rule = ruleOf(pattern.is, Interval, new Date(start * dayMs));
  return { pattern: { rule, start, end, firstDayOfWeek: 0 }, isRegenerating: true };
}

/** The Recurrence of a task; undefined where it has no form on the wire. Twelve months are a year. */
export function wireTaskRecurrence({ pattern, isRegenerating }: TaskRecurrence): WireTaskRecurrence | undefined {
  if (!isRegenerating) return wireRecurrence(pattern);
  return { pattern: regeneration(pattern.rule), range: wireRange(pattern.start, pattern.end) };
}

function isRegeneration(name: string): name is Regeneration {
  return Object.hasOwn(most, name);
}

/** What the structure asks for besides the interval is that of the first day. */
function ruleOf(kind: Regeneration, interval: number, first: Date): RecurrenceRule {
  switch (kind) {
    case 'DailyRegeneration':
      return { is: 'daily', days: interval };
    case 'WeeklyRegeneration':
      return { is: 'weekly', weeks: interval, on: [first.getUTCDay()] };
    case 'MonthlyRegeneration':
      return { is: 'monthly', months: interval, day: first.getUTCDate() };
    case 'YearlyRegeneration':
      return { is: 'monthly', months: interval * 12, day: first.getUTCDate() };
  }
}

function regeneration(rule: RecurrenceRule): WireTaskRecurrence['pattern'] {
  if (rule.is === 'daily') return { is: 'DailyRegeneration', value: { Interval: rule.days } };
  if (rule.is === 'weekly') return { is: 'WeeklyRegeneration', value: { Interval: rule.weeks } };
  const years = rule.months / 12;
  if (Number.isInteger(years)) return { is: 'YearlyRegeneration', value: { Interval: years } };
  return { is: 'MonthlyRegeneration', value: { Interval: rule.months } };
}
