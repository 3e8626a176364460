import { expect, test } from 'vitest';
import { parseTimeSpan, timeSpanText } from '../../../shared/cmdlets/time-span.ts';

test.each([
  ['01:00:00', 3_600],
  ['1.02:03:04', 93_784],
  ['00:30', 1_800],
  ['2', 172_800],
  ['24:00:00', undefined],
  ['1:60:00', undefined],
  ['-01:00:00', undefined],
  ['one hour', undefined],
])('%s', (text, seconds) => {
  expect(parseTimeSpan(text)).toBe(seconds);
});

test('a time is shown as .NET shows it', () => {
  expect([0, 59, 3_600, 93_784].map(timeSpanText)).toEqual(['00:00:00', '00:00:59', '01:00:00', '1.02:03:04']);
});
