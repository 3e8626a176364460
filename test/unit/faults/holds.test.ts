import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHolds, type HoldEvent } from '../../../shared/faults/holds.ts';
import type { Hop } from '../../../shared/kernel/seams.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const hop = (more: Partial<Hop> = {}): Hop => ({ spanId: 's', target: 'POST /', ...more });
const facts = { service: 'ews', traceId: 'a'.repeat(32) };

function open(longestMs?: number) {
  const paused: string[] = [];
  const holds = createHolds({
    realNow: () => 1_000,
    pause: () => {
      paused.push('stands');
      return () => void paused.push('goes on');
    },
    ...(longestMs === undefined ? {} : { longestMs }),
  });
  const events: string[] = [];
  holds.watch((told: HoldEvent) => events.push(`${told.event} ${told.held.id}${told.event === 'released' ? ` ${told.how}` : ''}`));
  return { holds, paused, events };
}

test('nothing is shown where nothing is held', () => {
  const { holds } = open();
  const show = vi.fn<() => Hop>(() => hop());
  expect(holds.hold('http.request', facts, show)).toBeUndefined();
  holds.add({ match: { svc: 'autodiscover' } });
  expect(holds.hold('http.request', facts, show)).toBeUndefined();
  expect(holds.hold('http.response', { service: 'autodiscover' }, show)).toBeUndefined();
  expect(show).not.toHaveBeenCalled();
});

test('time stands from the first hop to the last', async () => {
  const { holds, paused, events } = open();
  holds.add({ match: { svc: 'ews' } });
  const [one, other] = [holds.hold('http.request', facts, hop), holds.hold('http.request', facts, hop)];
  expect(paused).toEqual(['stands']);
  expect(holds.release('hop-1')).toBe(true);
  await one;
  expect(paused).toEqual(['stands']);
  expect(holds.abort('hop-2')).toBe(true);
  expect(await other).toEqual({ how: 'abort', breakpoint: 'breakpoint-1' });
  expect(paused).toEqual(['stands', 'goes on']);
  expect(events).toEqual(['held hop-1', 'held hop-2', 'released hop-1 continue', 'released hop-2 abort']);
  expect(holds.list()).toMatchObject([{ id: 'breakpoint-1', stopped: 2 }]);
});

test('a hop goes on by itself when it has waited for long enough, when everything is cleared, and when nobody waits for it', async () => {
  const { holds, paused, events } = open(5_000);
  holds.add({ match: {} });
  const late = holds.hold('http.request', facts, hop);
  vi.advanceTimersByTime(5_000);
  expect(await late).toMatchObject({ how: 'continue' });
  const client = new AbortController();
  const left = holds.hold('http.request', facts, () => hop({ gone: client.signal }));
  client.abort();
  expect(await left).toMatchObject({ how: 'gone' });
  expect(await holds.hold('http.request', facts, () => hop({ gone: AbortSignal.abort() }))).toMatchObject({ how: 'gone' });
  const cleared = holds.hold('http.request', facts, hop);
  holds.clear();
  expect(await cleared).toMatchObject({ how: 'continue' });
  expect(events.filter((event) => !event.startsWith('held'))).toEqual(['released hop-1 limit', 'gave-up hop-2', 'released hop-3 ended']);
  expect(paused).toEqual(['stands', 'goes on', 'stands', 'goes on', 'stands', 'goes on']);
  expect(holds.list()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('at most so many hops and breakpoints', () => {
  const { holds } = open();
  holds.add({});
  const held = Array.from({ length: 40 }, () => holds.hold('http.request', facts, hop));
  expect(held.filter((one) => one !== undefined)).toHaveLength(32);
  for (let count = 1; count < 100; count += 1) holds.add({});
  expect(() => holds.add({})).toThrow('TooManyBreakpoints');
  holds.clear();
});

test('a step holds the next hop of its trace wherever that is, and no other', async () => {
  const { holds } = open();
  holds.add({ times: 1 });
  const first = holds.hold('http.request', facts, hop);
  holds.release('hop-1', { step: true });
  await first;
  expect(holds.hold('http.request', { service: 'ews', traceId: 'b'.repeat(32) }, hop)).toBeUndefined();
  expect(holds.hold('dial', facts, hop)).toBeDefined();
  expect(holds.held()).toMatchObject([{ breakpoint: 'step', seam: 'dial' }]);
  holds.clear();
});

test('whoever began a trace may leave: its hops are told of once', () => {
  const { holds, events } = open();
  holds.add({});
  void holds.hold('http.request', facts, hop);
  holds.left('b'.repeat(32));
  holds.left(facts.traceId);
  holds.left(facts.traceId);
  expect(events).toEqual(['held hop-1', 'gave-up hop-1']);
  expect(holds.held()).toMatchObject([{ clientGone: true }]);
  holds.clear();
});
