import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Seams } from '../../../shared/kernel/seams.ts';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { runInTransactionScope } from '../../../shared/kernel/transaction-scope.ts';
import { type CertificateStore, type CertificateVariant, createCertificateStore } from '../../../shared/net/certificates.ts';
import { dialRefusalOf } from '../../../shared/net/dial-refusals.ts';
import { createDialer, type HttpsCall, type Resolve } from '../../../shared/net/dialer.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';

const at = Date.UTC(2026, 10, 21);
const clock = { now: () => at };
let certificates: CertificateStore;
const cleanUp: (() => unknown)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-dialer-'));
  certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
  return () => rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** An https server under the names of a certificate, and how many connections it has taken. */
async function serve(listener: RequestListener, names = ['mail.contoso.test'], variant: CertificateVariant = {}) {
  const { certPem, keyPem } = await certificates.leafFor(names, variant);
  const server = createHttpsServer({ cert: certPem, key: keyPem }, listener);
  const seen = { port: await listen(server), connections: 0 };
  server.on('secureConnection', () => {
    seen.connections += 1;
  });
  cleanUp.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return seen;
}

function open(options: { resolve: Resolve; seams?: Seams; caPem?: string; connectTimeoutMs?: number }) {
  const recorder = createMemoryRecorder();
  const dialer = createDialer({ caPem: certificates.caPem, clock, recorder, seams: calmSeams, ...options });
  cleanUp.push(() => dialer.close());
  const https = (changes: Partial<HttpsCall> = {}) =>
    dialer.https({
      url: 'https://mail.contoso.test/EWS/Exchange.asmx?a=1',
      method: 'POST',
      service: 'ews',
      organization: 'contoso',
      timeoutMs: 5_000,
      maxBytes: 1_000,
      ...changes,
    });
  return { https, recorder, forget: dialer.forget };
}

const to =
  (port: number): Resolve =>
  (host, asked) => {
    if (host === 'mail.contoso.test' && asked === 443) return { address: '127.0.0.1', port };
    return host === 'contoso.test' ? 'refused' : 'unknown';
  };

test('connections that stand are used again until they are let go; what is under way ends on its own', async () => {
  const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const seen = await serve((request, response) => {
    if (request.url !== '/slow') {
      response.end();
      return;
    }
    asked.resolve();
    void held.promise.then(() => response.end());
  });
  const { https, forget } = open({ resolve: to(seen.port) });
  for (let call = 0; call < 5; call += 1) await https();
  const before = seen.connections;
  await https();
  expect(seen.connections).toBe(before);
  const slow = https({ url: 'https://mail.contoso.test/slow' });
  await asked.promise;
  forget();
  const standing = seen.connections;
  await https();
  expect(seen.connections).toBe(standing + 1);
  held.resolve();
  expect((await slow).status).toBe(200);
});

test('a call reaches the listener of its name and is a child of what caused it', async () => {
  const { port } = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(202, { 'x-seen': `${request.method} ${request.url} ${request.headers.host} ${String(request.headers['x-a'])}` });
      response.end(JSON.stringify({ body: Buffer.concat(chunks).toString(), traceparent: request.headers['traceparent'] }));
    });
  });
  const { https, recorder } = open({ resolve: to(port) });
  const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const answer = await https({ headers: { 'X-A': 'b' }, body: '<a/>', parent });
  const [exchange] = recorder.exchanges;
  expect(answer.status).toBe(202);
  expect(answer.headers['x-seen']).toBe('POST /EWS/Exchange.asmx?a=1 mail.contoso.test b');
  expect(JSON.parse(answer.body.toString())).toEqual({ body: '<a/>', traceparent: `00-${parent.traceId}-${exchange?.spanId}-01` });
  expect(exchange).toMatchObject({
    traceId: parent.traceId,
    start: {
      service: 'ews',
      direction: 'outgoing',
      protocol: 'https',
      target: 'POST /EWS/Exchange.asmx?a=1',
      host: 'mail.contoso.test',
      organization: 'contoso',
      traceparent: `00-${parent.traceId}-${parent.spanId}-01`,
      at,
    },
    facts: { status: 202 },
    request: { headers: expect.arrayContaining(['host', 'mail.contoso.test', 'X-A', 'b']), body: Buffer.from('<a/>') },
    answer: { headers: expect.arrayContaining(['x-seen', expect.stringContaining('POST')]), body: answer.body },
    outcome: 'answered',
    closedAt: at,
  });
});

