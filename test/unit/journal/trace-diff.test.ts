import { expect, test } from 'vitest';
import type { FullExchange } from '../../../shared/journal/record.ts';
import { diffTraces, mostDifferences } from '../../../shared/journal/trace-diff.ts';
import { harOf } from '../../../shared/journal/trace-har.ts';
import { mermaidOf } from '../../../shared/journal/trace-mermaid.ts';
import type { TraceNode, TraceTree } from '../../../shared/journal/trace-tree.ts';

const exchange: FullExchange = {
  ...{ traceId: 't', spanId: 's', parentSpan: null, sequence: 1, at: 0, closed: 0, startedMs: 1_000, durationMs: 14 },
  ...{
    direction: 'incoming',
    protocol: 'https',
    service: 'ews',
    organization: 'contoso',
    operation: 'GetFolder',
    host: 'mail.contoso.test',
  },
  ...{ target: 'POST /EWS/Exchange.asmx', peer: null, caller: 'mary@contoso.test', status: 200, code: 'NoError', detail: null },
  ...{ outcome: 'answered', verdict: null, faults: [], error: null, web: null, request: null, answer: null },
};

function node(facts: Partial<FullExchange>, ...children: readonly TraceNode[]): TraceNode {
  return { exchange: { ...exchange, ...facts }, children };
}

function tree(traceId: string, ...roots: readonly TraceNode[]): TraceTree {
  return { traceId, roots };
}

const message = (body: string, ...headers: readonly string[]) => ({ headers, body, bodyBytes: body.length });
const parts = (a: TraceNode, b: TraceNode): readonly string[] =>
  diffTraces(tree('a', a), tree('b', b)).differences.map(({ hop, part, a: left, b: right }) => `${hop} | ${part} | ${left} | ${right}`);

test.each<[string, Partial<FullExchange>, Partial<FullExchange>, readonly string[]]>([
  ['nothing', {}, {}, []],
  ['times, ids and durations', { startedMs: 1, durationMs: 2, spanId: 'x', sequence: 4 }, {}, []],
  [
    'moments, GUIDs, secrets and octets within a body',
    { answer: message('<a>2026-11-01T09:00:00Z 11111111-1111-4111-8111-111111111111 sha256:ab12</a>') },
    { answer: message('<a>2026-11-01T09:01:07.5Z 21111111-1111-4111-8111-111111111111 sha256:cd34</a>') },
    [],
  ],
  [
    'headers that say when and who called',
    { request: message('', 'Date: a', 'client-request-id: 1') },
    { request: message('', 'Date: b') },
    [],
  ],
  ['bodies that one side no longer has', { answer: message('<a/>') }, { answer: null }, []],
  ['the answer', { status: 500 }, {}, ['contoso/ews GetFolder | status | 500 | 200']],
  [
    'a header',
    { request: message('', 'X-AnchorMailbox: a@x') },
    { request: message('') },
    ['contoso/ews GetFolder | header x-anchormailbox | a@x | null'],
  ],
  [
    'a body',
    { answer: message('<a>busy</a>') },
    { answer: message('<a>free</a>') },
    ['contoso/ews GetFolder | answer body | <a>busy</a> | <a>free</a>'],
  ],
  [
    'a check',
    { verdict: { accepted: true, checks: [{ check: 'issuer', outcome: 'passed' }] } },
    { verdict: { accepted: false, checks: [{ check: 'issuer', outcome: 'failed', expected: 'x', actual: 'y' }] } },
    ['contoso/ews GetFolder | check issuer | passed | failed, expected x, got y'],
  ],
  [
    'a check that only one has come to',
    { verdict: { accepted: true, checks: [{ check: 'issuer', outcome: 'passed' }] } },
    {},
    ['contoso/ews GetFolder | check issuer | passed | null'],
  ],
])('%s', (_, a, b, expected) => {
  expect(parts(node(a), node(b))).toEqual(expected);
});

test('what is judged before a call is told before it, what it leads to afterwards; hops that one has alone are named', () => {
  const call = (facts: Partial<FullExchange>): TraceNode => node({ direction: 'outgoing', operation: 'Ask', host: 'cloud.test', ...facts });
  const metadata = call({ operation: 'FetchMetadata', target: 'GET /metadata' });
  const a = node({ caller: 'mary' }, call({ status: 200 }));
  const b = node({ caller: 'rob', status: 500 }, metadata, call({ status: 401 }));
  expect(parts(a, b)).toEqual([
    'contoso/ews GetFolder | caller | mary | rob',
    'contoso/ews FetchMetadata | hop | null | calls cloud.test GET /metadata 200 answered',
    'contoso/ews Ask | status | 200 | 401',
    'contoso/ews GetFolder | status | 200 | 500',
  ]);
  expect(parts(b, a)[1]).toBe('contoso/ews FetchMetadata | hop | calls cloud.test GET /metadata 200 answered | null');
});

test('what is beyond the first hundred is counted', () => {
  const many = node({}, ...Array.from({ length: mostDifferences + 7 }, () => node({ operation: 'More' })));
  const found = diffTraces(tree('a', node({})), tree('b', many));
  expect([found.same, found.differences.length, found.more]).toEqual([false, mostDifferences, 7]);
});

test('a HAR has each hop once and counts what it cannot hold', () => {
  const far = node({ organization: 'contoso-cloud', host: 'outlook.test', target: 'GET /a?b=c' });
  const near = node({ direction: 'outgoing' }, far);
  const mail = node({ protocol: 'smtp', target: 'RCPT' });
  const har = harOf(tree('t', node({ status: null }, near, mail)), '1.2.3');
  expect(har).toMatchObject({
    log: {
      creator: { version: '1.2.3' },
      comment: 'not in here: 1 of smtp',
      entries: [
        { request: { url: 'https://mail.contoso.test/EWS/Exchange.asmx' }, response: { status: 0 } },
        { request: { url: 'https://outlook.test/a?b=c', queryString: [{ name: 'b', value: 'c' }] }, _organization: 'contoso-cloud' },
      ],
    },
  });
});

test('a diagram escapes what Mermaid would read as its own', () => {
  const checks = [{ check: 'audience', outcome: 'failed', expected: 'a;b', actual: '#c' }] as const;
  expect(
    mermaidOf(tree('t', node({ status: 401, outcome: 'refused', code: null, verdict: { accepted: false, checks } }))).split('\n'),
  ).toEqual([
    'sequenceDiagram',
    '  %% trace t',
    '  participant p0 as client',
    '  participant p1 as contoso/ews',
    '  p0->>p1: GetFolder',
    '  Note over p1: FAIL audience, expected a#59;b, got #35;c',
    '  p1-->>p0: 401 refused',
    '',
  ]);
});
