import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { appointmentFromCalendar } from '../../../shared/bridges/calendar/appointment-from-calendar.ts';
import { calendarFromAppointment } from '../../../shared/bridges/calendar/calendar-from-appointment.ts';
import { eventZone } from '../../../shared/bridges/calendar/calendar-zones.ts';
import { type LegacyTimeZone, legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { legacyWindowsZone } from '../../../shared/domain/calendar/legacy-windows-zone.ts';
import { type Day, patternDays, type RecurrenceRule } from '../../../shared/domain/calendar/recurrence/pattern.ts';
import type { Series, SeriesException } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesOf, seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import type { WallTime } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZoneIds } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { someSeries } from '../calendar/series-arbitrary.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Occurrences that are compared of each series. */
const compared = 21;

/** A series whose exceptions stand for days of its pattern, in a zone of Windows. */
const anySeries = fc
  .tuple(someSeries, fc.constantFrom(...windowsZoneIds), fc.array(fc.nat({ max: 20 }), { maxLength: 8 }))
  .map(([series, id, places]) => {
    const { rule, start } = series.pattern;
    const pattern = { ...series.pattern, rule: saidAlike(rule, start) };
    const days = [...take(patternDays(pattern, start, start + 100_000), compared)];
    const chosen = [...new Set(places)].flatMap((place) => days[place] ?? []).sort((left, right) => left - right);
    const onPattern = (exception: SeriesException, day: number): SeriesException => {
      const move = day - Math.floor(exception.original / dayMs);
      const times = { start: exception.start + move * dayMs, end: exception.end + move * dayMs };
      return { ...exception, ...times, original: day * dayMs + series.startMinutes * minuteMs };
    };
    const exceptions = series.exceptions
      .slice(0, chosen.length)
      .map((exception, index) => onPattern(exception, present(chosen[index], 'a day')));
    const deleted = chosen.slice(exceptions.length);
    const rules: LegacyTimeZone = legacyWindowsZone(id, start * dayMs) ?? legacyUtc;
    return { series: { ...series, pattern, deleted, exceptions }, zone: { name: id, rule: rules }, days };
  })
  .filter(({ days }) => days.length > 0);

/** RFC 5545 leaves months out that have no such day, and ical.js counts years wrongly from the end of February. */
function saidAlike(rule: RecurrenceRule, start: Day): RecurrenceRule {
  const isFebruary = new Date(start * dayMs).getUTCMonth() === 1;
  const isOdd = rule.is === 'monthly' ? rule.day > 28 && (rule.day < 31 || isFebruary) : isFebruary;
  return isOdd && (rule.is === 'monthly' || rule.is === 'month-end') ? { is: 'monthly', months: rule.months, day: 28 } : rule;
}

function* take<T>(all: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const one of all) {
    if (left === 0) return;
    left -= 1;
    yield one;
  }
}

interface Shown {
  readonly start: string;
  readonly end: string;
  readonly subject: string;
}

/** What takes place for the first days of the pattern, as clocks on walls show it. */
function ourOccurrences({ pattern, startMinutes, endMinutes, deleted, exceptions }: Series): readonly Shown[] {
  return [...take(patternDays(pattern, pattern.start, pattern.start + 100_000), compared)].flatMap((day) => {
    if (deleted.includes(day)) return [];
    const exception = exceptions.find(({ original }) => Math.floor(original / dayMs) === day);
    const { start, end } = exception ?? { start: day * dayMs + startMinutes * minuteMs, end: day * dayMs + endMinutes * minuteMs };
    return [{ start: shown(start), end: shown(end), subject: onWire(exception?.subject ?? 'Series') }];
  });
}

function theirOccurrences(text: string, last: string): readonly Shown[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
  const [master, ...exceptions] = calendar.getAllSubcomponents('vevent');
  const event = new ICAL.Event(present(master, 'a master'), { exceptions });
  const found: Shown[] = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next !== null && next !== undefined && wallText(next) <= last; next = iterator.next()) {
    const { startDate, endDate, item } = event.getOccurrenceDetails(next);
    found.push({ start: wallText(startDate), end: wallText(endDate), subject: item.summary ?? '' });
  }
  return found;
}

const shown = (wall: WallTime): string => new Date(wall).toISOString().slice(0, 16);
const wallText = (time: ICAL.Time): string => (time.isDate ? `${time.toString()}T00:00` : time.toString().slice(0, 16));
const onWire = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]+/g, ' ')
    .replace(/\r\n|\r/g, '\n');

function item(
  series: Series,
  zone: { name: string; rule: LegacyTimeZone },
  isAllDay = false,
): Parameters<typeof calendarFromAppointment>[0] {
  const properties = { [tags.subject]: 'Series', [named.appointmentSubType]: isAllDay, ...seriesProperties(series, zone) };
  return { class: 'IPM.Appointment', properties, recipients: [] };
}

