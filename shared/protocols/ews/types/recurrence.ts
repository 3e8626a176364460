import { either, maybe, one, sequence, simple } from '../../../xml/codec.ts';
import type { XmlElement } from '../../../xml/element.ts';
import { enumeration, listOf } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { dateText, integer, zonedDateText } from './simple.ts';

// Recurrences of calendar items and tasks.

export const dayOfWeek = enumeration('DayOfWeekType', [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Day',
  'Weekday',
  'WeekendDay',
]);

export const daysOfWeek = listOf('DaysOfWeekType', dayOfWeek);

export const dayOfWeekIndex = enumeration('DayOfWeekIndexType', ['First', 'Second', 'Third', 'Fourth', 'Last']);

export const monthName = enumeration('MonthNamesType', [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]);

export const relativeYearlyRecurrencePattern = sequence(
  {
    DaysOfWeek: one(types, simple(dayOfWeek)),
    DayOfWeekIndex: one(types, simple(dayOfWeekIndex)),
    Month: one(types, simple(monthName)),
  },
  'RelativeYearlyRecurrencePatternType',
);

const absoluteYearlyRecurrencePattern = sequence(
  {
    DayOfMonth: one(types, integer),
    Month: one(types, simple(monthName)),
  },
  'AbsoluteYearlyRecurrencePatternType',
);

const relativeMonthlyRecurrencePattern = sequence(
  {
    Interval: one(types, integer),
    DaysOfWeek: one(types, simple(dayOfWeek)),
    DayOfWeekIndex: one(types, simple(dayOfWeekIndex)),
  },
  'RelativeMonthlyRecurrencePatternType',
);

const absoluteMonthlyRecurrencePattern = sequence(
  {
    Interval: one(types, integer),
    DayOfMonth: one(types, integer),
  },
  'AbsoluteMonthlyRecurrencePatternType',
);

const weeklyRecurrencePattern = sequence(
  {
    Interval: one(types, integer),
    DaysOfWeek: one(types, simple(daysOfWeek)),
    FirstDayOfWeek: maybe(types, simple(dayOfWeek)),
  },
  'WeeklyRecurrencePatternType',
);

const dailyRecurrencePattern = sequence(
  {
    Interval: one(types, integer),
  },
  'DailyRecurrencePatternType',
);

const dailyRegeneratingPattern = sequence(
  {
    Interval: one(types, integer),
  },
  'DailyRegeneratingPatternType',
);

const weeklyRegeneratingPattern = sequence(
  {
    Interval: one(types, integer),
  },
  'WeeklyRegeneratingPatternType',
);

const monthlyRegeneratingPattern = sequence(
  {
    Interval: one(types, integer),
  },
  'MonthlyRegeneratingPatternType',
);

const yearlyRegeneratingPattern = sequence(
  {
    Interval: one(types, integer),
  },
  'YearlyRegeneratingPatternType',
);

const patterns = {
  RelativeYearlyRecurrence: relativeYearlyRecurrencePattern,
  AbsoluteYearlyRecurrence: absoluteYearlyRecurrencePattern,
  RelativeMonthlyRecurrence: relativeMonthlyRecurrencePattern,
  AbsoluteMonthlyRecurrence: absoluteMonthlyRecurrencePattern,
  WeeklyRecurrence: weeklyRecurrencePattern,
  DailyRecurrence: dailyRecurrencePattern,
};
const regenerations = {
  DailyRegeneration: dailyRegeneratingPattern,
  WeeklyRegeneration: weeklyRegeneratingPattern,
  MonthlyRegeneration: monthlyRegeneratingPattern,
  YearlyRegeneration: yearlyRegeneratingPattern,
};
/** When something recurs; the date of a task has an offset (observed: exchangelib's source), that of a calendar item none. */
const rangesOf = (dates: typeof dateText) => ({
  NoEndRecurrence: sequence({ StartDate: one(types, dates) }, 'NoEndRecurrenceRangeType'),
  EndDateRecurrence: sequence({ StartDate: one(types, dates), EndDate: one(types, dates) }, 'EndDateRecurrenceRangeType'),
  NumberedRecurrence: sequence({ StartDate: one(types, dates), NumberOfOccurrences: one(types, integer) }, 'NumberedRecurrenceRangeType'),
});

export const recurrence = sequence({ pattern: either(types, patterns), range: either(types, rangesOf(dateText)) }, 'RecurrenceType');

export const taskRecurrence = sequence(
  { pattern: either(types, { ...patterns, ...regenerations }), range: either(types, rangesOf(zonedDateText)) },
  'TaskRecurrenceType',
);

type ValueOf<C> = C extends { decode(of: XmlElement): infer T } ? T : never;
export type WireRecurrence = ValueOf<typeof recurrence>;
export type WireTaskRecurrence = ValueOf<typeof taskRecurrence>;
