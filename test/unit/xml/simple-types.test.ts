import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as simple from '../../../shared/xml/simple-types.ts';

const { boolean, base64, boundedInt, date, dateTime, double, duration, enumeration, int, listOf, long, restrictedString, time } = simple;
const small = boundedInt('SmallType', 1, 512);
const code = restrictedString('CodeType', { minimumLength: 1, pattern: '[A-Z]+' });
const days = listOf('DaysType', enumeration('DayType', ['Monday', 'Tuesday']));

test.each<[simple.SimpleType<unknown>, string, unknown]>([
  [int, ' 12 ', 12],
  [int, '-2147483648', -2_147_483_648],
  [int, '+7', 7],
  [long, ' 0009223372036854775807 ', '9223372036854775807'],
  [long, '-9223372036854775808', '-9223372036854775808'],
  [double, '1.5E3', 1500],
  [double, '-INF', Number.NEGATIVE_INFINITY],
  [double, 'NaN', Number.NaN],
  [boolean, '1', true],
  [boolean, ' false ', false],
  [dateTime, '2026-11-04T09:00:00Z', Date.UTC(2026, 10, 4, 9)],
  [dateTime, '2026-11-04T09:00:00.500+02:00', Date.UTC(2026, 10, 4, 7, 0, 0, 500)],
  [dateTime, '2026-11-04T09:00:00', Date.UTC(2026, 10, 4, 9)],
  [base64, ' aGk= ', Buffer.from('hi')],
  [base64, 'aG\nk=', Buffer.from('hi')],
  [base64, '', Buffer.alloc(0)],
  [date, '2026-11-04', '2026-11-04'],
  [time, '02:00:00', '02:00:00'],
  [duration, '-PT60M', '-PT60M'],
  [small, '512', 512],
  [code, 'AB', 'AB'],
  [days, ' Monday \n Tuesday ', ['Monday', 'Tuesday']],
  [days, '', []],
])('%o reads %j', (type, text, value) => {
  expect(type.parse(text)).toEqual(value);
});

test.each<[simple.SimpleType<unknown>, string, string]>([
  [int, '1.0', "The string '1.0' is not a valid Int32 value."],
  [int, '2147483648', "The string '2147483648' is not a valid Int32 value."],
  [int, '', "The string '' is not a valid Int32 value."],
  [int, '0x10', "The string '0x10' is not a valid Int32 value."],
  [long, '9223372036854775808', "The string '9223372036854775808' is not a valid Int64 value."],
  [double, '1,5', "The string '1,5' is not a valid Double value."],
  [double, 'Infinity', "The string 'Infinity' is not a valid Double value."],
  [boolean, 'True', "The string 'True' is not a valid Boolean value."],
  [boolean, 'yes', "The string 'yes' is not a valid Boolean value."],
  [dateTime, '2026-11-04', "The string '2026-11-04' is not a valid DateTime value."],
  [dateTime, '2026-13-04T00:00:00Z', "The string '2026-13-04T00:00:00Z' is not a valid DateTime value."],
  [dateTime, '2026-11-04 09:00:00', "The string '2026-11-04 09:00:00' is not a valid DateTime value."],
  [base64, 'aGk', "The string 'aGk' is not a valid Base64 value."],
  [base64, '@@@@', "The string '@@@@' is not a valid Base64 value."],
  [date, '2026-11-04T00:00:00', "The string '2026-11-04T00:00:00' is not a valid Date value."],
  [time, '25:00:00', "The string '25:00:00' is not a valid Time value."],
  [duration, 'P', "The string 'P' is not a valid TimeSpan value."],
  [duration, 'PT', "The string 'PT' is not a valid TimeSpan value."],
  [small, '0', 'The MinInclusive constraint failed.'],
  [small, '513', 'The MaxInclusive constraint failed.'],
  [small, 'x', "The string 'x' is not a valid Int32 value."],
  [code, '', 'The actual length is less than the MinLength value.'],
  [code, 'Ab', 'The Pattern constraint failed.'],
  [days, 'Monday Sunday', 'The Enumeration constraint failed.'],
])('%o refuses %j', (type, text, complaint) => {
  expect(type.parse(text)).toBeUndefined();
  expect(type.complaint(text)).toBe(complaint);
});

describe('what is formatted is what is read', () => {
  const instants = fc.integer({ min: -60_000_000_000, max: 200_000_000_000 }).map((seconds) => seconds * 1000);
  test.each<[simple.SimpleType<unknown>, fc.Arbitrary<unknown>]>([
    [int, fc.integer()],
    [double, fc.double().map((value) => (value === 0 ? 0 : value))],
    [long, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
    [boolean, fc.boolean()],
    [dateTime, instants],
    [base64, fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  ])('%o', (type, values) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(type.parse(type.format(value))).toEqual(value);
      }),
    );
  });

  test('a date after others that are so many days away', () => {
    const dayMs = 86_400_000;
    for (let days = -200; days <= 200; days += 1) {
      expect(dateTime.format(Date.UTC(2026, 10, 4, 9))).toBe('2026-11-04T09:00:00Z');
      const instant = Date.UTC(2026, 10, 4) + days * dayMs;
      expect(dateTime.format(instant)).toBe(`${new Date(instant).toISOString().slice(0, -5)}Z`);
    }
  });

  test('dates as Date writes them, in whole seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000_000_000_000, max: 200_000_000_000_000 }), (instant) => {
        expect(dateTime.format(instant)).toBe(`${new Date(Math.floor(instant / 1000) * 1000).toISOString().slice(0, -5)}Z`);
      }),
    );
  });
});
