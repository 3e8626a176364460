import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LegacyTimeZone } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { readSeries, writeSeries } from '../../../shared/domain/calendar/recurrence/series-octets.ts';
import { seriesOf, seriesProperties } from '../../../shared/domain/calendar/recurrence/series-properties.ts';
import {
  readTimeZoneDefinition,
  readTimeZoneStruct,
  writeTimeZoneDefinition,
  writeTimeZoneStruct,
} from '../../../shared/domain/calendar/recurrence/time-zone-octets.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { someSeries } from './series-arbitrary.ts';

const dayMs = 86_400_000;
const dayOf = (text: string): number => Date.parse(`${text}T00:00Z`) / dayMs;

/** The examples of MS-OXOCAL 4.1.1.1 to 4.1.1.3, 4.1.1.6 and 4.1.4. */
const examples = {
  weekly:
    '043004300B2001000000C0210000010000000000000032000000222000000C0000000000000000000000000000008020BC0C20ADBC0C0630000009300000580200007602000000000000000000000000',
  changed:
    '043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000A096BC0C8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563757272656E6365207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C5299BC0CF898BC0C2100530069006D0070006C006500200052006500630075007200720065006E006300650020007700690074006800200065007800630065007000740069006F006E0073000700330034002F0034003100340031000000000000000000',
  daily:
    '043004300A2000000000A0050000E010000000000000212000000A0000000000000002000000A0C1DC0C80D2DC0C00000000207EDC0C0016DD0C0630000009300000E0010000FE01000000000000000000000000',
  hebrew:
    '043004300D200200080080750A000C0000000000000003000000232000000A0000000000000001000000207EDC0C01000000207EDC0C6074C40CDF80E95A0630000009300000E0010000FE01000001000080DC0C1E80DC0C0080DC0C24023C000000010000000000000004000000000000000000000000000000',
  zone: '0201300002001500500061006300690066006900630020005300740061006E0064006100720064002000540069006D006500020002013E000000D6070000000000000000000000000000E001000000000000C4FFFFFF00000A000000050002000000000000000000040000000100020000000000000002013E000200D7070000000000000000000000000000E001000000000000C4FFFFFF00000B0000000100020000000000000000000300000002000200000000000000',
} as const;
const octetsOf = (name: keyof typeof examples): Buffer => Buffer.from(examples[name], 'hex');

const pacific: LegacyTimeZone = {
  bias: 480,
  standard: { bias: 0, timeMs: 7_200_000, order: 1, month: 11, dayOfWeek: 0 },
  daylight: { bias: -60, timeMs: 7_200_000, order: 2, month: 3, dayOfWeek: 0 },
};

