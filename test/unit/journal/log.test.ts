import { describe, expect, test } from 'vitest';
import { announcement } from '../../../shared/journal/announcement.ts';
import { createLog, type LogOptions } from '../../../shared/journal/log.ts';
import { jsonLine, prettyLine } from '../../../shared/journal/log-line.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { summarizeTraces } from '../../../shared/journal/trace-summary.ts';

const record: ExchangeRecord = {
  ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', parentSpan: null, sequence: 1, startedMs: 5 },
  ...{ at: Date.UTC(2026, 10, 1, 8, 0, 1, 204), closed: 0, durationMs: 9.2, direction: 'incoming', protocol: 'https' },
  ...{
    service: 'ews',
    organization: 'contoso',
    operation: 'GetUserAvailability',
    host: 'h',
    target: 'POST /EWS/Exchange.asmx',
    peer: null,
  },
  ...{
    caller: 'mary',
    status: 401,
    code: '2000005',
    detail: 'invalid_user',
    outcome: 'refused',
    verdict: null,
    faults: [],
    error: null,
    web: null,
  },
};

describe('the line of an exchange', () => {
  test.each<readonly [Partial<ExchangeRecord>, string]>([
    [{}, '08:00:01.204 EWS contoso.GetUserAvailability => 401 (2000005: invalid_user) 9.2 ms  trace 4bf92f3577b3'],
    [
      { status: 200, code: 'NoError', detail: null, durationMs: 14.6 },
      '08:00:01.204 EWS contoso.GetUserAvailability => 200 15 ms  trace 4bf92f3577b3',
    ],
    [
      { operation: null, organization: null, service: 'proxy', status: null, outcome: 'aborted', code: null, detail: null },
      '08:00:01.204 PROXY POST /EWS/Exchange.asmx => aborted 9.2 ms  trace 4bf92f3577b3',
    ],
    [
      { faults: [{ rule: 'slow', kind: 'latency' }], code: null, detail: 'a\nb\u001b[2J\u202ec' },
      '08:00:01.204 EWS contoso.GetUserAvailability => 401 (a\ufffdb\ufffd[2J\ufffdc) [slow latency] 9.2 ms  trace 4bf92f3577b3',
    ],
    [
      { outcome: 'defect', error: { message: 'm', stack: 'Error: m\n    at x' }, code: null, detail: null },
      '08:00:01.204 EWS contoso.GetUserAvailability => 401 9.2 ms  trace 4bf92f3577b3\n  Error: m\n      at x',
    ],
  ])('%j', (facts, line) => {
    expect(prettyLine({ ...record, ...facts }, false)).toBe(line);
  });

  test('in JSON', () => {
    expect(JSON.parse(jsonLine(record))).toEqual({
      ...{ level: 40, time: record.at, svc: 'ews', org: 'contoso', op: 'GetUserAvailability', trace: record.traceId, span: record.spanId },
      ...{ user: 'mary', status: 401, code: '2000005', ms: 9.2, outcome: 'refused', msg: 'POST /EWS/Exchange.asmx: invalid_user' },
    });
  });
});

