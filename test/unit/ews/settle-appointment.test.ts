import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zoneById } from '../../../services/ews/calendar/named-zone.ts';
import { type Ground, settleAppointment } from '../../../services/ews/calendar/settle-appointment.ts';
import { wireRecurrence } from '../../../services/ews/calendar/wire-recurrence.ts';
import { Draft } from '../../../services/ews/drafts/draft.ts';
import { legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { occurrences } from '../../../shared/domain/calendar/recurrence/series.ts';
import { seriesOf, seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import { instantAt, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZoneIds } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { named, type PropertyBag, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { somePattern } from '../calendar/series-arbitrary.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const ground: Ground = { instant: Date.UTC(2026, 10, 4), context: { identifiers: createIdentifiers(seededRandom('settle')) } };
const zone = (id: string) => present(zoneById(id), id);
const someZone = fc.constantFrom(...windowsZoneIds).map(zone);
/** Patterns that have a form on the wire, without an end before their first day. */
const someWirePattern = somePattern
  .map((pattern) => wireRecurrence({ ...pattern, end: { is: 'never' } }))
  .filter((one) => one !== undefined);

/** An appointment that was settled, as the next change finds it. */
function settled(change: (draft: Draft) => void, before?: PropertyBag): PropertyBag {
  const draft = new Draft({ class: 'IPM.Appointment' }, (key) => before?.[key]);
  change(draft);
  settleAppointment(draft, undefined, ground);
  const kept = Object.entries(before ?? {}).filter(([key]) => !draft.removed.has(key as PropertyKey));
  return { ...Object.fromEntries(kept), [tags.messageClass]: 'IPM.Appointment', ...draft.properties };
}
const timesOf = (of: PropertyBag) => ({ start: Number(of[named.appointmentStartWhole]), end: Number(of[named.appointmentEndWhole]) });
const at = (start: number, minutes: number) => (draft: Draft) => {
  draft.set(named.appointmentStartWhole, start);
  draft.set(named.appointmentEndWhole, start + minutes * minuteMs);
};
const someStart = fc.integer({ min: 9_131 * 1440, max: 24_106 * 1440 }).map((minutes) => minutes * minuteMs);
const someLength = fc.integer({ min: 0, max: 600 });

describe('an appointment', () => {
  test('of a series takes place first when it says that it does', () => {
    fc.assert(
      fc.property(someZone, someWirePattern, someStart, someLength, (where, recurrence, start, minutes) => {
        const made = settled((draft) => {
          at(start, minutes)(draft);
          draft.words.startZone = where;
          draft.words.endZone = where;
          draft.words.recurrence = recurrence;
        });
        const { series, zone: rule } = present(
          seriesOf((key) => made[key]),
          'a series',
        );
        const whole = timesOf(made);
        const [first] = occurrences(series, rule, { start: whole.start - dayMs, end: whole.end + 800 * dayMs });
        if (whole.end > whole.start) expect(first).toMatchObject(whole);
        expect(wireRecurrence(series.pattern)?.pattern).toEqual(recurrence.pattern);
        expect(made[named.clipStart]).toBe(instantAt(rule, series.pattern.start * dayMs));
      }),
      { numRuns: 200 },
    );
  });

  test('whose zone changes shows the same time', () => {
    fc.assert(
      fc.property(someZone, someZone, someStart, someLength, (one, other, start, minutes) => {
        const zones = (where: typeof one) => (draft: Draft) => {
          draft.words.startZone = where;
          draft.words.endZone = where;
        };
        const made = settled((draft) => {
          at(start, minutes)(draft);
          zones(one)(draft);
        });
        const moved = settled(zones(other), made);
        const wall = wallTimeAt(one.zone, timesOf(made).start);
        expect(timesOf(moved).start).toBe(instantAt(other.zone, wall));
      }),
      { numRuns: 200 },
    );
  });

  test('of whole days lies between midnights, and does so again', () => {
    fc.assert(
      fc.property(someZone, someStart, fc.integer({ min: 0, max: 10_000 }), (where, start, minutes) => {
        const whole = (draft: Draft): void => draft.set(named.appointmentSubType, true);
        const made = settled((draft) => {
          at(start, minutes)(draft);
          draft.words.startZone = where;
          draft.words.endZone = where;
          whole(draft);
        });
        const times = timesOf(made);
        expect(times.start <= start && times.end >= start + minutes * minuteMs && times.end > times.start).toBe(true);
        expect(instantAt(where.zone, Math.floor(wallTimeAt(where.zone, times.start) / dayMs) * dayMs)).toBe(times.start);
        expect(timesOf(settled(whole, made))).toEqual(times);
      }),
      { numRuns: 200 },
    );
  });

  test('is not touched by a change of something else', () => {
    const made = settled(at(Date.UTC(2026, 11, 1, 9), 60));
    const draft = new Draft({ class: 'IPM.Appointment' }, (key) => made[key]);
    draft.set(tags.subject, 'another');
    settleAppointment(draft, undefined, ground);
    expect(draft.properties).toEqual({ [tags.subject]: 'another' });
  });
});

test('what was changed of a series stays until its times change', () => {
  const made = settled((draft) => {
    at(Date.UTC(2026, 11, 1, 9), 60)(draft);
    draft.words.recurrence = present(
      wireRecurrence({ rule: { is: 'daily', days: 1 }, start: Date.UTC(2026, 11, 1) / dayMs, end: { is: 'never' }, firstDayOfWeek: 0 }),
      'daily',
    );
  });
  const { series } = present(
    seriesOf((key) => made[key]),
    'a series',
  );
  expect([series.startMinutes, series.endMinutes, series.deleted, made[tags.iconIndex]]).toEqual([540, 600, [], 0x401]);
  const deleted = [series.pattern.start + 2];
  const shorter = { ...made, ...seriesProperties({ ...series, deleted }, { name: 'UTC', rule: legacyUtc }) };
  const deletedOf = (of: PropertyBag): unknown => seriesOf((key) => of[key])?.series.deleted;
  const reminded = settled((draft) => draft.set(named.reminderMinutes, 5), shorter);
  expect([deletedOf(reminded), reminded[named.reminderSignalTime]]).toEqual([deleted, Date.UTC(2026, 11, 1, 8, 55)]);
  expect(deletedOf(settled(at(Date.UTC(2026, 11, 1, 9), 60), shorter))).toEqual(deleted);
  expect(deletedOf(settled(at(Date.UTC(2026, 11, 1, 10), 60), shorter))).toEqual([]);
});

test.each([
  ['2027-01-20', '2027-03-15'],
  ['2026-08-01', '2026-09-15'],
])('a series of every third month that is to begin on %s has the months that it had, from %s on', (to, expected) => {
  const made = settled((draft) => {
    at(Date.UTC(2026, 11, 15, 9), 60)(draft);
    const start = Date.UTC(2026, 11, 15) / dayMs;
    draft.words.recurrence = present(
      wireRecurrence({ rule: { is: 'monthly', months: 3, day: 15 }, start, end: { is: 'never' }, firstDayOfWeek: 0 }),
      'every third month',
    );
  });
  const moved = settled(at(Date.parse(`${to}T09:00Z`), 60), made);
  const first = seriesOf((key) => moved[key])?.series.pattern.start;
  expect(new Date(Number(first) * dayMs).toISOString().slice(0, 10)).toBe(expected);
});
