import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { type ConnectionFacts, type ConnectionProof, createDialer, type HeldConnection } from '../../../shared/net/dialer.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';

const at = Date.UTC(2026, 10, 21);
let certificates: CertificateStore;
const cleanUp: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-proof-'));
  certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
  return () => rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A server that tells of each request on which connection it came, and what it brought; and a dialer to it. */
async function open(status: (request: number) => number, answer?: RequestListener) {
  const { certPem, keyPem } = await certificates.leafFor(['mail.contoso.test']);
  const seen: { readonly connection: unknown; readonly authorization: string | undefined; readonly body: string }[] = [];
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      seen.push({ connection: request.socket, authorization, body: Buffer.concat(chunks).toString() });
      if (answer !== undefined) answer(request, response);
      else response.writeHead(status(seen.length), { 'www-authenticate': `Test ${seen.length}` }).end(`answer ${seen.length}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const recorder = createMemoryRecorder();
  const resolve = () => ({ address: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const dialer = createDialer({ caPem: certificates.caPem, clock: { now: () => at }, recorder, seams: calmSeams, resolve });
  cleanUp.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  cleanUp.push(() => dialer.close());
  const call = (proof: ConnectionProof | undefined, timeoutMs = 5_000, by: Pick<HeldConnection, 'https'> = dialer) =>
    by.https({
      url: 'https://mail.contoso.test/a',
      method: 'POST',
      body: 'the body',
      headers: { 'x-a': 'b' },
      service: 'ews',
      timeoutMs,
      maxBytes: 1_000,
      proof,
    });
  return { call, seen, recorder, dialer, hash: createHash('sha256').update(new X509Certificate(certPem).raw).digest() };
}

test('an offer without a body, and the call with the answer on the same connection, which ends with it', async () => {
  const { call, seen, recorder, hash } = await open((request) => (request % 2 === 1 ? 401 : 200));
  const told: [string, ConnectionFacts][] = [];
  const proof: ConnectionProof = {
    offer: 'Test offer',
    respond({ headers }, facts) {
      told.push([String(headers['www-authenticate']), facts]);
      return 'Test response';
    },
  };
  expect((await call(proof)).body.toString()).toBe('answer 2');
  expect((await call(proof)).body.toString()).toBe('answer 4');
  expect(seen.map(({ authorization, body }) => [authorization, body])).toEqual([
    ['Test offer', ''],
    ['Test response', 'the body'],
    ['Test offer', ''],
    ['Test response', 'the body'],
  ]);
  const [first, second, third, fourth] = seen.map(({ connection }) => connection);
  expect([first === second, second === third, third === fourth]).toEqual([true, false, true]);
  expect(told[0]).toEqual(['Test 1', expect.objectContaining({ at, certificateHash: hash })]);
  expect(told[0]?.[1].random(9)).toHaveLength(9);
  expect(recorder.exchanges.map(({ facts, outcome }) => [facts.status, outcome])).toEqual([
    [401, 'answered'],
    [200, 'answered'],
    [401, 'answered'],
    [200, 'answered'],
  ]);
});

test.each([
  ['no challenge that can be answered', 401, 1],
  ['another status', 403, 0],
])('%s is the answer', async (_, status, asked) => {
  const { call, seen } = await open(() => status);
  let times = 0;
  const respond = (): undefined => {
    times += 1;
  };
  expect(await call({ offer: 'Test offer', respond })).toMatchObject({ status });
  expect([seen.length, times]).toEqual([1, asked]);
});

test('both requests together have the time of the call', async () => {
  let requests = 0;
  const { call } = await open(
    () => 0,
    (_, response) => {
      requests += 1;
      if (requests === 1) response.writeHead(401).end();
    },
  );
  await expect(call({ offer: 'Test offer', respond: () => 'Test response' }, 300)).rejects.toMatchObject({ code: 'Timeout' });
  expect(requests).toBe(2);
});

describe('a held connection', () => {
  const proof: ConnectionProof = { offer: 'Test offer', respond: () => 'Test response' };

  test('is proven once, and speaks for its caller after that', async () => {
    const { call, seen, dialer } = await open((request) => (request === 1 ? 401 : 200));
    const held = dialer.hold();
    for (const answer of [2, 3, 4]) expect((await call(proof, 5_000, held)).body.toString()).toBe(`answer ${answer}`);
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Test offer', 'Test response', undefined, undefined]);
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(1);
    await held.close();
    const other = dialer.hold();
    await call(proof, 5_000, other);
    await other.close();
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(2);
    expect(seen.at(-1)?.authorization).toBe('Test offer');
  });

  test('is proven again where the other side asks, and where it has ended it', async () => {
    const statuses = [401, 200, 401, 401, 200, 401, 401, 200];
    const { call, seen, dialer } = await open(
      () => 0,
      (_, response) => {
        const status = statuses[seen.length - 1] ?? 200;
        // After the fifth answer the connection is over.
        response.writeHead(status, seen.length === 5 ? { connection: 'close' } : {}).end(`answer ${seen.length}`);
      },
    );
    const held = dialer.hold();
    cleanUp.push(() => held.close());
    expect((await call(proof, 5_000, held)).body.toString()).toBe('answer 2');
    expect((await call(proof, 5_000, held)).body.toString()).toBe('answer 5');
    // The call goes out unproven on a new connection, is asked, and is proven there.
    expect((await call(proof, 5_000, held)).status).toBe(200);
    expect(seen.slice(0, 5).map(({ authorization }) => authorization)).toEqual([
      ...['Test offer', 'Test response', undefined],
      ...['Test offer', 'Test response'],
    ]);
    expect(seen.at(-1)).toMatchObject({ authorization: 'Test response', body: 'the body' });
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(2);
  });

  test('without a proof is one connection all the same, and closing what was never used is nothing', async () => {
    const { call, seen, dialer } = await open(() => 200);
    const held = dialer.hold();
    await call(undefined, 5_000, held);
    await call(undefined, 5_000, held);
    await held.close();
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(1);
    await dialer.hold().close();
  });
});
