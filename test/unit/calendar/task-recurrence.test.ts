import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wireTaskRecurrence } from '../../../services/ews/calendar/wire-task-recurrence.ts';
import { patternDays, type RecurrencePattern } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import { nextTask, type TaskRecurrence, taskRecurrenceOf, writeTaskRecurrence } from '../../../shared/domain/calendar/task-recurrence.ts';
import { named, type PropertyBag } from '../../../shared/kernel/mapi.ts';
import { somePattern } from './series-arbitrary.ts';

const dayOf = (text: string): number => Date.parse(`${text}T00:00Z`) / 86_400_000;
const propertiesOf = (recurrence: TaskRecurrence): PropertyBag => ({
  [named.taskRecurs]: true,
  [named.taskRecurrence]: writeTaskRecurrence(recurrence).toString('base64'),
});
const readBack = (bag: PropertyBag): TaskRecurrence | undefined => taskRecurrenceOf((key) => bag[key]);

/** The pattern with its start on its first day, as everything that is written has it. */
const settled = somePattern.map((pattern): RecurrencePattern => {
  const [first = pattern.start] = patternDays({ ...pattern, end: { is: 'never' } }, pattern.start, Number.POSITIVE_INFINITY);
  return { ...pattern, start: first };
});

describe('the recurrence of a task', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(somePattern, fc.boolean(), (pattern, isRegenerating) => {
        expect(readBack(propertiesOf({ pattern, isRegenerating }))).toEqual({ pattern, isRegenerating });
      }),
    );
  });

  test('cannot be read where it is cut off, whatever it is', () => {
    fc.assert(
      fc.property(somePattern, fc.nat(), (pattern, at) => {
        const octets = writeTaskRecurrence({ pattern, isRegenerating: false });
        const cut = octets.subarray(0, at % octets.length).toString('base64');
        expect(readBack({ [named.taskRecurs]: true, [named.taskRecurrence]: cut })).toBeUndefined();
      }),
    );
  });

  test('goes on from one day of its pattern to the next, to the last', () => {
    fc.assert(
      fc.property(settled, fc.integer({ min: 1, max: 12 }), (endless, count) => {
        const pattern: RecurrencePattern = { ...endless, end: { is: 'after', occurrences: count } };
        const passed: number[] = [];
        let recurrence: TaskRecurrence = { pattern, isRegenerating: false };
        for (let day: number | undefined = pattern.start; day !== undefined; ) {
          passed.push(day);
          const next = nextTask(recurrence, day, day);
          recurrence = next?.recurrence ?? recurrence;
          day = next?.day;
        }
        expect(passed).toEqual([...patternDays(pattern, pattern.start, Number.POSITIVE_INFINITY)]);
      }),
    );
  });

  test.each([
    [{ is: 'daily', days: 5 }, '2026-11-04', '2026-11-09'],
    [{ is: 'weekly', weeks: 2, on: [1] }, '2026-11-04', '2026-11-18'],
    [{ is: 'monthly', months: 1, day: 31 }, '2027-01-31', '2027-02-28'],
    [{ is: 'monthly', months: 12, day: 29 }, '2028-02-29', '2029-02-28'],
  ] as const)('regenerates %o after %s on %s', (rule, today, expected) => {
    const pattern: RecurrencePattern = { rule, start: dayOf('2020-01-01'), end: { is: 'never' }, firstDayOfWeek: 0 };
    expect(nextTask({ pattern, isRegenerating: true }, pattern.start, dayOf(today))?.day).toBe(dayOf(expected));
  });

  test('regenerates until its last day, and no more', () => {
    const pattern: RecurrencePattern = {
      rule: { is: 'daily', days: 5 },
      start: dayOf('2026-11-01'),
      end: { is: 'until', day: dayOf('2026-11-09') },
      firstDayOfWeek: 0,
    };
    const next = (today: string): number | undefined => nextTask({ pattern, isRegenerating: true }, pattern.start, dayOf(today))?.day;
    expect([next('2026-11-04'), next('2026-11-05')]).toEqual([dayOf('2026-11-09'), undefined]);
  });

  test('of a pattern without a form on the wire is not shown', () => {
    const rule = { is: 'month-nth', months: 1, on: [1, 3], nth: 2 } as const;
    const pattern: RecurrencePattern = { rule, start: dayOf('2026-11-11'), end: { is: 'never' }, firstDayOfWeek: 0 };
    expect(wireTaskRecurrence({ pattern, isRegenerating: false })).toBeUndefined();
  });
});
