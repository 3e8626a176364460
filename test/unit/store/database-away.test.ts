import { expect, test } from 'vitest';
import { DatabaseAway, isDatabaseAway, orDatabaseAway } from '../../../shared/store/database-away.ts';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

test.each([
  [coded('57P01', 'terminating connection due to administrator command'), true],
  [coded('57P03', 'the database system is starting up'), true],
  [coded('08006'), true],
  [coded('ECONNREFUSED'), true],
  [coded('53300', 'sorry, too many clients already'), true],
  [new Error('Connection terminated unexpectedly'), true],
  [new Error('timeout exceeded when trying to connect'), true],
  [coded('57014', 'canceling statement due to user request'), false],
  [coded('23505'), false],
  [coded('42P01', 'relation "x" does not exist'), false],
  [new TypeError('x is not a function'), false],
  ['ECONNREFUSED', false],
])('%s: %s', (error, isAway) => {
  expect(isDatabaseAway(error)).toBe(isAway);
});

test('what the client of the database says of it becomes one error, whose cause it is; anything else stays what it was', () => {
  const [cut, duplicate] = [coded('EPIPE', 'write EPIPE'), coded('23505')];
  const told = orDatabaseAway(cut);
  expect(told).toMatchObject({ name: 'DatabaseAway', message: 'the database is away: write EPIPE', cause: cut });
  expect(orDatabaseAway(told)).toBe(told);
  expect(isDatabaseAway(new DatabaseAway(duplicate))).toBe(true);
  expect(orDatabaseAway(duplicate)).toBe(duplicate);
});
