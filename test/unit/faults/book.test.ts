import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFaultBook } from '../../../shared/faults/book.ts';
import { kinds } from '../../../shared/faults/kinds/index.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { seams } from '../../../shared/kernel/seams.ts';

const book = () => createFaultBook({ random: seededRandom('book') });
const facts = {
  service: 'ews',
  organization: 'contoso',
  operation: 'GetFolder',
  host: 'mail.contoso.test',
  user: 'mary@contoso.test',
  traceId: '0af7651916cd43dd8448eb211c80319c',
};

test('an empty book does nothing', () => {
  for (const seam of seams) expect(book().at(seam, facts)).toBeUndefined();
});

test('each kind does what its parameters say, at the seam it takes by default', () => {
  const rules = book();
  rules.add({ id: 'busy', match: { op: 'A' }, effect: { kind: 'status', status: 503, headers: { 'Retry-After': '30' }, body: 'busy' } });
  rules.add({ id: 'slow', match: { op: 'B' }, effect: { kind: 'latency', delayMs: 20 } });
  rules.add({ id: 'cut', match: { op: 'C' }, effect: { kind: 'reset' } });
  rules.add({ id: 'away', effect: { kind: 'refuse' } });
  const at = (operation: string) => rules.at('http.request', { operation });
  expect(at('A')).toEqual({ rule: 'busy', effect: { kind: 'status', status: 503, headers: { 'retry-after': '30' }, body: 'busy' } });
  expect(at('B')).toEqual({ rule: 'slow', effect: { kind: 'latency', delayMs: 20 } });
  expect(at('C')).toEqual({ rule: 'cut', effect: { kind: 'reset' } });
  expect(rules.at('dial', {})).toEqual({ rule: 'away', effect: { kind: 'refuse' } });
});

test.each([
  [{}, true],
  [{ svc: 'ews' }, true],
  [{ svc: 'autodiscover' }, false],
  [{ org: 'CONTOSO' }, true],
  [{ org: 'contoso', op: 'getfolder' }, true],
  [{ org: 'contoso', op: 'GetItem' }, false],
  [{ host: '*.contoso.test' }, true],
  [{ host: 'mail.*' }, true],
  [{ host: 'm*l.*.t*t' }, true],
  [{ host: 'mail.contoso.test*' }, true],
  [{ host: '*contoso' }, false],
  [{ host: 'mail.contoso.tes?' }, false],
  [{ user: 'mary@contoso.test', trace: '0af7651916cd43dd8448eb211c80319c' }, true],
  [{ trace: 'ffff' }, false],
])('match %j: %j', (match, expected) => {
  const rules = book();
  rules.add({ match, effect: { kind: 'reset' } });
  expect(rules.at('http.request', facts) !== undefined).toBe(expected);
});

test('a rule never matches what is not known', () => {
  const rules = book();
  rules.add({ match: { user: '*' }, effect: { kind: 'reset' } });
  expect(rules.at('http.request', { service: 'ews' })).toBeUndefined();
});

test('globs agree with the regular expression that says the same', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'A'), maxLength: 12 });
  fc.assert(
    fc.property(
      word.filter((glob) => glob !== ''),
      text,
      (glob, host) => {
        const rules = book();
        rules.add({ match: { host: glob }, effect: { kind: 'reset' } });
        const pattern = new RegExp(
          `^${glob
            .split('*')
            .map((piece) => piece.replaceAll('.', '\\.'))
            .join('.*')}$`,
          'i',
        );
        expect(rules.at('http.request', { host }) !== undefined).toBe(pattern.test(host));
      },
    ),
  );
});

test('the first rule that acts wins; one that is used up, or not yet due, makes way', () => {
  const rules = book();
  rules.add({ id: 'first', after: 1, times: 2, effect: { kind: 'reset' } });
  rules.add({ id: 'second', times: 1, seam: 'http.request', effect: { kind: 'refuse' } });
  const acted = Array.from({ length: 5 }, () => rules.at('http.request', facts)?.rule);
  expect(acted).toEqual(['second', 'first', 'first', undefined, undefined]);
  expect(rules.list().map(({ id, matched, acted: times }) => [id, matched, times])).toEqual([
    ['first', 5, 2],
    ['second', 3, 1],
  ]);
});

test('chance: none, all, and a share that a seed repeats', () => {
  const share = (rule: object) => {
    const rules = book();
    rules.add({ effect: { kind: 'reset' }, ...rule });
    return Array.from({ length: 400 }, () => rules.at('http.request', facts) !== undefined);
  };
  expect(share({ probability: 0 }).some(Boolean)).toBe(false);
  expect(share({ probability: 1 }).every(Boolean)).toBe(true);
  const acted = share({ probability: 0.25, seed: 7 });
  expect(acted).toEqual(share({ probability: 0.25, seed: 7 }));
  expect(acted).not.toEqual(share({ probability: 0.25, seed: 8 }));
  expect(acted.filter(Boolean).length).toBeGreaterThan(60);
  expect(acted.filter(Boolean).length).toBeLessThan(140);
});

