import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClockChange, type LegacyTimeZone, legacyUtc, legacyZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { instantAt, type TimeZone, utc, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZone } from '../../../shared/domain/calendar/windows-zone.ts';
import zoneTable from '../../../shared/domain/calendar/windows-zones.json' with { type: 'json' };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const change = (bias: number, month: number, order: number, hour: number, dayOfWeek = 0): ClockChange => ({
  bias,
  month,
  order,
  timeMs: hour * hourMs,
  dayOfWeek,
});

/** Rules of the years since 2008, as Windows has them, beside the zones that CLDR gives for the same names. */
const known: readonly (readonly [name: string, zone: LegacyTimeZone])[] = [
  ['W. Europe Standard Time', { bias: -60, standard: change(0, 10, 5, 3), daylight: change(-60, 3, 5, 2) }],
  ['Pacific Standard Time', { bias: 480, standard: change(0, 11, 1, 2), daylight: change(-60, 3, 2, 2) }],
  ['AUS Eastern Standard Time', { bias: -600, standard: change(0, 4, 1, 3), daylight: change(-60, 10, 1, 2) }],
  ['India Standard Time', { bias: -330, standard: change(0, 0, 0, 0), daylight: change(0, 0, 0, 0) }],
  ['UTC', legacyUtc],
];
const modern = fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2049, 11, 31) }).map((ms) => Math.floor(ms / 1000) * 1000);
const legacy = fc.record({
  bias: fc.integer({ min: -600, max: 600 }),
  standard: fc.record({
    bias: fc.constantFrom(0, 30, -30),
    month: fc.integer({ min: 1, max: 12 }),
    order: fc.integer({ min: 1, max: 5 }),
    dayOfWeek: fc.integer({ min: 0, max: 6 }),
    timeMs: fc.integer({ min: 0, max: 23 }).map((hour) => hour * hourMs),
  }),
  daylight: fc.record({
    bias: fc.constantFrom(-60, -30, -120, 0),
    month: fc.integer({ min: 1, max: 12 }),
    order: fc.integer({ min: 1, max: 5 }),
    dayOfWeek: fc.integer({ min: 0, max: 6 }),
    timeMs: fc.integer({ min: 0, max: 23 }).map((hour) => hour * hourMs),
  }),
});
const anyZone: fc.Arbitrary<TimeZone> = fc.oneof(
  legacy.map(legacyZone),
  fc.constantFrom(...Object.keys(zoneTable.zones)).map((name) => windowsZone(name) ?? utc),
);

describe('a rule and the zone of the same name', () => {
  test.each(known)('%s', (name, rule) => {
    const [zone, other] = [legacyZone(rule), windowsZone(name)];
    fc.assert(
      fc.property(modern, (instant) => {
        expect(zone.biasAt(instant)).toBe(other?.biasAt(instant));
      }),
    );
  });

  test.each(known)('%s: the hours around each change', (name, rule) => {
    const [zone, other] = [legacyZone(rule), windowsZone(name)];
    for (let instant = Date.UTC(2025, 11, 1); instant < Date.UTC(2027, 1, 1); instant += hourMs / 2)
      expect([instant, zone.biasAt(instant)]).toEqual([instant, other?.biasAt(instant)]);
  });
});

describe('wall and instant', () => {
  test('what the clocks show at an instant means it, or the other one of the two that show the same', () => {
    fc.assert(
      fc.property(anyZone, modern, (zone, instant) => {
        const wall = wallTimeAt(zone, instant);
        const back = instantAt(zone, wall);
        expect(wallTimeAt(zone, back)).toBe(wall);
        expect(back).toBeGreaterThanOrEqual(instant);
        expect(back - instant).toBeLessThanOrEqual(2.5 * hourMs);
      }),
    );
  });

  test('a time that is shown comes back, one that is skipped lands behind the change', () => {
    fc.assert(
      fc.property(anyZone, modern, (zone, wall) => {
        const shown = wallTimeAt(zone, instantAt(zone, wall));
        expect(shown).toBeGreaterThanOrEqual(wall);
        expect(shown - wall).toBeLessThanOrEqual(2.5 * hourMs);
      }),
    );
  });

  const berlin = legacyZone(known[0]?.[1] ?? legacyUtc);
  test.each([
    ['before the clocks go on', '2026-03-29T01:59:59', '2026-03-29T00:59:59Z'],
    ['skipped', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
    ['behind', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z'],
    ['shown twice: the later one', '2026-10-25T02:30:00', '2026-10-25T01:30:00Z'],
    ['in winter', '2026-11-04T09:00:00', '2026-11-04T08:00:00Z'],
    ['in summer', '2026-07-01T09:00:00', '2026-07-01T07:00:00Z'],
  ])('%s', (_, wall, instant) => {
    expect(new Date(instantAt(berlin, Date.parse(`${wall}Z`))).toISOString()).toBe(new Date(instant).toISOString());
  });

  test('daylight time lasts over the new year in the south', () => {
    const sydney = legacyZone(known[2]?.[1] ?? legacyUtc);
    expect(['2026-12-31T20:00:00Z', '2027-01-01T20:00:00Z', '2026-07-01T00:00:00Z'].map((at) => sydney.biasAt(Date.parse(at)))).toEqual([
      -660, -660, -600,
    ]);
  });

  test('a change of one year only', () => {
    const only = { ...change(-60, 3, 28, 2), year: 2026 };
    const zone = legacyZone({ bias: 0, standard: { ...change(0, 10, 25, 3), year: 2026 }, daylight: only });
    expect(['2026-07-01', '2026-12-01', '2025-07-01', '2027-07-01'].map((day) => zone.biasAt(Date.parse(day)))).toEqual([-60, 0, 0, 0]);
  });
});

test.each<[string, Partial<ClockChange> & { readonly zone?: number }]>([
  ['a 13th month', { month: 13 }],
  ['a negative month', { month: -1 }],
  ['no week', { order: 0 }],
  ['a sixth week', { order: 6 }],
  ['an eighth day', { dayOfWeek: 7 }],
  ['24 o’clock', { timeMs: dayMs }],
  ['a bias of a day', { bias: 1440 }],
])('%s is refused', (_, defect) => {
  const zone = { bias: 0, standard: { ...change(0, 10, 5, 3), ...defect }, daylight: change(-60, 3, 5, 2) };
  expect(() => legacyZone(zone)).toThrow(expect.objectContaining({ code: 'time-zone-invalid' }));
});

test('every zone of Windows is one that this runtime knows; another name is none', () => {
  for (const name of Object.keys(zoneTable.zones)) expect([name, typeof windowsZone(name)?.biasAt(0)]).toEqual([name, 'number']);
  for (const name of ['', 'Europe/Berlin', 'constructor', 'W. Europe']) expect(windowsZone(name)).toBeUndefined();
});

test.each([
  ['W. Europe Standard Time', '0001-01-02', -60],
  ['W. Europe Standard Time', '1601-07-01', -120],
  ['Central Europe Standard Time', '1899-12-31', -60],
  ['India Standard Time', '1500-01-01', -330],
])('%s on %s, long before there were zones, is %i minutes from UTC', (id, day, bias) => {
  expect(windowsZone(id)?.biasAt(Date.parse(`${day}T12:00:00Z`))).toBe(bias);
});