test('connections are kept and used again; redirections and errors are answers', async () => {
  const seen = await serve((request, response) =>
    response.writeHead(request.method === 'GET' ? 302 : 500, { location: 'https://x.test/' }).end(),
  );
  const { https } = open({ resolve: to(seen.port) });
  for (let round = 0; round < 10; round += 1) {
    expect((await https({ method: 'GET' })).status).toBe(302);
    expect((await https()).status).toBe(500);
  }
  // undici gives a connection back one turn of the loop after the answer has ended: two take turns.
  expect(seen.connections).toBeLessThanOrEqual(2);
});

test('an address by number is checked against the certificate too', async () => {
  const good = await serve((_, response) => response.end('ok'), ['127.0.0.1']);
  const bad = await serve((_, response) => response.end('ok'), ['mail.contoso.test']);
  const { https } = open({ resolve: (address, port) => ({ address, port }) });
  expect((await https({ url: `https://127.0.0.1:${good.port}/` })).body.toString()).toBe('ok');
  await expect(https({ url: `https://127.0.0.1:${bad.port}/` })).rejects.toMatchObject({ code: 'CertificateRefused' });
});

test.each([
  ['an unknown name', 'https://www.example.com/', 'NameNotFound'],
  ['a name that refuses', 'https://contoso.test/', 'ConnectionRefused'],
  ['a port that nobody mapped', 'https://mail.contoso.test:444/', 'NameNotFound'],
])('%s', async (_, url, code) => {
  const { https, recorder } = open({ resolve: to(9) });
  await expect(https({ url })).rejects.toMatchObject({ code });
  expect(recorder.exchanges).toMatchObject([{ outcome: 'refused', facts: { code } }]);
});

test('nothing listens at the mapped port', async () => {
  const server = createNetServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const { https, recorder } = open({ resolve: to(port) });
  await expect(https()).rejects.toMatchObject({ code: 'ConnectionRefused' });
  expect(recorder.exchanges[0]?.outcome).toBe('refused');
});

test.each([
  ['a certificate for another name', ['smtp.contoso.test'], {}],
  ['an expired certificate', ['mail.contoso.test'], { notBefore: Date.now() - 10 * 86_400_000, notAfter: Date.now() - 86_400_000 }],
])('%s is refused', async (_, names, variant) => {
  const { port } = await serve((_request, response) => response.end(), names, variant);
  const { https, recorder } = open({ resolve: to(port) });
  await expect(https()).rejects.toMatchObject({ code: 'CertificateRefused' });
  expect(recorder.exchanges[0]).toMatchObject({ outcome: 'refused', facts: { code: 'CertificateRefused' } });
});

test('an authority that is not ours is refused', async () => {
  const issuer = await certificates.authorityFor({ commonName: 'Stranger', issuedBy: 'itself' });
  const { port } = await serve((_, response) => response.end(), ['mail.contoso.test'], { issuer });
  await expect(open({ resolve: to(port) }).https()).rejects.toMatchObject({ code: 'CertificateRefused' });
  expect((await open({ resolve: to(port), caPem: issuer.certPem }).https()).status).toBe(200);
});

test('an answer that is too long is cut off', async () => {
  const { port } = await serve((_, response) => response.end('a'.repeat(1_001)));
  const { https, recorder } = open({ resolve: to(port) });
  await expect(https({ maxBytes: 1_000 })).rejects.toMatchObject({ code: 'AnswerTooLarge' });
  expect((await https({ maxBytes: 1_001 })).body).toHaveLength(1_001);
  expect(recorder.exchanges.map(({ outcome }) => outcome)).toEqual(['refused', 'answered']);
});

