import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { mayConnect } from '../../../services/perimeter/gate.ts';
import { LogonSessions } from '../../../services/perimeter/logon-form.ts';
import { RequestCounts } from '../../../services/perimeter/rate.ts';
import { newPerimeterDevice } from '../../../shared/domain/organization/perimeter-devices.ts';

const minute = 60_000;

test.each([
  [[], '203.0.113.9', true],
  [['192.0.2.0/24'], '192.0.2.77', true],
  [['192.0.2.0/24'], '::ffff:192.0.2.77', true],
  [['192.0.2.0/24'], '192.0.3.1', false],
  [['192.0.2.1-192.0.2.9', '2001:db8::/32'], '2001:db8::1', true],
  [['192.0.2.1-192.0.2.9'], '', false],
] as const)('of %j may %s connect: %s', (SourceRanges, address, may) => {
  expect(mayConnect({ ...newPerimeterDevice, SourceRanges }, address)).toBe(may);
});

test('requests are counted by address and minute, and what is kept is bounded', () => {
  const counts = new RequestCounts();
  expect([counts.add('a', 0), counts.add('a', minute - 1), counts.add('b', 1)]).toEqual([1, 2, 1]);
  expect([counts.add('a', minute), counts.add('a', minute)]).toEqual([1, 2]);
  for (let one = 0; one < 10_000; one += 1) counts.add(`address ${one}`, minute);
  expect(counts.add('a', minute)).toBeLessThan(4);
});

const asked = (cookie: string): IncomingMessage => ({ headers: { cookie } }) as IncomingMessage;

test('a session lasts a quarter of an hour from its last request, and of too many the oldest goes', () => {
  const sessions = new LogonSessions();
  const cookie = sessions.open('Basic one', 0).split(';')[0] ?? '';
  expect(sessions.authorization(asked(`other=1; ${cookie}`), 14 * minute)).toBe('Basic one');
  expect(sessions.authorization(asked(cookie), 28 * minute)).toBe('Basic one');
  expect(sessions.authorization(asked(cookie), 44 * minute)).toBeUndefined();
  const first = sessions.open('Basic first', 0).split(';')[0] ?? '';
  for (let one = 0; one < 1_000; one += 1) sessions.open(`Basic ${one}`, 0);
  expect(sessions.authorization(asked(first), 1)).toBeUndefined();
  expect(sessions.authorization(asked('perimeter=nothing'), 1)).toBeUndefined();
});
