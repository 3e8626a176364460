import fc from 'fast-check';
import { busyStatuses } from '../../../shared/domain/calendar/free-busy.ts';
import type { Day, RecurrenceEnd, RecurrencePattern, RecurrenceRule } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import type { Series, SeriesException } from '../../../shared/domain/calendar/recurrence/series.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

const weekdays = fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1 }).map((days) => days.toSorted((left, right) => left - right));
const months = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(12, 24, 36));

const rule: fc.Arbitrary<RecurrenceRule> = fc.oneof(
  fc.record({ is: fc.constant('daily' as const), days: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ is: fc.constant('weekly' as const), weeks: fc.integer({ min: 1, max: 9 }), on: weekdays }),
  fc.record({ is: fc.constant('monthly' as const), months, day: fc.integer({ min: 1, max: 31 }) }),
  fc.record({ is: fc.constant('month-nth' as const), months, on: weekdays, nth: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ is: fc.constant('month-end' as const), months }),
);

/** From 1995 to 2035. */
export const someDay: fc.Arbitrary<Day> = fc.integer({ min: 9_131, max: 24_106 });

/** A pattern of any kind. */
export const somePattern: fc.Arbitrary<RecurrencePattern> = someDay.chain((start) => {
  const end: fc.Arbitrary<RecurrenceEnd> = fc.oneof(
    fc.constant({ is: 'never' as const }),
    fc.record({ is: fc.constant('until' as const), day: fc.integer({ min: start, max: start + 3_000 }) }),
    fc.record({ is: fc.constant('after' as const), occurrences: fc.integer({ min: 1, max: 60 }) }),
  );
  return fc.record({ rule, start: fc.constant(start), end, firstDayOfWeek: fc.nat({ max: 6 }) });
});

const text = fc.string({ unit: 'grapheme', maxLength: 40 });

function someException(day: Day): fc.Arbitrary<SeriesException> {
  const times = fc.record({
    original: fc.nat({ max: 1439 }),
    start: fc.integer({ min: -2_000, max: 3_000 }),
    minutes: fc.nat({ max: 3_000 }),
  });
  const changes = fc.record(
    { subject: text, location: text, status: fc.constantFrom(...busyStatuses), isReminderSet: fc.boolean() },
    { requiredKeys: [] },
  );
  return fc.tuple(times, changes).map(([{ original, start, minutes }, changed]) => ({
    original: day * dayMs + original * minuteMs,
    start: day * dayMs + start * minuteMs,
    end: day * dayMs + (start + minutes) * minuteMs,
    ...changed,
  }));
}

/** A series with deleted and changed occurrences, each on a day of its own. */
export const someSeries: fc.Arbitrary<Series> = fc
  .tuple(
    somePattern,
    fc.nat({ max: 1439 }),
    fc.nat({ max: 4_000 }),
    fc.uniqueArray(fc.nat({ max: 400 }), { maxLength: 8 }),
    fc.nat({ max: 8 }),
  )
  .chain(([pattern, startMinutes, minutes, offsets, split]) => {
    const days = offsets.map((offset) => pattern.start + offset);
    return fc.record({
      pattern: fc.constant(pattern),
      startMinutes: fc.constant(startMinutes),
      endMinutes: fc.constant(startMinutes + minutes),
      deleted: fc.constant(days.slice(0, split).toSorted((left, right) => left - right)),
      exceptions: fc.tuple(...days.slice(split).map(someException)),
    });
  });