test('an answer that does not come, or does not end, runs into the time limit', async () => {
  const { port } = await serve((request, response) => {
    if (request.url === '/half') response.write('a');
  });
  const { https, recorder } = open({ resolve: to(port) });
  await expect(https({ timeoutMs: 50, url: 'https://mail.contoso.test/never' })).rejects.toMatchObject({ code: 'Timeout' });
  await expect(https({ timeoutMs: 50, url: 'https://mail.contoso.test/half' })).rejects.toMatchObject({ code: 'Timeout' });
  await expect(https({ signal: AbortSignal.timeout(50), url: 'https://mail.contoso.test/half' })).rejects.toMatchObject({
    code: 'Timeout',
    detail: 'the caller waits no longer',
  });
  expect(recorder.exchanges.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
});

test('a handshake that does not go on runs into the connect limit', async () => {
  const sockets: { destroy(): void }[] = [];
  const server = createNetServer((socket) => sockets.push(socket));
  const port = await listen(server);
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  await expect(open({ resolve: to(port), connectTimeoutMs: 50 }).https()).rejects.toMatchObject({ code: 'ConnectTimeout' });
});

test('a connection that breaks, and octets that are no answer', async () => {
  const { port } = await serve((request) => {
    if (request.url === '/broken') request.socket.destroy();
    else request.socket.end('SMTP 220 hello\r\n\r\n');
  });
  const { https } = open({ resolve: to(port) });
  await expect(https({ url: 'https://mail.contoso.test/broken' })).rejects.toMatchObject({ code: 'ConnectionReset' });
  await expect(https({ url: 'https://mail.contoso.test/odd' })).rejects.toMatchObject({ code: 'AnswerMalformed' });
});

test.each([
  ['dns', { kind: 'refuse' }, 'NameNotFound'],
  ['dns', { kind: 'reset' }, 'NameNotFound'],
  ['dial', { kind: 'refuse' }, 'ConnectionRefused'],
  ['dial', { kind: 'reset' }, 'ConnectionReset'],
  ['tls', { kind: 'reset' }, 'ConnectionReset'],
] as const)('a fault at %s: %j', async (seam, effect, code) => {
  const seen = await serve((_, response) => response.end());
  const asked: unknown[] = [];
  const seams: Seams = {
    at(place, facts) {
      asked.push([place, facts.service, facts.organization, facts.host]);
      return place === seam ? { rule: 'r1', effect } : undefined;
    },
  };
  const { https, recorder } = open({ resolve: to(seen.port), seams });
  await expect(https()).rejects.toMatchObject({ code });
  expect(seen.connections).toBe(0);
  expect(recorder.exchanges).toMatchObject([{ outcome: 'fault', faults: [{ rule: 'r1', kind: effect.kind }] }]);
  const places = ['dns', 'dial', 'tls'];
  expect(asked).toEqual(places.slice(0, places.indexOf(seam) + 1).map((place) => [place, 'ews', 'contoso', 'mail.contoso.test']));
});

test('a delay holds the call up and counts against its time limit', async () => {
  const { port } = await serve((_, response) => response.end());
  const seams: Seams = { at: (place) => (place === 'dns' ? { rule: 'slow', effect: { kind: 'latency', delayMs: 40 } } : undefined) };
  const { https, recorder } = open({ resolve: to(port), seams });
  const started = performance.now();
  expect((await https()).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(38);
  await expect(https({ timeoutMs: 10 })).rejects.toMatchObject({ code: 'Timeout' });
  expect(recorder.exchanges.map(({ outcome, faults }) => [outcome, faults.length])).toEqual([
    ['answered', 1],
    ['refused', 1],
  ]);
});

test('to dial while a transaction is open is a defect, and nothing is dialled', async () => {
  const seen = await serve((_, response) => response.end());
  const { https, recorder } = open({ resolve: to(seen.port) });
  await expect(runInTransactionScope(() => https())).rejects.toThrow('defect: ews dials');
  expect(recorder.exchanges).toEqual([]);
  expect((await https()).status).toBe(200);
});

test.each(['http://mail.contoso.test/', 'https://mary:secret@mail.contoso.test/', 'file:///etc/passwd'])(
  '%s is not dialled',
  async (url) => {
    await expect(open({ resolve: to(9) }).https({ url })).rejects.toThrow(/defect: the dialer calls (https|http and https) addresses/);
  },
);

test('a mistake of ours is a defect, not a refusal', async () => {
  const { https, recorder } = open({ resolve: to(9) });
  await expect(https({ headers: { 'bad name': 'x' } })).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
  expect(recorder.defects()).toHaveLength(1);
});

test('an error that is none of the transport stays what it is', () => {
  const error = new TypeError('x is undefined');
  expect(dialRefusalOf(error)).toBe(error);
  expect(dialRefusalOf('text')).toBe('text');
  expect(dialRefusalOf(Object.assign(new Error('a', { cause: Object.assign(new Error('b'), { code: 'EPROTO' }) })))).toMatchObject({
    code: 'TlsFailed',
  });
});
