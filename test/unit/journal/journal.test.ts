import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createJournal, type Journal, type JournalOptions } from '../../../shared/journal/journal.ts';
import { redactMessage } from '../../../shared/journal/redact.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { judge } from '../../../shared/kernel/verdict.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { start } from './exchange-start.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function memoryStore(): Promise<Store> {
  const store = await openStore({ location: ':memory:' });
  cleanUp.push(() => store.close());
  return store;
}

async function journalOn(options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await createJournal({ identifiers: createIdentifiers(seededRandom('journal')), ...options });
  cleanUp.push(() => journal.stop());
  return journal;
}

/** Two ways to keep what was recorded: the ring alone, and the ring before a store. */
const kinds: readonly (readonly [string, () => Promise<Partial<JournalOptions>>])[] = [
  ['in memory', async () => ({})],
  ['on a store', async () => ({ store: await memoryStore() })],
];

describe.each(kinds)('%s', (_kind, optionsOf) => {
  test('an exchange is told as it was recorded, before and after it is stored', async () => {
    const journal = await journalOn(await optionsOf());
    const exchange = journal.open({ ...start, target: 'GET /cb?code=hidden', peer: '127.0.0.1:5000' });
    exchange.note({ operation: 'GetFolder', service: 'ews' });
    exchange.note({ caller: 'mary@contoso.test', status: 200, code: 'NoError', detail: 'fine' });
    exchange.judged(judge([{ check: 'password', outcome: 'passed' }]));
    exchange.judged(judge([{ check: 'enabled', outcome: 'failed', expected: 'true', actual: 'false' }]));
    exchange.faulted('slow', 'latency');
    exchange.received(['Host: mail.contoso.test', 'Authorization: Bearer hidden'], Buffer.from('<Password>hidden</Password>'));
    exchange.sent(['Content-Type: text/xml'], '<a/>');
    expect(await journal.find({})).toEqual([]);
    expect((await journal.trace(exchange.traceId))?.roots[0]?.exchange).toMatchObject({ outcome: null, sequence: 0, closed: null });
    exchange.close('refused', 1_250);

    const unstored = await journal.find({});
    const tree = await journal.trace(exchange.traceId);
    await journal.flush();
    expect(journal.pending).toEqual({ open: 0, unstored: 0 });
    expect(await journal.find({})).toEqual(unstored);
    expect(await journal.trace(exchange.traceId)).toEqual(tree);

    expect(unstored).toHaveLength(1);
    expect(unstored[0]).toMatchObject({
      ...{ sequence: 1, service: 'ews', operation: 'GetFolder', organization: 'contoso', caller: 'mary@contoso.test' },
      ...{ status: 200, code: 'NoError', detail: 'fine', outcome: 'refused', at: 1_000, closed: 1_250, parentSpan: null },
      faults: [{ rule: 'slow', kind: 'latency' }],
      verdict: {
        accepted: false,
        checks: [
          { check: 'password', outcome: 'passed' },
          { check: 'enabled', outcome: 'failed', expected: 'true', actual: 'false' },
        ],
      },
    });
    expect(unstored[0]).not.toHaveProperty('request');
    expect(tree?.roots[0]?.exchange.answer).toEqual({ headers: ['Content-Type: text/xml'], body: '<a/>', bodyBytes: 4 });
    expect(JSON.stringify([tree, unstored])).not.toContain('hidden');
    const counted = { service: 'ews', organization: 'contoso', operation: 'GetFolder', outcome: 'refused', count: 1 };
    expect(journal.tally()).toEqual([{ ...counted, seconds: expect.any(Number) }]);
  });

  test('filters hold before and after storing, and the newest are kept in order', async () => {
    const journal = await journalOn(await optionsOf());
    for (let index = 0; index < 10; index += 1) {
      const exchange = journal.open({ ...start, at: index * 100, organization: index % 2 === 0 ? 'contoso' : 'fabrikam' });
      exchange.note({ operation: index < 5 ? 'GetItem' : 'FindItem', caller: `user${index % 3}` });
      exchange.close(index === 9 ? 'fault' : 'answered', index * 100);
      if (index === 6) await journal.flush();
    }
    const sequences = async (filter: Parameters<Journal['find']>[0]): Promise<readonly number[]> =>
      (await journal.find(filter)).map(({ sequence }) => sequence);
    for (const stored of [false, true]) {
      if (stored) await journal.flush();
      expect(await sequences({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(await sequences({ limit: 3 })).toEqual([8, 9, 10]);
      expect(await sequences({ since: 700 })).toEqual([8, 9, 10]);
      expect(await sequences({ afterSequence: 8 })).toEqual([9, 10]);
      expect(await sequences({ organization: 'fabrikam', operation: 'GetItem' })).toEqual([2, 4]);
      expect(await sequences({ outcome: 'fault' })).toEqual([10]);
      expect(await sequences({ caller: 'user1', limit: 2 })).toEqual([5, 8]);
      expect(await sequences({ service: 'ews' })).toEqual([]);
    }
  });

  test('hops of a trace form a tree, and a bad traceparent begins a new one', async () => {
    const journal = await journalOn(await optionsOf());
    const root = journal.open(start);
    const hop = (parent: { traceId: string; spanId: string }, direction: 'incoming' | 'outgoing'): ReturnType<Journal['open']> =>
      journal.open({ ...start, direction, traceparent: `00-${parent.traceId}-${parent.spanId}-01` });
    const outgoing = hop(root, 'outgoing');
    const incoming = hop(outgoing, 'incoming');
    const second = hop(root, 'outgoing');
    incoming.close('answered', 2);
    outgoing.close('answered', 3);
    await journal.flush();
    second.close('aborted', 4);
    root.close('answered', 5);
    const tree = await journal.trace(root.traceId);
    const shape = (nodes: NonNullable<typeof tree>['roots']): unknown => nodes.map((node) => [node.exchange.spanId, shape(node.children)]);
    expect(shape(tree?.roots ?? [])).toEqual([
      [
        root.spanId,
        [
          [outgoing.spanId, [[incoming.spanId, []]]],
          [second.spanId, []],
        ],
      ],
    ]);
    // Without heads and bodies it is the same tree; each exchange is to be had by itself, stored or not.
    const bare = (nodes: NonNullable<typeof tree>['roots']): unknown =>
      nodes.map(({ exchange: { request: _request, answer: _answer, ...exchange }, children }) => ({ exchange, children: bare(children) }));
    expect(await journal.outline(root.traceId)).toEqual({ traceId: root.traceId, roots: bare(tree?.roots ?? []) });
    const [first] = tree?.roots ?? [];
    expect(await journal.exchange(root.traceId, root.spanId)).toEqual(first?.exchange);
    expect(await journal.exchange(root.traceId, outgoing.spanId)).toEqual(first?.children[0]?.exchange);
    expect(await journal.exchange(root.traceId, '0'.repeat(16))).toBeUndefined();
    const other = journal.open({ ...start, traceparent: `00-${root.traceId}-0000000000000000-01` });
    expect(other.traceId).not.toBe(root.traceId);
    const foreign = journal.open({ ...start, traceparent: `00-${root.traceId}-00f067aa0ba902b7-01` });
    foreign.close('answered', 6);
    expect((await journal.trace(root.traceId))?.roots).toHaveLength(2);
    expect(await journal.trace('0'.repeat(32))).toBeUndefined();
    expect(await journal.traceIds(root.traceId.slice(0, 8))).toEqual([root.traceId]);
    expect(await journal.traceIds('')).toHaveLength(2);
  });

  test('what is told after the end, and after somebody has looked, is told too', async () => {
    const journal = await journalOn();
    const exchange = journal.open(start);
    exchange.close('answered', 1);
    expect(await journal.find({})).toMatchObject([{ code: null, faults: [], verdict: null }]);
    exchange.note({ code: 'later' });
    expect(await journal.find({})).toMatchObject([{ code: 'later', faults: [] }]);
    exchange.faulted('slow', 'latency');
    exchange.judged(judge([{ check: 'password', outcome: 'passed' }]));
    expect(await journal.find({})).toMatchObject([{ code: 'later', faults: [{ rule: 'slow' }], verdict: { accepted: true } }]);
  });

  test('a defect is kept with what was thrown, also when it comes after the end', async () => {
    const journal = await journalOn(await optionsOf());
    const first = journal.open(start);
    first.close('defect', 1, new Error('broken eyJhbGciOi.eyJhdWQiOi.c2lnbmF0dXJl'));
    first.close('answered', 2);
    const late = journal.open(start);
    late.close('answered', 1);
    late.close('defect', 2, 'thrown text');
    late.close('defect', 3, 'again');
    expect(journal.defects().map(({ error, spanId }) => [spanId, error?.message])).toEqual([
      [first.spanId, expect.stringMatching(/^broken sha256:[0-9a-f]{8}$/)],
      [late.spanId, 'thrown text'],
    ]);
    expect((await journal.find({}))[0]).toMatchObject({ outcome: 'defect', closed: 1 });
    expect(await journal.find({})).toHaveLength(2);
  });

  test('listeners hear of closed exchanges after the request, until they leave, whatever one of them throws', async () => {
    const heard: string[] = [];
    const complaints: string[] = [];
    const journal = await journalOn({ ...(await optionsOf()), logger: { log: (_level, message) => complaints.push(message) } });
    journal.subscribe(() => {
      throw new Error('listener');
    });
    const leave = journal.subscribe((record, octets) => heard.push(`${record.sequence} ${octets().answer?.body}`));
    const exchange = journal.open(start);
    exchange.sent([], 'text');
    exchange.close('answered', 1);
    expect(heard).toEqual([]);
    await turn();
    expect(heard).toEqual(['1 text']);
    expect(complaints).toEqual(['a listener of the journal failed']);
    leave();
    journal.open(start).close('answered', 1);
    await turn();
    expect(heard).toHaveLength(1);
  });

  test('listeners are told of the ends that they want', async () => {
    const journal = await journalOn(await optionsOf());
    const [all, some]: [unknown[], unknown[]] = [[], []];
    journal.subscribe(({ outcome }) => all.push(outcome));
    journal.subscribe(({ outcome }) => some.push(outcome), new Set(['aborted', 'defect']));
    for (const outcome of ['answered', 'aborted', 'refused', 'defect'] as const) journal.open(start).close(outcome, 1);
    await turn();
    expect(all).toEqual(['answered', 'aborted', 'refused', 'defect']);
    expect(some).toEqual(['aborted', 'defect']);
  });
});

describe('bounds', () => {
  test('the ring keeps the newest and counts what it forgot', async () => {
    const store = await memoryStore();
    const journal = await journalOn({ store, capacity: 10, flushIntervalMs: 3_600_000 });
    for (let index = 0; index < 25; index += 1) journal.open(start).close('answered', index);
    expect(journal.pending.unstored).toBe(10);
    await journal.flush();
    expect(journal.lost).toBe(15);
    expect((await journal.find({})).map(({ sequence }) => sequence)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });

  test('octets in memory stay below the bound, oldest gone first', async () => {
    const journal = await journalOn({ capacityBytes: 100_000 });
    const exchanges = Array.from({ length: 10 }, () => {
      const exchange = journal.open(start);
      exchange.received([], Buffer.alloc(30_000, 'a'));
      exchange.close('answered', 1);
      return exchange;
    });
    const kept = await Promise.all(
      exchanges.map(async ({ traceId }) => (await journal.trace(traceId))?.roots[0]?.exchange.request !== null),
    );
    expect(kept).toEqual([false, false, false, false, false, false, false, true, true, true]);
  });

  test('of octets that are long their beginning is held, and what is told of them is the same', async () => {
    const journal = await journalOn({ capacityBytes: 1_000_000 });
    const body = Buffer.from(`<a>${'ä'.repeat(1_000_000)}</a>`);
    const exchanges = Array.from({ length: 7 }, () => {
      const exchange = journal.open(start);
      exchange.received(['Content-Type: text/xml'], body);
      exchange.sent(['Content-Type: text/xml'], body);
      exchange.close('answered', 1);
      return exchange;
    });
    const expected = redactMessage(['Content-Type: text/xml'], body);
    expect(expected).toMatchObject({ bodyBytes: 2_000_007, bodyNote: 'truncated' });
    for (const { traceId } of exchanges)
      expect((await journal.trace(traceId))?.roots[0]?.exchange).toMatchObject({ request: expected, answer: expected });
  });

  test('the store keeps the newest exchanges and the newest octets', async () => {
    const store = await memoryStore();
    const journal = await journalOn({ store, capacity: 10, retainedExchanges: 100, retainedOctets: 200_000, flushIntervalMs: 3_600_000 });
    for (let index = 0; index < 700; index += 1) {
      const exchange = journal.open(start);
      exchange.received([], Buffer.alloc(1_000, 'a'));
      exchange.close('answered', index);
      if (index % 10 === 9) await journal.flush();
    }
    const rows = await store.read.selectFrom('exchange').select(['sequence', 'octets']).orderBy('sequence').execute();
    expect(rows.length).toBeLessThan(600);
    expect(rows.at(-1)?.sequence).toBe(700);
    const weight = rows.reduce((total, row) => total + (row.octets?.length ?? 0), 0);
    expect(weight).toBeLessThanOrEqual(200_000);
    expect(weight).toBeGreaterThan(100_000);
    expect(journal.lost).toBe(0);
  });

  test('a later journal goes on counting, and repeated ids overwrite', async () => {
    const store = await memoryStore();
    const first = await journalOn({ store });
    first.open(start).close('answered', 1);
    await first.stop();
    const second = await journalOn({ store });
    second.open({ ...start, target: 'GET /again' }).close('answered', 2);
    await second.flush();
    expect((await second.find({})).map(({ sequence, target }) => [sequence, target])).toEqual([[2, 'GET /again']]);
  });

  test('the interval stores without being asked', async () => {
    const store = await memoryStore();
    const journal = await journalOn({ store, flushIntervalMs: 1 });
    journal.open(start).close('answered', 1);
    await expect.poll(() => journal.pending.unstored).toBe(0);
    expect(await store.read.selectFrom('exchange').select('sequence').execute()).toEqual([{ sequence: 1 }]);
  });

  test('a store that fails is reported, rejected by flush, and recording goes on', async () => {
    const store = await memoryStore();
    const complaints: string[] = [];
    const broken: Store = { ...store, transaction: () => Promise.reject(new Error('disk full')) };
    const journal = await createJournal({
      store: broken,
      identifiers: createIdentifiers(seededRandom('journal')),
      logger: { log: (_level, message) => complaints.push(message) },
      flushIntervalMs: 1,
    });
    journal.open(start).close('answered', 1);
    await expect.poll(() => complaints).toContain('the journal could not be stored');
    await expect(journal.flush()).rejects.toThrow('disk full');
    expect(await journal.find({})).toHaveLength(1);
    await expect(journal.stop()).rejects.toThrow('disk full');
  });
});

test.each([
  ['off', 'refused', 401, false],
  ['on', 'answered', 200, true],
  ['retain-on-failure', 'answered', 200, false],
  ['retain-on-failure', 'answered', 500, true],
  ['retain-on-failure', 'refused', 200, true],
] as const)('octets %s, %s %i: kept %s', async (octets, outcome, status, kept) => {
  const journal = await journalOn({ octets });
  const exchange = journal.open(start);
  exchange.received(['Host: x'], undefined);
  exchange.note({ status });
  exchange.close(outcome, 1);
  expect((await journal.trace(exchange.traceId))?.roots[0]?.exchange.request !== null).toBe(kept);
});