describe('a series as iCalendar', () => {
  test('takes place for ical.js when it does for us, on clocks that go alike', () => {
    fc.assert(
      fc.property(anySeries, ({ series, zone, days }) => {
        const { text } = calendarFromAppointment(item(series, zone));
        const last = present(days.at(-1), 'a last day');
        const horizon = shown(last * dayMs + series.startMinutes * minuteMs);
        // ical.js counts hours where clocks are changed between start and end, Exchange what they show.
        const isFixed = zone.rule.daylight.month === 0;
        const seen = (all: readonly Shown[]): readonly Shown[] => (isFixed ? all : all.map((one) => ({ ...one, end: '' })));
        expect(seen(theirOccurrences(text, horizon))).toEqual(seen(ourOccurrences(series)));
      }),
      { numRuns: 150 },
    );
  });

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anySeries, ({ series, zone }) => {
        const first = calendarFromAppointment(item(series, zone)).text;
        const read = appointmentFromCalendar(Buffer.from(first, 'utf8'));
        const back = present(
          seriesOf((key) => read.properties[key]),
          'a series',
        );
        expect(ourOccurrences(back.series).map(({ start, end }) => [start, end])).toEqual(
          ourOccurrences(series).map(({ start, end }) => [start, end]),
        );
        expect(back.series.exceptions.map(({ status, isReminderSet }) => [status, isReminderSet])).toEqual(
          series.exceptions.map(({ status, isReminderSet }) => [changed(status, 'busy'), changed(isReminderSet, false)]),
        );
        expect(calendarFromAppointment(read).text).toBe(
          calendarFromAppointment(appointmentFromCalendar(Buffer.from(calendarFromAppointment(read).text))).text,
        );
      }),
      { numRuns: 150 },
    );
  });

  test('comes back the same after ical.js has read and written it', () => {
    fc.assert(
      fc.property(anySeries, ({ series, zone }) => {
        const { text } = calendarFromAppointment(item(series, zone));
        const theirs = ICAL.stringify(ICAL.parse(text));
        expect(appointmentFromCalendar(Buffer.from(theirs, 'utf8')).properties).toEqual(
          appointmentFromCalendar(Buffer.from(text, 'utf8')).properties,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('of whole days has dates', () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: 1, max: 3 }), ({ series, zone }, length) => {
        const whole: Series = { ...series, startMinutes: 0, endMinutes: length * 1440, deleted: series.deleted, exceptions: [] };
        const { text } = calendarFromAppointment(item(whole, zone, true));
        expect(text).toMatch(/\r\nDTSTART;VALUE=DATE:\d{8}\r\nDTEND;VALUE=DATE:\d{8}\r\n/);
        const read = appointmentFromCalendar(Buffer.from(text, 'utf8'), zone);
        expect(read.properties[named.appointmentSubType]).toBe(true);
        expect(
          ourOccurrences(
            present(
              seriesOf((key) => read.properties[key]),
              'a series',
            ).series,
          ),
        ).toEqual(ourOccurrences(whole));
      }),
      { numRuns: 60 },
    );
  });
});

function changed<T>(value: T | undefined, usual: T): T | undefined {
  return value === usual ? undefined : value;
}

describe('the zones of Windows', () => {
  test('go for ical.js as they do for us', () => {
    for (const id of windowsZoneIds) {
      const rule = present(legacyWindowsZone(id, Date.UTC(2026, 5, 1)), id);
      const series: Series = {
        pattern: { rule: { is: 'daily', days: 1 }, start: 20_454, end: { is: 'never' }, firstDayOfWeek: 1 },
        startMinutes: 0,
        endMinutes: 60,
        deleted: [],
        exceptions: [],
      };
      const { text } = calendarFromAppointment(item(series, { name: id, rule }));
      const calendar = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
      const zone = new ICAL.Timezone(present(calendar.getFirstSubcomponent('vtimezone'), 'a zone'));
      const { zone: ours } = eventZone({ name: id, rule });
      const read = appointmentFromCalendar(Buffer.from(text.replaceAll(id, 'Nobody knows'), 'utf8'));
      const { zone: again } = present(
        seriesOf((key) => read.properties[key]),
        'a series',
      );
      for (let at = Date.UTC(2026, 0, 1, 12); at < Date.UTC(2027, 0, 1); at += 7 * dayMs) {
        const wall = at - ours.biasAt(at) * minuteMs;
        const time = ICAL.Time.fromJSDate(new Date(wall), true);
        expect([id, shown(wall), 0 - zone.utcOffset(time) / 60, again.biasAt(at)]).toEqual([
          id,
          shown(wall),
          ours.biasAt(at),
          ours.biasAt(at),
        ]);
      }
    }
  });
});
