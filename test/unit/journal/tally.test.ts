import { expect, test } from 'vitest';
import { createTally } from '../../../shared/journal/tally.ts';

const one = { service: 'ews', organization: 'contoso', operation: 'GetItem', outcome: 'answered', durationMs: 250 } as const;

test('exchanges of one sort are counted together', () => {
  const tally = createTally();
  for (const change of [{}, {}, { outcome: 'refused' }, { organization: '' }] as const) tally.add({ ...one, ...change });
  expect(tally.rows().map(({ organization, outcome, count, seconds }) => [organization, outcome, count, seconds])).toEqual([
    ['contoso', 'answered', 2, 0.5],
    ['contoso', 'refused', 1, 0.25],
    ['', 'answered', 1, 0.25],
  ]);
});

test('names that strangers choose do not fill the memory', () => {
  const tally = createTally();
  for (let index = 0; index < 5_000; index += 1) tally.add({ ...one, operation: `operation ${index}` });
  expect(tally.rows().length).toBe(1_001);
  expect(tally.rows().find(({ operation }) => operation === '(others)')?.count).toBe(4_000);
  expect(tally.rows().reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
});
