import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWorkingHours, type WorkingHoursStream, writeWorkingHours } from '../../../shared/protocols/ews/working-hours-stream.ts';

const change = fc.record({
  bias: fc.integer({ min: -120, max: 120 }),
  timeMs: fc.integer({ min: 0, max: 1439 }).map((minutes) => minutes * 60_000),
  month: fc.integer({ min: 0, max: 12 }),
  order: fc.integer({ min: 0, max: 5 }),
  dayOfWeek: fc.integer({ min: 0, max: 6 }),
});
const stream: fc.Arbitrary<WorkingHoursStream> = fc.record({
  zone: fc.record({
    name: fc.option(fc.constantFrom('UTC', 'W. Europe Standard Time', 'Mine & yours'), { nil: undefined }),
    bias: fc.integer({ min: -840, max: 840 }),
    standard: change,
    daylight: change,
  }),
  days: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
  startMinutes: fc.integer({ min: 0, max: 1439 }),
  endMinutes: fc.integer({ min: 0, max: 1440 }),
});

/** As Outlook writes it (MS-OXOCFG 2.2.5.2.1). */
const outlook =
  '<?xml version="1.0"?><Root xmlns="WorkingHours.xsd"><WorkHoursVersion1><TimeZone><Bias>-60</Bias><Standard><Bias>0</Bias><ChangeDate><Time>03:00:00</Time><Date>0000/10/05</Date><DayOfWeek>0</DayOfWeek></ChangeDate></Standard><DaylightSavings><Bias>-60</Bias><ChangeDate><Time>02:00:00</Time><Date>0000/03/05</Date><DayOfWeek>0</DayOfWeek></ChangeDate></DaylightSavings><Name>W. Europe Standard Time</Name></TimeZone><TimeSlot><Start>09:30:00</Start><End>18:00:00</End></TimeSlot><WorkDays>Monday Friday</WorkDays></WorkHoursVersion1></Root>';

describe('the stream of working hours', () => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(stream, (one) => {
        expect(readWorkingHours(writeWorkingHours(one))).toEqual(one);
      }),
    );
  });

  test('is read as Outlook writes it', () => {
    expect(readWorkingHours(Buffer.from(outlook))).toEqual({
      zone: {
        name: 'W. Europe Standard Time',
        bias: -60,
        standard: { bias: 0, timeMs: 3 * 3_600_000, month: 10, order: 5, dayOfWeek: 0 },
        daylight: { bias: -60, timeMs: 2 * 3_600_000, month: 3, order: 5, dayOfWeek: 0 },
      },
      days: [1, 5],
      startMinutes: 570,
      endMinutes: 1_080,
    });
  });

  test.each([
    ['not XML', 'WorkHours'],
    ['of another kind', '<UserConfiguration/>'],
    ['without a slot', outlook.replace(/<TimeSlot>.*<\/TimeSlot>/, '')],
    ['with a day that is none', outlook.replace('Friday', 'Someday')],
    ['with an hour that is none', outlook.replace('09:30', '25:30')],
    ['without a bias', outlook.replace('<Bias>-60</Bias>', '<Bias/>')],
    ['too large', outlook.replace('<Root xmlns="WorkingHours.xsd">', `<Root xmlns="WorkingHours.xsd">${'<a/>'.repeat(200)}`)],
  ])('that is %s is none', (_, text) => {
    expect(readWorkingHours(Buffer.from(text))).toBeUndefined();
  });
});