describe('a series in octets', () => {
  test.each(['weekly', 'changed', 'daily'] as const)('the published example "%s" comes back octet for octet', (name) => {
    expect(
      writeSeries(readSeries(octetsOf(name)))
        .toString('hex')
        .toUpperCase(),
    ).toBe(examples[name]);
  });

  test('is what the published examples say it is', () => {
    expect(readSeries(octetsOf('weekly'))).toEqual({
      pattern: {
        rule: { is: 'weekly', weeks: 1, on: [1, 4, 5] },
        start: dayOf('2007-03-26'),
        end: { is: 'after', occurrences: 12 },
        firstDayOfWeek: 0,
      },
      startMinutes: 600,
      endMinutes: 630,
      deleted: [],
      exceptions: [],
    });
    expect(readSeries(octetsOf('changed'))).toMatchObject({
      deleted: [],
      exceptions: [
        {
          original: Date.parse('2007-04-16T10:00Z'),
          start: Date.parse('2007-04-16T11:00Z'),
          end: Date.parse('2007-04-16T11:30Z'),
          subject: 'Simple Recurrence with exceptions',
          location: '34/4141',
        },
      ],
    });
    expect(readSeries(octetsOf('daily'))).toMatchObject({
      pattern: { rule: { is: 'daily', days: 3 }, end: { is: 'until', day: dayOf('2011-05-04') } },
      deleted: [dayOf('2011-04-19'), dayOf('2011-04-22')],
    });
  });

  test('comes back as it went', () => {
    fc.assert(
      fc.property(someSeries, (series) => {
        expect(readSeries(writeSeries(series))).toEqual(series);
      }),
      { numRuns: 300 },
    );
  });

  test('in another calendar is refused by name', () => {
    expect(() => readSeries(octetsOf('hebrew'))).toThrow(
      expect.objectContaining({ code: 'recurrence-invalid', detail: 'calendar 8: only the Gregorian one is known' }),
    );
  });

  test('cut off anywhere is refused', () => {
    const whole = octetsOf('changed');
    for (let length = 0; length < whole.length; length += 1) expect(() => readSeries(whole.subarray(0, length))).toThrow(Refusal);
  });

  test('with octets changed is read or refused, and never anything else', () => {
    const change = fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom('weekly', 'changed', 'daily'), fc.array(change, { minLength: 1, maxLength: 4 }), (name, changes) => {
        const octets = octetsOf(name);
        for (const [at, value] of changes) octets[at % octets.length] = value;
        const property = { [named.appointmentRecur]: octets.toString('base64') };
        expect(() => seriesOf((key) => property[key])).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[string, number, number]>([
    ['every 0 days', 14, 0],
    ['every 7 minutes', 14, 7],
    ['every 1,000 days', 14, 1_000 * 1440],
    ['a pattern type that is none', 6, 0x00c],
    ['an end type that is none', 22, 0x2024],
    ['a week that begins on the eighth day', 30, 7],
    ['more deleted days than octets', 34, 0xffff_ffff],
  ])('%s is refused', (_, at, value) => {
    const octets = octetsOf('daily');
    if (at < 10) octets.writeUInt16LE(value, at);
    else octets.writeUInt32LE(value, at);
    expect(() => readSeries(octets)).toThrow(expect.objectContaining({ code: 'recurrence-invalid' }));
  });
});

describe('a zone in octets', () => {
  test('the rule in force of the published example, and no other', () => {
    expect(readTimeZoneDefinition(octetsOf('zone'))).toEqual(pacific);
    const other = octetsOf('zone');
    other.writeUInt16LE(0, 122);
    expect(readTimeZoneDefinition(other)).toBeUndefined();
  });

  test('comes back as it went', () => {
    const once = { ...pacific, standard: { ...pacific.standard, year: 2026, order: 7 } };
    for (const zone of [pacific, once]) {
      expect(readTimeZoneStruct(writeTimeZoneStruct(zone))).toEqual(zone);
      expect(readTimeZoneDefinition(writeTimeZoneDefinition(zone, 'Pacific Standard Time'))).toEqual(zone);
    }
    expect(writeTimeZoneStruct(pacific)).toHaveLength(48);
  });
});

describe('the properties of a series', () => {
  const series = readSeries(octetsOf('changed'));
  const properties = seriesProperties(series, { name: 'Pacific Standard Time', rule: pacific });

  test('say the first occurrence, the last day and the zone', () => {
    expect(properties).toMatchObject({
      [named.recurring]: true,
      [named.recurrenceType]: 2,
      [named.appointmentStartWhole]: Date.parse('2007-03-26T17:00Z'),
      [named.appointmentEndWhole]: Date.parse('2007-03-26T17:30Z'),
      [named.clipStart]: Date.parse('2007-03-26T07:00Z'),
      [named.clipEnd]: Date.parse('2007-04-20T07:00Z'),
    });
  });

  test('come back, by either property of the zone', () => {
    for (const without of [named.timeZoneDefinitionRecur, named.timeZoneStruct]) {
      const found = seriesOf((key) => (key === without ? undefined : properties[key]));
      expect(found?.series).toEqual(series);
      expect(found?.zone.biasAt(Date.parse('2007-07-01T00:00Z'))).toBe(420);
    }
  });

  test('a zone that is none makes no series', () => {
    const struct = writeTimeZoneStruct({ ...pacific, standard: { ...pacific.standard, month: 13 } }).toString('base64');
    expect(seriesOf((key) => (key === named.timeZoneStruct ? struct : properties[key]))).toBeUndefined();
  });
});
