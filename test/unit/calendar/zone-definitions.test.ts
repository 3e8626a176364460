import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClockChange, legacyZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { type TimeZone, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import { windowsZoneDefinition, windowsZoneIds } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import { type YearlyChange, type ZoneEra, zoneEras } from '../../../shared/domain/calendar/zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const quarterMs = 15 * minuteMs;

/** The arithmetic of rules with one year for all, which knows no dates: those are put into the year asked about. */
function legacyChange({ month, day, timeMs }: YearlyChange, bias: number, year: number): ClockChange {
  if (day.is === 'date') return { bias, month, order: day.day, dayOfWeek: 0, timeMs, year };
  return { bias, month, order: day.occurrence === -1 ? 5 : day.occurrence, dayOfWeek: day.dayOfWeek, timeMs };
}

function eraBias({ standardBias, daylight }: ZoneEra, instant: number): number {
  if (daylight === undefined) return standardBias;
  const year = new Date(instant - standardBias * minuteMs).getUTCFullYear();
  const zone = legacyZone({
    bias: standardBias,
    standard: legacyChange(daylight.ends, 0, year),
    daylight: legacyChange(daylight.begins, daylight.bias - standardBias, year),
  });
  return zone.biasAt(instant);
}

function biasOf(eras: readonly ZoneEra[], instant: number): number {
  let [holds, ...later] = eras;
  for (const era of later) {
    // An era begins on the clocks of the one before it.
    const justBefore = (era.from ?? 0) + eraBias(present(holds, 'an era'), (era.from ?? 0) - 13 * hourMs) * minuteMs - 1;
    if (instant <= justBefore) break;
    holds = era;
  }
  return eraBias(present(holds, 'an era'), instant);
}

const zoneOf = (id: string): TimeZone => present(windowsZone(id), id);
const worldsNow = new Date().getUTCFullYear();
/** Instants from the beginning of a year to the end of the next. */
const fromYear = (year: number) =>
  fc
    .integer({ min: Date.UTC(year, 0, 1) / quarterMs, max: Date.UTC(year + 2, 0, 1) / quarterMs - 1 })
    .map((quarter) => quarter * quarterMs);

describe('a definition says what the zone does', () => {
  test.each(windowsZoneIds.map((id) => [id]))('%s in this year and the next, and the years of the frozen worlds', (id) => {
    for (const year of new Set([worldsNow, 2026])) {
      const { eras } = present(windowsZoneDefinition(id, year), id);
      fc.assert(
        fc.property(fromYear(year), (instant) => {
          expect(biasOf(eras, instant)).toBe(zoneOf(id).biasAt(instant));
        }),
      );
    }
  });

  test('of any zone around any year, at any time and to the quarter of an hour around each change', () => {
    const years = fc.integer({ min: 1975, max: 2036 });
    const anywhere = fc
      .record({ id: fc.constantFrom(...windowsZoneIds), year: years })
      .chain(({ id, year }) =>
        fc.record({ id: fc.constant(id), year: fc.constant(year), instants: fc.array(fromYear(year), { minLength: 20, maxLength: 20 }) }),
      );
    fc.assert(
      fc.property(anywhere, ({ id, year, instants }) => {
        const zone = zoneOf(id);
        const eras = zoneEras(zone, year);
        const starts = eras.flatMap(({ from }) => (from === undefined ? [] : [from + zone.biasAt(from) * minuteMs]));
        const changes = Array.from({ length: 60 }, (_, index) => Date.UTC(year, 0, 1 + index * 6)).flatMap((at) =>
          zone.biasAt(at) === zone.biasAt(at + 6 * 24 * hourMs) ? [] : quartersAround(zone, at),
        );
        for (const instant of [...instants, ...starts, ...changes]) {
          // By its own clocks it is New Year there already: of that year nothing was asked.
          if (wallTimeAt(zone, instant) >= Date.UTC(year + 2, 0, 1)) continue;
          expect([id, year, new Date(instant), biasOf(eras, instant)]).toEqual([id, year, new Date(instant), zone.biasAt(instant)]);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

/** The last quarter of an hour before a change of the clocks in the six days after an instant, and the first one after it. */
function quartersAround(zone: TimeZone, at: number): number[] {
  let now = at;
  while (zone.biasAt(now + quarterMs) === zone.biasAt(at)) now += quarterMs;
  return [now, now + quarterMs];
}

describe('the form of the rules', () => {
  const last = { is: 'weekday', dayOfWeek: 0, occurrence: -1 } as const;

  test('one rule for Europe, and one without daylight time for India', () => {
    expect(zoneEras(zoneOf('W. Europe Standard Time'), 2026)).toEqual([
      {
        standardBias: -60,
        daylight: {
          bias: -120,
          begins: { month: 3, day: last, timeMs: 2 * hourMs },
          ends: { month: 10, day: last, timeMs: 3 * hourMs },
        },
      },
    ]);
    expect(zoneEras(zoneOf('India Standard Time'), 2026)).toEqual([{ standardBias: -330 }]);
  });

  test('in the south the year begins in daylight time', () => {
    const [era, ...others] = zoneEras(zoneOf('AUS Eastern Standard Time'), 2026);
    expect(others).toEqual([]);
    expect([era?.standardBias, era?.daylight?.bias, era?.daylight?.begins.month, era?.daylight?.ends.month]).toEqual([-600, -660, 10, 4]);
  });

  test('days of the month where weekdays say nothing: Iran until 2019', () => {
    const [{ daylight } = { daylight: undefined }, ...others] = zoneEras(zoneOf('Iran Standard Time'), 2018);
    expect(others).toEqual([]);
    expect(daylight?.begins).toEqual({ month: 3, day: { is: 'date', day: 22 }, timeMs: 0 });
    expect(daylight?.ends).toEqual({ month: 9, day: { is: 'date', day: 22 }, timeMs: 0 });
  });

  test('new rules from the year in which they came: America in 2007', () => {
    const eras = zoneEras(zoneOf('Eastern Standard Time'), 2006);
    expect(eras.map(({ from, daylight }) => [from, daylight?.begins.month, daylight?.ends.day])).toEqual([
      [undefined, 4, last],
      [Date.UTC(2007, 0, 1), 3, { ...last, occurrence: 1 }],
    ]);
  });

  test('a change for good within a year: Qyzylorda in 2018', () => {
    expect(zoneEras(zoneOf('Qyzylorda Standard Time'), 2018)).toEqual([
      { standardBias: -360 },
      { from: Date.UTC(2018, 11, 21), standardBias: -300 },
    ]);
  });
});

describe('names', () => {
  const nameOf = (id: string) => windowsZoneDefinition(id, 2026)?.name;

  test('an offset and a place', () => {
    expect(
      ['W. Europe Standard Time', 'Newfoundland Standard Time', 'Nepal Standard Time', 'Dateline Standard Time', 'UTC', 'UTC-11'].map(
        nameOf,
      ),
    ).toEqual([
      '(UTC+01:00) Berlin',
      '(UTC-03:30) St Johns',
      '(UTC+05:45) Katmandu',
      '(UTC-12:00) Dateline',
      '(UTC+00:00) UTC',
      '(UTC-11:00) UTC-11',
    ]);
  });

  test('no two zones have the same, and nobody has one who is none', () => {
    expect(new Set(windowsZoneIds.map(nameOf)).size).toBe(windowsZoneIds.length);
    expect(nameOf('Middle Earth Standard Time')).toBeUndefined();
    expect(nameOf('constructor')).toBeUndefined();
  });

  test('another year asks anew', () => {
    const [old, recent] = [2006, 2026].map((year) => windowsZoneDefinition('Eastern Standard Time', year)?.eras.length);
    expect([old, recent]).toEqual([2, 1]);
    expect(windowsZoneDefinition('UTC', 2026)).toBe(windowsZoneDefinition('UTC', 2026));
  });
});
