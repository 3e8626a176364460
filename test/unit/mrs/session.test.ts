import { expect, test } from 'vitest';
import { Session } from '../../../services/mrsproxy/session.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { element } from '../../../shared/xml/element.ts';

const at = Date.UTC(2026, 10, 21);
const size = 1_024 ** 2;

test('octets of an answer are let go when the client has confirmed it, and not before', async () => {
  const session = new Session('urn:uuid:served', 'urn:uuid:offered', namedGuid('caller'), at);
  const octets = [Buffer.alloc(size, 1), Buffer.alloc(size, 2)];
  for (const [index, own] of octets.entries()) {
    expect(session.hear({ identifier: session.identifier, number: index + 1, isLast: false }, [], at)).toEqual({ is: 'next' });
    await session.carryOut(index + 1, async () => {
      session.owns(own);
      return { action: 'urn:answer', body: element('urn:x', 'Answer') };
    });
  }
  const lengths = (): readonly number[] => octets.map(({ length }) => length);
  expect((await session.answerTo(1))?.own).toEqual([octets[0]]);
  expect((await session.answerTo(2))?.own).toEqual([octets[1]]);
  const confirms = (to: number) => session.hear(undefined, [{ identifier: session.offered, ranges: [[1, to]] }], at);
  confirms(0);
  expect(lengths()).toEqual([size, size]);
  confirms(1);
  expect(lengths()).toEqual([0, size]);
  // Confirmed again, and one more.
  confirms(2);
  expect(lengths()).toEqual([0, 0]);
  expect(await session.answerTo(2)).toBeUndefined();
});
