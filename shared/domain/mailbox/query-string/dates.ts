import type { Instant } from '../../../kernel/clock.ts';

/** Times from `start` to before `end`, in milliseconds. */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

/** A period as a query names it, and how many characters the name has. */
export interface NamedPeriod extends Period {
  readonly length: number;
}

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const dayMs = 86_400_000;

type Calendar = { readonly year: number; readonly month: number; readonly day: number; readonly weekday: number; readonly now: Instant };
type Reader = readonly [pattern: RegExp, read: (match: RegExpExecArray, today: Calendar) => Period | undefined];

/** Months and weekdays by their English names; weeks begin on Sunday. A pattern that is a beginning of another stands behind it. */
const readers: readonly Reader[] = [
  [/(\d{4})-(\d{1,2})-(\d{1,2})(?!\w)/y, (found) => dayOf(part(found, 1), part(found, 2), part(found, 3))],
  [/(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\w)/y, (found) => dayOf(part(found, 3), part(found, 1), part(found, 2))],
  [/(\d{1,2})\/(\d{1,2})(?![\w/])/y, (found, { year }) => dayOf(year, part(found, 1), part(found, 2))],
  [
    new RegExp(`(${months.join('|')})\\s+(\\d{1,2})(?:\\s*,\\s*(\\d{4}))?(?!\\w)`, 'iy'),
    (found, { year }) => dayOf(found[3] === undefined ? year : part(found, 3), monthOf(found[1]), part(found, 2)),
  ],
  [new RegExp(`(${months.join('|')})\\s+(\\d{4})(?!\\w)`, 'iy'), (found) => monthPeriod(part(found, 2), monthOf(found[1]) - 1)],
  [new RegExp(`(${months.join('|')})(?!\\w)`, 'iy'), (found, { year }) => monthPeriod(year, monthOf(found[1]) - 1)],
  [
    new RegExp(`(${weekdays.join('|')})(?!\\w)`, 'iy'),
    (found, { year, month, day, weekday }) => dayPeriod(year, month, day - weekday + weekdays.indexOf((found[1] ?? '').toLowerCase())),
  ],
  [/(today|tomorrow|yesterday)(?!\w)/iy, ([, name = ''], { year, month, day }) => dayPeriod(year, month, day + days(name))],
  [/(this|last|next)\s+(week|month|year)(?!\w)/iy, ([, which = '', unit = ''], today) => calendarPeriod(today, steps(which), unit)],
  [/(past|coming)\s+(week|month|year)(?!\w)/iy, ([, which = '', unit = ''], today) => rollingPeriod(today, which, unit)],
];

/**
 * The period that stands in a text at a place: a day, a month or one relative to now, in UTC. Microsoft's page "Perform an
 * AQS search by using EWS in Exchange" lists the forms; `last` and `next` are those of the calendar, `past` and `coming`
 * reach from or to this moment (inferred). Undefined for anything else, days that do not exist among it.
 */
export function readPeriod(text: string, at: number, now: Instant): NamedPeriod | undefined {
  const date = new Date(now);
  const today = { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), weekday: date.getUTCDay(), now };
  for (const [pattern, read] of readers) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const period = found === null ? undefined : read(found, today);
    if (found !== null && period !== undefined) return { ...period, length: found[0].length };
  }
  return undefined;
}

function part(found: RegExpExecArray, group: number): number {
  return Number(found[group]);
}

function monthOf(name: string | undefined): number {
  return months.indexOf((name ?? '').toLowerCase()) + 1;
}

/** A day by its date; months from 1. */
function dayOf(year: number, month: number, day: number): Period | undefined {
  const start = Date.UTC(year, month - 1, day);
  const exists = new Date(start).getUTCMonth() === month - 1 && new Date(start).getUTCDate() === day;
  return year >= 1601 && exists ? { start, end: start + dayMs } : undefined;
}

function dayPeriod(year: number, month: number, day: number): Period {
  const start = Date.UTC(year, month, day);
  return { start, end: start + dayMs };
}

/** Months from 0. */
function monthPeriod(year: number, month: number): Period {
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) };
}

function days(name: string): number {
  return { today: 0, tomorrow: 1, yesterday: -1 }[name.toLowerCase()] ?? 0;
}

function steps(which: string): number {
  return { this: 0, last: -1, next: 1 }[which.toLowerCase()] ?? 0;
}

function calendarPeriod({ year, month, day, weekday }: Calendar, step: number, unit: string): Period {
  switch (unit.toLowerCase()) {
    case 'week': {
      const start = Date.UTC(year, month, day - weekday + 7 * step);
      return { start, end: start + 7 * dayMs };
    }
    case 'month':
      return monthPeriod(year, month + step);
    default:
      return { start: Date.UTC(year + step, 0, 1), end: Date.UTC(year + step + 1, 0, 1) };
  }
}

function rollingPeriod({ now }: Calendar, which: string, unit: string): Period {
  const sign = which.toLowerCase() === 'past' ? -1 : 1;
  const other = new Date(now);
  if (unit.toLowerCase() === 'week') other.setUTCDate(other.getUTCDate() + 7 * sign);
  else if (unit.toLowerCase() === 'month') other.setUTCMonth(other.getUTCMonth() + sign);
  else other.setUTCFullYear(other.getUTCFullYear() + sign);
  return sign < 0 ? { start: other.getTime(), end: now } : { start: now, end: other.getTime() };
}