describe('the log', () => {
  const write = (options: Partial<LogOptions>): { readonly log: ReturnType<typeof createLog>; readonly lines: string[] } => {
    const lines: string[] = [];
    const log = createLog({
      level: 'info',
      format: 'json',
      colors: false,
      clock: { now: () => 0 },
      write: (text) => lines.push(text),
      ...options,
    });
    return { log, lines };
  };
  const octets = {
    request: { headers: ['Host: x'], body: 'a\r\nb', bodyBytes: 4 },
    answer: { headers: [], body: null, bodyBytes: 9, bodyNote: 'withheld' },
  } as const;

  test.each([
    ['silent', 0, 0],
    ['error', 1, 1],
    ['warn', 3, 4],
    ['info', 5, 5],
    ['debug', 6, 5],
  ] as const)('at level %s writes %i of six lines, and of %i ends of exchanges', (level, count, ends) => {
    const { log, lines } = write({ level });
    for (const line of ['debug', 'info', 'warn'] as const) log.log(line, 'text');
    for (const outcome of ['answered', 'refused', 'defect'] as const)
      if (log.outcomes.has(outcome)) log.exchange({ ...record, outcome }, () => octets);
    expect(lines).toHaveLength(count);
    expect(log.outcomes.size).toBe(ends);
    expect(lines.every((line) => line.endsWith('\n') && JSON.parse(line))).toBe(true);
  });

  test('facts are members in JSON and words in text, and stay on their line', () => {
    const json = write({});
    json.log.log('warn', 'slow', { ms: 12, name: 'x' });
    expect(JSON.parse(json.lines[0] ?? '')).toEqual({ level: 40, time: 0, ms: 12, name: 'x', msg: 'slow' });
    const pretty = write({ format: 'pretty', colors: true });
    pretty.log.log('warn', 'slow\nline', { ms: 12, name: 'x' });
    expect(pretty.lines).toEqual(['\u001b[2m00:00:00.000\u001b[22m \u001b[33mwarn\u001b[39m slow\ufffdline ms=12 name=x\n']);
  });

  test('only level trace asks for octets', () => {
    const unasked = (): never => {
      throw new Error('asked');
    };
    write({ level: 'debug' }).log.exchange(record, unasked);
    const pretty = write({ level: 'trace', format: 'pretty' });
    pretty.log.exchange(record, () => octets);
    expect(pretty.lines[0]?.split('\n').slice(1)).toEqual([
      '  > Host: x',
      '  > ',
      '  > a',
      '  > b',
      '  < ',
      '  < [9 octets, withheld]',
      '',
    ]);
    const json = write({ level: 'trace' });
    json.log.exchange(record, () => octets);
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject(octets);
  });
});

test('readiness is one line; people get a table above it', () => {
  const lab = {
    ...{ version: '0.1.0', pid: 1, adminUrl: 'http://127.0.0.1:4460', proxyUrl: null, dns: '127.0.0.1:4453', caFile: '/ca.pem' },
    organizations: { contoso: { kind: 'on-premises', ews: 'https://localhost:4443/EWS/Exchange.asmx', autodiscover: null } },
  };
  const options = { format: 'pretty', colors: false, terminal: false, readyMs: 412.4, endpointsFile: '/e.json' } as const;
  expect(announcement(lab, options)).toBe('coexist ready in 412 ms  admin http://127.0.0.1:4460\n');
  expect(announcement(lab, { ...options, terminal: true }).split('\n')).toEqual([
    'organization  kind         EWS                                       Autodiscover',
    'contoso       on-premises  https://localhost:4443/EWS/Exchange.asmx  -',
    '',
    'DNS  127.0.0.1:4453',
    'CA   /ca.pem',
    '',
    'coexist ready in 412 ms  admin http://127.0.0.1:4460',
    '',
  ]);
  const cloud = { kind: 'cloud', ews: null, autodiscover: null, authority: 'https://localhost:4445/t' };
  expect(announcement({ ...lab, organizations: { cloud } }, { ...options, terminal: true })).toContain(
    '\nauthority  https://localhost:4445/t\n',
  );
  expect(JSON.parse(announcement(lab, { ...options, format: 'json', terminal: true }))).toEqual({
    ...{ event: 'ready', ms: 412, admin: 'http://127.0.0.1:4460', version: '0.1.0', pid: 1, endpoints: '/e.json' },
  });
});

test('a trace is told by its first exchange and its gravest end', () => {
  const root = { ...record, outcome: 'answered', sequence: 3, startedMs: 1, verdict: { accepted: true, checks: [] } } as const;
  const hop = {
    ...record,
    spanId: 'b',
    parentSpan: record.spanId,
    organization: 'cloud',
    sequence: 2,
    startedMs: 2,
    outcome: 'fault',
  } as const;
  const other = { ...record, traceId: 'other', sequence: 1, verdict: { accepted: false, checks: [] }, parentSpan: 'foreign' } as const;
  expect(summarizeTraces([other, hop, root])).toMatchObject([
    { traceId: 'other', sequence: 1, exchanges: 1, outcome: 'refused', verdict: 'refused' },
    { traceId: record.traceId, sequence: 3, exchanges: 2, organizations: ['contoso', 'cloud'], outcome: 'fault', verdict: 'accepted' },
  ]);
});
