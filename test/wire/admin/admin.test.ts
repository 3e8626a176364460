import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from './ask.ts';
import { absentPid, type FakeLab, startFakeLab } from './lab.ts';

let lab: FakeLab;
beforeEach(async () => {
  lab = await startFakeLab();
});
afterEach(() => lab.close());

describe('health', () => {
  test('live at once, ready when nothing is awaited', async () => {
    lab.pending = ['listeners', 'seed'];
    expect(await ask(lab.url, 'GET', '/livez')).toMatchObject({ status: 200 });
    expect(await ask(lab.url, 'GET', '/readyz')).toMatchObject({ status: 503, body: { pending: ['listeners', 'seed'] } });
    expect(await ask(lab.url, 'GET', '/_coexist/health')).toMatchObject({
      body: { status: 'starting', init: { completed: false, scripts: [] } },
    });
    expect(await ask(lab.url, 'POST', '/_coexist/v1/reset', {})).toMatchObject({ status: 409 });
    lab.pending = [];
    expect(await ask(lab.url, 'GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  test('metrics count what has closed', async () => {
    const start = { service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /', host: 'x', at: 0 } as const;
    const exchange = lab.journal.open({ ...start, organization: 'contoso' });
    exchange.note({ operation: 'Get"Item' });
    exchange.close('refused', 0);
    lab.journal.open(start);
    const answer = await fetch(`${lab.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await answer.text()).split('\n');
    expect(lines).toContain('coexist_requests_total{svc="ews",org="contoso",op="Get\\"Item",verdict="refused"} 1');
    expect(lines).toContain('coexist_open_exchanges 1');
  });

  test('health, info, endpoints and CA', async () => {
    lab.journal.open({ service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /', host: 'x', at: 0 }).close('answered', 0);
    const health = await ask(lab.url, 'GET', '/_coexist/health');
    expect(health.body).toEqual({
      status: 'running',
      version: '0.1.0',
      era: '2019',
      clock: { mode: 'real', now: '2026-11-01T09:00:00.000Z' },
      services: { ews: { state: 'running', url: 'https://localhost:4443/EWS/Exchange.asmx', requests: 1 } },
      init: { completed: true, scripts: [] },
      journal: { open: 0, unstored: 0, lost: 0 },
    });
    expect(health.headers.get('x-coexist')).toBe('0.1.0');
    expect((await ask(lab.url, 'GET', '/_coexist/info')).body).toMatchObject({
      shared: false,
      pid: absentPid,
      seed: '42',
      startedAt: '2026-11-01T09:00:00.000Z',
    });
    expect((await ask(lab.url, 'GET', '/_coexist/ca.pem')).body).toBe('-----BEGIN CERTIFICATE-----\n');
    const ews = async (): Promise<unknown> =>
      ((await ask(lab.url, 'GET', '/_coexist/endpoints')).body as { organizations: Record<string, { ews: string }> }).organizations[
        'contoso'
      ]?.ews;
    expect(await ews()).toBe('https://localhost:4443/EWS/Exchange.asmx');
    expect(await ask(lab.url, 'PUT', '/_coexist/v1/endpoints', { contoso: { https: 32_768 } })).toMatchObject({ status: 200 });
    expect(await ews()).toBe('https://localhost:32768/EWS/Exchange.asmx');
  });

  test('reset and shutdown reach the lab, shutdown after its answer', async () => {
    expect(await ask(lab.url, 'POST', '/_coexist/v1/reset')).toMatchObject({ status: 200, body: { status: 'reset', to: 'seed' } });
    expect(await ask(lab.url, 'POST', '/_coexist/v1/shutdown')).toMatchObject({ status: 202, body: { status: 'stopping' } });
    await expect.poll(() => lab.calls).toEqual(['reset seed', 'shutdown']);
  });
});

test('the clock is moved and tells what fired', async () => {
  expect((await ask(lab.url, 'GET', '/_coexist/v1/clock')).body).toEqual({
    now: '2026-11-01T09:00:00.000Z',
    mode: 'real',
    running: true,
    skewMs: {},
    status: 'ready',
    fired: [],
  });
  expect((await ask(lab.url, 'POST', '/_coexist/v1/clock/freeze')).body).toMatchObject({ mode: 'frozen', now: '2026-11-01T09:00:00.000Z' });
  expect((await ask(lab.url, 'POST', '/_coexist/v1/clock/freeze', { at: '2026-11-02T08:00Z' })).body).toMatchObject({
    now: '2026-11-02T08:00:00.000Z',
  });
  expect((await ask(lab.url, 'POST', '/_coexist/v1/clock/advance', { by: '61m' })).body).toMatchObject({
    now: '2026-11-02T09:01:00.000Z',
    fired: [{ id: '1', kind: 'retry', due: '2026-11-02T08:00:00.001Z' }],
  });
  expect((await ask(lab.url, 'POST', '/_coexist/v1/clock/set', { at: '2026-01-01T00:00:00+01:00' })).body).toMatchObject({
    now: '2025-12-31T23:00:00.000Z',
    fired: [],
  });
  expect((await ask(lab.url, 'PUT', '/_coexist/v1/clock/skew/contoso', { by: '-5m' })).body).toMatchObject({
    skewMs: { contoso: -300_000 },
  });
  expect((await ask(lab.url, 'POST', '/_coexist/v1/clock/resume')).body).toMatchObject({ mode: 'real' });
});

test('faults are added, listed, shown and removed', async () => {
  const added = await ask(lab.url, 'POST', '/_coexist/v1/faults', { seam: 'http.request', effect: { kind: 'reset' } });
  expect(added).toMatchObject({ status: 201, body: { id: 'fault-1', seam: 'http.request' } });
  expect(added.headers.get('location')).toBe('/_coexist/v1/faults/fault-1');
  expect((await ask(lab.url, 'GET', '/_coexist/v1/faults/fault-1')).body).toEqual(added.body);
  expect((await ask(lab.url, 'GET', '/_coexist/v1/faults')).body).toEqual({ faults: [added.body] });
  expect(await ask(lab.url, 'DELETE', '/_coexist/v1/faults/fault-1')).toMatchObject({ status: 204, body: '' });
  expect(await ask(lab.url, 'DELETE', '/_coexist/v1/faults/fault-1')).toMatchObject({ status: 404 });
  await ask(lab.url, 'POST', '/_coexist/v1/faults', { seam: 'dial' });
  expect(await ask(lab.url, 'DELETE', '/_coexist/v1/faults')).toMatchObject({ status: 204 });
  expect((await ask(lab.url, 'GET', '/_coexist/v1/faults')).body).toEqual({ faults: [] });
});

describe('exchanges and traces', () => {
  const record = (more: {
    org?: string;
    op?: string;
    accepted?: boolean;
    parent?: { traceId: string; spanId: string };
    at?: number;
  }): string => {
    const exchange = lab.journal.open({
      ...{ service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS/Exchange.asmx', host: 'mail.contoso.test' },
      ...(more.org === undefined ? {} : { organization: more.org }),
      ...(more.parent === undefined ? {} : { traceparent: `00-${more.parent.traceId}-${more.parent.spanId}-01` }),
      at: more.at ?? Date.UTC(2026, 10, 1, 8, 59),
    });
    exchange.note({ status: 200, ...(more.op === undefined ? {} : { operation: more.op }) });
    if (more.accepted !== undefined) exchange.judged({ accepted: more.accepted, checks: [] });
    exchange.received(['Authorization: Bearer hidden-word'], undefined);
    exchange.close(more.accepted === false ? 'refused' : 'answered', 1);
    return exchange.traceId;
  };

  test('are narrowed as asked', async () => {
    record({ org: 'contoso', op: 'GetFolder', at: 0 });
    const refused = record({ org: 'contoso', op: 'FindItem', accepted: false });
    const accepted = record({ org: 'fabrikam', op: 'FindItem', accepted: true });
    const listed = async (query: string, kind: 'exchanges' | 'traces'): Promise<readonly unknown[]> =>
      ((await ask(lab.url, 'GET', `/_coexist/v1/${kind}?${query}`)).body as Record<string, { traceId: string }[]>)[kind]?.map(
        ({ traceId }) => traceId,
      ) ?? [];
    expect(await listed('', 'exchanges')).toHaveLength(3);
    expect(await listed('op=FindItem&org=fabrikam', 'exchanges')).toEqual([accepted]);
    expect(await listed('outcome=refused', 'exchanges')).toEqual([refused]);
    expect(await listed('since=5m', 'exchanges')).toEqual([refused, accepted]);
    expect(await listed('since=2026-11-01T08:59:30Z', 'exchanges')).toEqual([]);
    expect(await listed('after=2', 'exchanges')).toEqual([accepted]);
    expect(await listed('limit=1', 'exchanges')).toEqual([accepted]);
    expect(await listed('verdict=refused', 'traces')).toEqual([refused]);
    expect(await listed('verdict=accepted&org=fabrikam', 'traces')).toEqual([accepted]);
    expect(await listed('op=FindItem&limit=1', 'traces')).toEqual([accepted]);
    const { body } = await ask(lab.url, 'GET', `/_coexist/v1/traces/${refused}`);
    expect(body).toMatchObject({ traceId: refused, roots: [{ exchange: { operation: 'FindItem' }, children: [] }] });
    expect(JSON.stringify(body)).not.toContain('hidden-word');
    expect((await ask(lab.url, 'GET', `/_coexist/v1/traces/${refused.slice(0, 8)}.json`)).body).toEqual(body);
    // The same in two parts: what it weighs is asked for hop by hop.
    const [{ exchange: whole }] = (body as { roots: [{ exchange: Record<string, unknown> }] }).roots;
    const { request, answer, ...outline } = whole;
    expect((await ask(lab.url, 'GET', `/_coexist/v1/traces/${refused}/outline`)).body).toEqual({
      traceId: refused,
      roots: [{ exchange: outline, children: [] }],
    });
    expect([request, answer].some((message) => message !== null)).toBe(true);
    expect((await ask(lab.url, 'GET', `/_coexist/v1/traces/${refused}/exchanges/${String(whole['spanId'])}`)).body).toEqual(whole);
  });

  test('a defect shows what it said and not where', async () => {
    const exchange = lab.journal.open({ service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /', host: 'x', at: 0 });
    exchange.close('defect', 0, new Error('broke'));
    for (const path of ['exchanges', 'traces', `traces/${exchange.traceId}`]) {
      expect(JSON.stringify((await ask(lab.url, 'GET', `/_coexist/v1/${path}`)).body)).not.toMatch(/ at |\.ts/);
    }
    expect((await ask(lab.url, 'GET', '/_coexist/v1/exchanges')).body).toMatchObject({ exchanges: [{ error: { message: 'broke' } }] });
  });
});

describe('events', () => {
  const close = (target: string): void =>
    lab.journal.open({ service: 'ews', direction: 'incoming', protocol: 'https', target, host: 'x', at: 0 }).close('answered', 0);

  interface Stream {
    readonly status: number;
    /** Reads until `count` events have come. */
    take(count: number): Promise<readonly string[]>;
    cancel(): Promise<void>;
  }

  async function listen(headers: Record<string, string> = {}, query = ''): Promise<Stream> {
    const answer = await fetch(`${lab.url}/_coexist/v1/events${query}`, { headers });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      status: answer.status,
      async take(count) {
        const events = (): readonly string[] => text.split('\n\n').filter((event) => event.startsWith('event: '));
        while (events().length < count || !text.endsWith('\n\n')) {
          const part = await reader?.read();
          if (part === undefined || part.done) break;
          text += part.value;
        }
        return events().map(
          (event) => `${/^id: (.*)$/m.exec(event)?.[1]} ${JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null').target}`,
        );
      },
      cancel: async () => {
        await reader?.cancel();
      },
    };
  }

  test('come as exchanges close, and from the last one known', async () => {
    close('first');
    close('second');
    const fresh = await listen();
    close('third');
    expect(await fresh.take(1)).toEqual(['3 third']);
    await fresh.cancel();
    const resumed = await listen({ 'last-event-id': '1' });
    close('fourth');
    expect(await resumed.take(3)).toEqual(['2 second', '3 third', '4 fourth']);
    const narrow = await listen({ 'last-event-id': '0' }, '?svc=frontend');
    lab.journal
      .open({ service: 'frontend', direction: 'incoming', protocol: 'https', target: 'fifth', host: 'x', at: 0 })
      .close('answered', 0);
    expect(await narrow.take(1)).toEqual(['5 fifth']);
    await lab.close();
    expect(await resumed.take(10)).toEqual(['2 second', '3 third', '4 fourth', '5 fifth']);
  });

  test('are for sixteen clients, and a client that leaves makes room', async () => {
    const streams = await Promise.all(Array.from({ length: 16 }, () => listen()));
    expect(await ask(lab.url, 'GET', '/_coexist/v1/events')).toMatchObject({ status: 503, body: { title: 'Too many clients' } });
    await streams[0]?.cancel();
    await expect
      .poll(async () => {
        const stream = await listen();
        return stream.status;
      })
      .toBe(200);
  });
});
