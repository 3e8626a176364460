import { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { exchangeOf } from '../../../shared/service/http-exchange.ts';
import { type FrontendLab, openFrontendLab } from '../../wire/frontend/lab.ts';

let lab: FrontendLab;
beforeEach(async () => {
  lab = await openFrontendLab();
});
afterEach(() => lab.close({ defectsMeant: true }));

const long = `<a>${'b'.repeat(3_000)}</a>`;

/** A listener with one app that has every route the tests ask for; what a handler saw is in `seen`. */
async function open(bodyLimitBytes = 10_000) {
  const seen: unknown[] = [];
  const app = await lab.app((instance) => {
    instance.all('/ews/echo', (request) => {
      seen.push(request.body);
      return Buffer.isBuffer(request.body) ? `${request.body.length}` : 'nothing';
    });
    instance.get('/ews/long', (_request, reply) => reply.type('text/xml; charset=utf-8').send(long));
    instance.get('/ews/octets', (_request, reply) => reply.type('image/jpeg').send(Buffer.alloc(3_000, 1)));
    instance.get('/ews/short', (_request, reply) => reply.type('text/xml').send('<a/>'));
    instance.get('/ews/stream', (_request, reply) => reply.type('text/xml').send(Readable.from([long, long])));
    instance.get('/ews/cookies', (_request, reply) => reply.header('set-cookie', ['a=1', 'b=2']).send('ok'));
    instance.get('/ews/throw', () => {
      throw new TypeError('secret detail');
    });
    instance.get('/ews/reject', async () => await Promise.reject(new Refusal('ErrorItemNotFound')));
    instance.get('/ews/refused', (request, reply) => {
      const { exchange } = exchangeOf(request);
      exchange.note({ operation: 'GetFolder', caller: 'mary@contoso.test', code: 'ErrorItemNotFound' });
      exchange.close('refused', 0);
      return reply.code(200).send('no');
    });
    instance.get('/ews/own-defect', (request, reply) => {
      exchangeOf(request).exchange.close('defect', 0, new Error('inside'));
      return reply.code(500).type('text/xml').send('<fault/>');
    });
    instance.get('/ews/operation', (request) => {
      exchangeOf(request).exchange.note({ operation: 'GetFolder', caller: 'mary@contoso.test' });
      return 'answer';
    });
  }, bodyLimitBytes);
  const { port } = await lab.open({ ews: app });
  const call = (path: string, changes: Partial<Parameters<typeof lab.call>[0]> = {}) => lab.call({ port, path, ...changes });
  return { port, call, seen };
}

describe('bodies', () => {
  test.each([
    ['text/xml; charset=utf-8'],
    ['application/json'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/octet-stream'],
  ])('arrive as octets: %s', async (type) => {
    const { call, seen } = await open();
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x00, 0xff]);
    await call('/ews/echo', { method: 'POST', body, headers: { 'content-type': type } });
    expect(seen).toEqual([body]);
    expect((await lab.recorder.closed(1))[0]?.request).toMatchObject({ body, headers: expect.arrayContaining(['content-type', type]) });
  });

  test('arrive without a content type, in pieces, and empty as undefined', async () => {
    const { call, seen } = await open();
    await call('/ews/echo', { method: 'POST', body: 'abc', headers: { 'transfer-encoding': 'chunked' } });
    await call('/ews/echo', { method: 'POST' });
    await call('/ews/echo', { method: 'GET' });
    expect(seen).toEqual([Buffer.from('abc'), undefined, undefined]);
  });

  test.each([
    ['announced', { 'content-length': '10001' }],
    ['in pieces', { 'transfer-encoding': 'chunked' }],
  ])('a body that is too long is 413: %s', async (_, headers) => {
    const { call, seen } = await open();
    const answer = await call('/ews/echo', { method: 'POST', body: 'a'.repeat(10_001), headers });
    expect([answer.status, answer.body.length, answer.headers['x-coexist']]).toEqual([413, 0, '1.2.3']);
    expect(seen).toEqual([]);
    expect((await lab.recorder.closed(1))[0]).toMatchObject({
      outcome: 'refused',
      facts: { status: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' },
    });
    expect((await call('/ews/echo', { method: 'POST', body: 'a'.repeat(10_000) })).body.toString()).toBe('10000');
  });

  test('a content type that is none is 415', async () => {
    const { call } = await open();
    expect((await call('/ews/echo', { method: 'POST', body: 'a', headers: { 'content-type': '///' } })).status).toBe(415);
    expect((await lab.recorder.closed(1))[0]?.outcome).toBe('refused');
  });
});

test.each([
  ['/ews/unknown', 404],
  ['/ews/%zz', 400],
])('%s is answered %i without a word', async (path, status) => {
  const { call } = await open();
  const answer = await call(path);
  expect([answer.status, answer.body.length, answer.headers['x-coexist']]).toEqual([status, 0, '1.2.3']);
  expect((await lab.recorder.closed(1))[0]?.outcome).toBe('refused');
});

test.each(['/ews/throw', '/ews/reject'])('%s: what a handler throws is a defect, and the client learns nothing of it', async (path) => {
  const { call } = await open();
  const answer = await call(path);
  expect([answer.status, answer.body.length, answer.headers['content-type']]).toEqual([500, 0, undefined]);
  expect(JSON.stringify(answer.headers)).not.toContain('secret');
  const [exchange] = await lab.recorder.closed(1);
  expect(exchange).toMatchObject({ outcome: 'defect', facts: { status: 500 }, error: expect.any(Error) });
});

test('outcomes that a service reports stand, and the gravest one wins', async () => {
  const { call } = await open();
  expect((await call('/ews/refused')).status).toBe(200);
  expect((await call('/ews/own-defect')).body.toString()).toBe('<fault/>');
  const exchanges = await lab.recorder.closed(2);
  expect(exchanges).toMatchObject([
    { outcome: 'refused', facts: { operation: 'GetFolder', caller: 'mary@contoso.test', status: 200 } },
    { outcome: 'defect', facts: { status: 500 }, error: { message: 'inside' } },
  ]);
});

test('a client that leaves is recorded as aborted', async () => {
  let arrived: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const app = await lab.app((instance) => {
    instance.post('/ews/wait', () => {
      arrived();
      return new Promise(() => undefined);
    });
    instance.post('/ews/read', () => 'read');
  });
  const { port } = await lab.open({ ews: app });
  const leave = (path: string, octets: string) => {
    const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'localhost' });
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n${octets}`);
    return socket;
  };
  const first = leave('/ews/wait', '0123456789');
  await waiting;
  first.destroy();
  expect(await lab.recorder.closed(1)).toMatchObject([{ outcome: 'aborted', request: { body: Buffer.from('0123456789') } }]);
  leave('/ews/read', '0123').end();
  expect(await lab.recorder.closed(2)).toMatchObject([{}, { outcome: 'aborted' }]);
});

describe('gzip', () => {
  const gzip = { 'accept-encoding': 'gzip,deflate' };
  test('a long text is compressed when the client takes it; the journal keeps it readable', async () => {
    const { call } = await open();
    const answer = await call('/ews/long', { headers: gzip });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      'content-length': String(answer.body.length),
    });
    expect(answer.body.length).toBeLessThan(200);
    expect(gunzipSync(answer.body).toString()).toBe(long);
    expect((await lab.recorder.closed(1))[0]?.answer?.body).toBe(long);
  });

  test.each([
    ['not asked for', '/ews/long', undefined],
    ['refused', '/ews/long', 'gzip;q=0, identity'],
    ['refused in decimals', '/ews/long', 'deflate, gzip; q=0.0'],
    ['another coding', '/ews/long', 'br'],
    ['a short text', '/ews/short', 'gzip'],
    ['octets', '/ews/octets', 'gzip'],
    ['a stream', '/ews/stream', 'gzip'],
  ])('not: %s', async (_, path, accepted) => {
    const { call } = await open();
    const answer = await call(path, { headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.status).toBe(200);
  });

  test.each(['gzip', 'deflate, GZIP', 'gzip;q=0.5', 'br;q=1, gzip ; q=1.0', 'gzip;q=0.001'])('asked for as %s', async (accepted) => {
    const { call } = await open();
    expect((await call('/ews/long', { headers: { 'accept-encoding': accepted } })).headers['content-encoding']).toBe('gzip');
  });

  test('the head of a long text says its length uncompressed', async () => {
    const { call } = await open();
    const answer = await call('/ews/long', { method: 'HEAD', headers: gzip });
    expect([answer.headers['content-encoding'], answer.headers['content-length'], answer.body.length]).toEqual([
      undefined,
      String(long.length),
      0,
    ]);
  });
});

test('several headers of one name are recorded one by one', async () => {
  const { call } = await open();
  expect((await call('/ews/cookies')).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  const headers = (await lab.recorder.closed(1))[0]?.answer?.headers ?? [];
  expect(headers.join(' ')).toContain('set-cookie a=1 set-cookie b=2');
});

describe('faults', () => {
  test('at the request: an answer instead of the service, which never hears of it', async () => {
    lab.faults.add({
      id: 'busy',
      match: { svc: 'ews', org: 'contoso', host: 'mail.*' },
      effect: { kind: 'status', status: 503, headers: { 'Retry-After': '30' }, body: 'busy' },
    });
    const { call, seen } = await open();
    const answer = await call('/ews/echo', { method: 'POST', body: 'a', host: 'mail.contoso.test' });
    expect([answer.status, answer.headers['retry-after'], answer.headers['x-coexist'], answer.body.toString()]).toEqual([
      503,
      '30',
      '1.2.3',
      'busy',
    ]);
    expect(seen).toEqual([]);
    expect((await lab.recorder.closed(1))[0]).toMatchObject({
      outcome: 'fault',
      facts: { status: 503 },
      faults: [{ rule: 'busy', kind: 'status' }],
    });
    expect((await call('/ews/echo', { host: 'localhost' })).status).toBe(200);
  });

  test('at the answer: the operation and the caller are known, and the answer is replaced', async () => {
    lab.faults.add({
      id: 'lost',
      seam: 'http.response',
      match: { op: 'GetFolder', user: 'mary@contoso.test' },
      effect: { kind: 'status', status: 502 },
    });
    const { call } = await open();
    const answer = await call('/ews/operation');
    expect([answer.status, answer.body.length, answer.headers['content-type']]).toEqual([502, 0, undefined]);
    expect((await call('/ews/short')).status).toBe(200);
    expect((await lab.recorder.closed(2))[0]).toMatchObject({ outcome: 'fault', faults: [{ rule: 'lost', kind: 'status' }] });
  });

  test.each(['http.request', 'http.response'])('a delay at %s', async (seam) => {
    lab.faults.add({ seam, effect: { kind: 'latency', delayMs: 40 } });
    const { call } = await open();
    const started = performance.now();
    expect((await call('/ews/short')).body.toString()).toBe('<a/>');
    expect(performance.now() - started).toBeGreaterThan(38);
    expect((await lab.recorder.closed(1))[0]).toMatchObject({ outcome: 'answered', faults: [{ kind: 'latency' }] });
  });

  test('a delay ends when the client leaves, and the service never hears of the request', async () => {
    lab.faults.add({ effect: { kind: 'latency', delayMs: 600_000 } });
    const { port, seen } = await open();
    const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'localhost' });
    socket.write('GET /ews/echo HTTP/1.1\r\nHost: localhost\r\n\r\n', () => socket.end());
    expect((await lab.recorder.closed(1))[0]?.outcome).toBe('aborted');
    expect(seen).toEqual([]);
  });

  test.each([
    ['reset', 'ECONNRESET'],
    ['refuse', 'closed'],
  ])('%s ends the connection', async (kind, seenAs) => {
    lab.faults.add({ id: 'cut', seam: 'http.request', effect: { kind } });
    const { port } = await open();
    const ended = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'localhost' }, () => {
        socket.write('GET /ews/short HTTP/1.1\r\nHost: localhost\r\n\r\n');
      });
      let outcome = 'closed';
      socket.on('error', (error: NodeJS.ErrnoException) => {
        outcome = error.code ?? 'error';
      });
      socket.once('close', () => resolve(outcome));
    });
    expect(ended).toBe(seenAs);
    expect((await lab.recorder.closed(1))[0]).toMatchObject({ outcome: 'fault', faults: [{ rule: 'cut', kind }] });
  });
});
