import { expect, test } from 'vitest';
import { parseTraceparent } from '../../../shared/journal/traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test.each([
  `00-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-00`,
  `cc-${traceId}-${spanId}-01`,
  `cc-${traceId}-${spanId}-01-what-comes-later`,
])('reads %s', (header) => {
  expect(parseTraceparent(header)).toEqual({ traceId, spanId });
});

test.each([
  undefined,
  '',
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}0-${spanId}-01`,
  ` 00-${traceId}-${spanId}-01`,
  `cc-${traceId}-${spanId}-01.more`,
  `cc-${traceId}-${spanId}-01-${'x'.repeat(600)}`,
])('refuses %s', (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
