import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clocksOf, storedZone, utcZone, zoneById, zoneOfStored } from '../../../services/ews/calendar/named-zone.ts';
import { contextZone, readMeetingZone, readZone } from '../../../services/ews/calendar/read-zone.ts';
import { wireMeetingZone, wireZone } from '../../../services/ews/calendar/wire-zone.ts';
import { instantAt, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { windowsZoneIds } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { WireTimeZone } from '../../../shared/protocols/ews/types/time-zone.ts';

const year = 2026;
const minuteMs = 60_000;
const zone = (id: string) => present(zoneById(id), id);
const someId = fc.constantFrom(...windowsZoneIds);
const inTheYear = fc
  .integer({ min: Date.UTC(year, 0, 2) / minuteMs, max: Date.UTC(year, 11, 30) / minuteMs })
  .map((minutes) => minutes * minuteMs);
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'read';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a zone of Windows', () => {
  test('goes by its rules, read back, as by itself', () => {
    fc.assert(
      fc.property(someId, inTheYear, (id, instant) => {
        const one = zone(id);
        const read = readZone({ ...wireZone(one, instant), Id: undefined });
        expect(read.zone.biasAt(instant)).toBe(one.zone.biasAt(instant));
        const wall = wallTimeAt(one.zone, instant);
        expect(instantAt(read.zone, wall)).toBe(instantAt(one.zone, wall));
      }),
      { numRuns: 400 },
    );
  });

  test('is the same after an appointment has kept it', () => {
    fc.assert(
      fc.property(someId, inTheYear, (id, instant) => {
        expect(zoneOfStored(storedZone(zone(id), instant))).toBe(zone(id));
      }),
      { numRuns: 200 },
    );
  });

  test('has the rule of Exchange 2007 that its clocks go by in that year', () => {
    // Where clocks follow the moon, one rule is not enough.
    const ids = [
      'W. Europe Standard Time',
      'Pacific Standard Time',
      'AUS Eastern Standard Time',
      'Tokyo Standard Time',
      'India Standard Time',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...ids), inTheYear, (id, instant) => {
        const { TimeZoneName, ...rule } = wireMeetingZone(zone(id), instant);
        expect(TimeZoneName).toBe(id);
        expect(readMeetingZone(rule).zone.biasAt(instant)).toBe(zone(id).zone.biasAt(instant));
      }),
      { numRuns: 200 },
    );
  });
});

test('UTC has no clocks of its own', () => {
  expect([zoneById('UTC'), clocksOf(utcZone), clocksOf(undefined)]).toEqual([utcZone, undefined, undefined]);
});

describe('a definition', () => {
  const period = (Id: string, Bias: string) => ({ Id, Bias, Name: Id });
  const day = (text: string, Month: number, Occurrence: number) =>
    ({
      is: 'RecurringDayTransition',
      value: { To: { Kind: 'Period', text }, TimeOffset: 'PT2H', Month, DayOfWeek: 'Sunday', Occurrence },
    }) as const;
  const date = (text: string, Month: number, Day: number) =>
    ({ is: 'RecurringDateTransition', value: { To: { Kind: 'Period', text }, TimeOffset: 'P0DT2H0M0.0S', Month, Day } }) as const;
  const always = { is: 'Transition', value: { To: { Kind: 'Group', text: '0' } } } as const;
  type Transitions = NonNullable<WireTimeZone['Transitions']>['transitions'];
  const definition = (group: Transitions, transitions: Transitions = [always]): WireTimeZone => ({
    Periods: { Period: [period('s', 'PT8H'), period('d', 'PT7H')] },
    TransitionsGroups: { TransitionsGroup: [{ Id: '0', transitions: group }] },
    Transitions: { transitions },
  });
  const hoursAt = (wire: WireTimeZone, text: string): number => readZone(wire).zone.biasAt(Date.parse(text)) / 60;

  test('with the days of Microsoft’s samples', () => {
    const pacific = definition([day('d', 3, 2), day('s', 11, 1)]);
    expect(['2026-03-08T09:59Z', '2026-03-08T10:00Z', '2026-11-01T08:59Z', '2026-11-01T09:00Z'].map((at) => hoursAt(pacific, at))).toEqual([
      8, 7, 7, 8,
    ]);
  });

  test('with the same date every year', () => {
    const fixed = definition([date('d', 4, 1), date('s', 10, 1)]);
    const at = ['2025-04-01T10:00Z', '2025-10-01T09:00Z', '2031-04-01T09:59Z', '2031-04-01T10:00Z'];
    expect(at.map((one) => hoursAt(fixed, one))).toEqual([7, 8, 8, 7]);
  });

  test('with a rule that begins later', () => {
    const from = (DateTime: { ms: number; isZoned: boolean }) =>
      ({ is: 'AbsoluteDateTransition', value: { To: { Kind: 'Period', text: 'd' }, DateTime } }) as const;
    const group = [{ is: 'Transition', value: { To: { Kind: 'Period', text: 's' } } }] as const;
    const later = definition(group, [always, from({ ms: Date.UTC(2030, 0, 1), isZoned: false })]);
    expect(['2030-01-01T07:59Z', '2030-01-01T08:00Z'].map((at) => hoursAt(later, at))).toEqual([8, 7]);
  });

  test.each<[string, WireTimeZone]>([
    ['neither id nor rules', {}],
    ['an id that is none', { Id: 'Atlantis' }],
    ['a group that is not there', { ...definition([day('d', 3, 2), day('s', 11, 1)]), TransitionsGroups: undefined }],
    ['a period that is not there', definition([day('x', 3, 2), day('s', 11, 1)])],
    ['three changes in a year', definition([day('d', 3, 2), day('s', 11, 1), day('d', 12, 1)])],
    ['a month that is none', definition([day('d', 13, 2), day('s', 11, 1)])],
    ['a day that is none', definition([date('d', 4, 32), date('s', 10, 1)])],
    ['a sixth Sunday', definition([day('d', 3, 6), day('s', 11, 1)])],
    ['no transition', definition([day('d', 3, 2), day('s', 11, 1)], [])],
    [
      'a bias of days',
      { ...definition([day('d', 3, 2), day('s', 11, 1)]), Periods: { Period: [period('s', 'P3D'), period('d', 'PT7H')] } },
    ],
    [
      'a bias of months',
      { ...definition([day('d', 3, 2), day('s', 11, 1)]), Periods: { Period: [period('s', 'P3M'), period('d', 'PT7H')] } },
    ],
  ])('with %s is refused', (_what, wire) => {
    expect(codeOf(() => readZone(wire))).toBe('ErrorCalendarInvalidTimeZone');
    if (Object.keys(wire).length > 0) expect(codeOf(() => contextZone({ Id: 'Atlantis', ...wire }, 'GetItem'))).toBe('ErrorTimeZone');
  });
});
