import { type ICalendarTime, readTime, timeValue } from './values.ts';

/** A RECUR value (RFC 5545 3.3.10). Lists are empty where the rule says nothing. */
export interface ICalendarRule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count?: number | undefined;
  readonly until?: ICalendarTime | undefined;
  readonly byDay: readonly RuleDay[];
  readonly byMonthDay: readonly number[];
  /** 1 to 12. */
  readonly byMonth: readonly number[];
  readonly bySetPosition: readonly number[];
  /** 0 is Sunday; Monday where the rule says nothing. */
  readonly weekStart: number;
  /** Parts that are none of these, by name: BYHOUR, BYWEEKNO, RSCALE, ... Not written. */
  readonly others: ReadonlyMap<string, string>;
}

/** A day of the week, 0 is Sunday; with a number the n-th of them in the month or year, a negative one counted from its end. */
export interface RuleDay {
  readonly day: number;
  readonly nth?: number | undefined;
}

const frequencies = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
type Frequency = (typeof frequencies)[number];

const dayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const mostEntries = 400;

/** Reads a rule; undefined for what is none. Parts may come in any order, and more blanks than the syntax allows. */
export function readRule(value: string): ICalendarRule | undefined {
  const parts = new Map<string, string>();
  for (const part of value.split(';', mostEntries)) {
    const [name = '', text = ''] = part.split('=', 2);
    if (part.trim() !== '') parts.set(name.trim().toUpperCase(), text.replace(/\s+/g, '').toUpperCase());
  }
  const take = (name: string): string | undefined => {
    const text = parts.get(name);
    parts.delete(name);
    return text;
  };
  const frequency = frequencies.find((name) => name === parts.get('FREQ'));
  take('FREQ');
  const [interval, count, untilText, weekStart] = [number(take('INTERVAL') ?? '1'), take('COUNT'), take('UNTIL'), take('WKST')];
  const until = untilText === undefined ? undefined : readTime(untilText);
  const byDay = entries(take('BYDAY'), readRuleDay);
  const byMonthDay = entries(take('BYMONTHDAY'), number);
  const byMonth = entries(take('BYMONTH'), number);
  const bySetPosition = entries(take('BYSETPOS'), number);
  const counted = count === undefined ? undefined : number(count);
  const isBad = (count !== undefined && counted === undefined) || (untilText !== undefined && until === undefined);
  const starts = weekStart === undefined ? 1 : (dayNames as readonly string[]).indexOf(weekStart);
  if (frequency === undefined || interval === undefined || interval < 1 || isBad || (counted ?? 1) < 1 || starts < 0) return undefined;
  if (byDay === undefined || byMonthDay === undefined || byMonth === undefined || bySetPosition === undefined) return undefined;
  return { frequency, interval, count: counted, until, byDay, byMonthDay, byMonth, bySetPosition, weekStart: starts, others: parts };
}

/** The RECUR value of a rule, in the order in which Exchange writes its parts. */
export function ruleValue(rule: ICalendarRule): string {
  const { frequency, interval, count, until, byDay, byMonthDay, byMonth, bySetPosition, weekStart } = rule;
  const list = (name: string, values: readonly (string | number)[]): string => (values.length === 0 ? '' : `;${name}=${values.join(',')}`);
  return [
    `FREQ=${frequency}`,
    until === undefined ? '' : `;UNTIL=${timeValue(until)}`,
    count === undefined ? '' : `;COUNT=${count}`,
    `;INTERVAL=${interval}`,
    list(
      'BYDAY',
      byDay.map(({ day, nth }) => `${nth ?? ''}${dayNames[day] ?? ''}`),
    ),
    list('BYMONTHDAY', byMonthDay),
    list('BYMONTH', byMonth),
    list('BYSETPOS', bySetPosition),
    weekStart === 1 ? '' : `;WKST=${dayNames[weekStart] ?? 'MO'}`,
  ].join('');
}

function entries<Entry>(list: string | undefined, read: (text: string) => Entry | undefined): readonly Entry[] | undefined {
  if (list === undefined || list === '') return [];
  const all = list.split(',', mostEntries + 1);
  const good = all.flatMap((text) => read(text) ?? []);
  return good.length === all.length && all.length <= mostEntries ? good : undefined;
}

function readRuleDay(text: string): RuleDay | undefined {
  const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text);
  const day = (dayNames as readonly string[]).indexOf(match?.[2] ?? '');
  if (day < 0) return undefined;
  return match?.[1] === undefined ? { day } : { day, nth: Number(match[1]) };
}

function number(text: string): number | undefined {
  return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : /^\d+$/.test(text) ? Number.MAX_SAFE_INTEGER : undefined;
}
