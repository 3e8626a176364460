import { expect, test } from 'vitest';
import { drawLadder } from '../../../services/cli/ladder.ts';
import type { TraceNodeView } from '../../../shared/journal/trace-steps.ts';

type Exchange = TraceNodeView['exchange'];

const plainExchange: Exchange = {
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
  ...{ outcome: 'answered', verdict: null, faults: [], error: null, web: null },
};

function node(facts: Partial<Exchange>, ...children: readonly TraceNodeView[]): TraceNodeView {
  return { exchange: { ...plainExchange, ...facts }, children };
}

function draw(...roots: readonly TraceNodeView[]): readonly string[] {
  return drawLadder({ traceId: '4bf92f35', roots }, false).split('\n');
}

test('one hop, and its checks', () => {
  const checks = [
    { check: 'password', outcome: 'passed' },
    { check: 'audience', outcome: 'failed', expected: 'a', actual: 'b', reference: 'RFC 7519 4.1.3' },
    { check: 'scope', outcome: 'skipped' },
  ] as const;
  expect(draw(node({ status: 401, outcome: 'refused', code: '2000005', detail: 'why', verdict: { accepted: false, checks } }))).toEqual([
    'trace 4bf92f35',
    '',
    'client                contoso/ews',
    '|---- GetFolder ----->|  +0.0 ms    POST /EWS/Exchange.asmx mary@contoso.test',
    '|<······· 401 ········|  +14 ms     refused 2000005 why',
    '',
    'checks',
    '  contoso/ews GetFolder',
    '    ok   password',
    '    FAIL audience  expected a, got b (RFC 7519 4.1.3)',
    '    skip scope',
    '',
  ]);
});

test('a hop seen from both ends is one arrow; one that nobody recorded ends at its host', () => {
  const cloud = node({ organization: 'contoso-cloud', startedMs: 1_003, durationMs: 5 });
  const between = node({ direction: 'outgoing', startedMs: 1_002, durationMs: 7, host: 'outlook.office365.test' }, cloud);
  const outside = node({
    direction: 'outgoing',
    startedMs: 1_010,
    durationMs: null,
    host: 'gone.test',
    status: null,
    outcome: null,
    code: null,
    operation: null,
  });
  expect(draw(node({ operation: 'GetUserAvailability' }, between, outside)).slice(2, 9)).toEqual([
    'client                       contoso/ews                  contoso-cloud/ews            gone.test',
    '|--- GetUserAvailability --->|                            |                            |  +0.0 ms    POST /EWS/Exchange.asmx mary@contoso.test',
    '|                            |-------- GetFolder -------->|                            |  +2.0 ms    POST /EWS/Exchange.asmx mary@contoso.test',
    '|                            |<··········· 200 ···········|                            |  +9.0 ms    NoError',
    '|                            |--------------- POST /EWS/Exchange.asmx ---------------->|  +10 ms     POST /EWS/Exchange.asmx mary@contoso.test',
    '|                            |<························· open ·························|',
    '|<··········· 200 ···········|                            |                            |  +14 ms     NoError',
  ]);
});

test('what comes from outside stays on its line, faults and defects are told', () => {
  const lines = draw(
    node({
      operation: 'Get\u001b[31m\nFolder',
      detail: 'a\r\nb',
      faults: [{ rule: 'slow', kind: 'latency' }],
      outcome: 'defect',
      error: { message: 'broke' },
    }),
  );
  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines[4]).toContain('defect NoError a\ufffd\ufffdb broke [fault slow: latency]');
});

test('what the lab itself began starts in its own lane, and colours are asked for', () => {
  expect(draw(node({ direction: 'outgoing', host: 'gone.test' }))[2]).toMatch(/^contoso\/ews +gone\.test$/);
  expect(drawLadder({ traceId: 'x', roots: [node({})] }, true)).toContain('\u001b[1m');
});