test('a delay stays within its jitter', () => {
  const rules = book();
  rules.add({ effect: { kind: 'latency', delayMs: 100, jitterMs: 50 } });
  const delays = Array.from({ length: 200 }, () => {
    const effect = rules.at('http.request', facts)?.effect;
    return effect?.kind === 'latency' ? effect.delayMs : Number.NaN;
  });
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...delays)).toBeLessThanOrEqual(150);
  expect(new Set(delays).size).toBeGreaterThan(20);
});

test('rules can be removed', () => {
  const rules = book();
  const { id } = rules.add({ effect: { kind: 'reset' } });
  expect(id).toBe('fault-1');
  expect(rules.add({ effect: { kind: 'reset' } }).id).toBe('fault-2');
  expect(rules.remove(id)).toBe(true);
  expect(rules.remove(id)).toBe(false);
  expect(rules.at('http.request', facts)?.rule).toBe('fault-2');
  rules.clear();
  expect(rules.list()).toEqual([]);
  expect(rules.at('http.request', facts)).toBeUndefined();
});

test('a rule is listed as JSON can carry it', () => {
  const rules = book();
  const added = rules.add({ seam: 'dial', match: { svc: 'ews' }, effect: { kind: 'latency', delayMs: 5 }, times: 3 });
  expect(added).toEqual({
    id: 'fault-1',
    seam: 'dial',
    match: { svc: 'ews' },
    effect: { kind: 'latency', delayMs: 5, jitterMs: 0 },
    probability: 1,
    times: 3,
    after: 0,
    matched: 0,
    acted: 0,
  });
  expect(JSON.parse(JSON.stringify(rules.list()))).toEqual([added]);
});

test.each([
  ['not an object', 'reset', 'InvalidFaultRule', 'expected object'],
  ['no effect', {}, 'InvalidFaultRule', 'effect'],
  ['an unknown member', { effect: { kind: 'reset' }, prob: 1 }, 'InvalidFaultRule', 'prob'],
  ['an unknown match', { match: { service: 'ews' }, effect: { kind: 'reset' } }, 'InvalidFaultRule', 'service'],
  ['an unknown kind', { effect: { kind: 'latencey', delayMs: 1 } }, 'UnknownFaultKind', 'did you mean "latency"'],
  ['a kind from Object.prototype', { effect: { kind: 'toString' } }, 'UnknownFaultKind', 'toString'],
  ['an unknown parameter', { effect: { kind: 'reset', now: true } }, 'InvalidFaultRule', 'effect.'],
  ['a delay below zero', { effect: { kind: 'latency', delayMs: -1 } }, 'InvalidFaultRule', 'effect.delayMs'],
  [
    'a header that would split the answer',
    { effect: { kind: 'status', status: 500, headers: { a: 'b\r\nc: d' } } },
    'InvalidFaultRule',
    'effect.headers',
  ],
  [
    "a header that is the host's own",
    { effect: { kind: 'status', status: 500, headers: { 'Content-Length': '5' } } },
    'InvalidFaultRule',
    'effect.headers',
  ],
  ['a status that is none', { effect: { kind: 'status', status: 100 } }, 'InvalidFaultRule', 'effect.status'],
  [
    'an exception elsewhere',
    { seam: 'http.request', effect: { kind: 'exception', type: 'AnyException', message: 'no' } },
    'KindNotAtSeam',
    'exception cannot act at http.request',
  ],
  ['an exception without a name', { effect: { kind: 'exception', type: 'nothing', message: 'no' } }, 'InvalidFaultRule', 'effect.type'],
  ['a chance above one', { effect: { kind: 'reset' }, probability: 1.5 }, 'InvalidFaultRule', 'probability'],
  [
    'a kind where it makes no sense',
    { seam: 'dial', effect: { kind: 'status', status: 500 } },
    'KindNotAtSeam',
    'status cannot act at dial; it acts at http.request',
  ],
  [
    'a refusal of an envelope',
    { seam: 'soap.response', effect: { kind: 'refuse' } },
    'KindNotAtSeam',
    'refuse cannot act at soap.response',
  ],
])('refused: %s', (_, rule, code, detail) => {
  const rules = book();
  expect(() => rules.add(rule)).toThrow(expect.objectContaining({ code, detail: expect.stringContaining(detail) }));
  expect(rules.list()).toEqual([]);
});

test('an id stands once, and a given id is not given again', () => {
  const rules = book();
  rules.add({ id: 'fault-1', effect: { kind: 'reset' } });
  expect(() => rules.add({ id: 'fault-1', effect: { kind: 'reset' } })).toThrow(expect.objectContaining({ code: 'DuplicateFaultRule' }));
  expect(rules.add({ effect: { kind: 'reset' } }).id).toBe('fault-2');
});

test('a book is bounded', () => {
  const rules = book();
  for (let count = 0; count < 1_000; count += 1) rules.add({ effect: { kind: 'reset' } });
  expect(() => rules.add({ effect: { kind: 'reset' } })).toThrow(expect.objectContaining({ code: 'TooManyFaultRules' }));
});

test('every kind stands in the table under its own name and acts at a seam that exists', () => {
  for (const [name, kind] of Object.entries(kinds)) {
    expect(kind.kind).toBe(name);
    expect(kind.seams.filter((seam) => !seams.includes(seam))).toEqual([]);
    expect(new Set(kind.seams).size).toBe(kind.seams.length);
  }
  expect([...kinds.latency.seams].sort()).toEqual([...seams].sort());
});
