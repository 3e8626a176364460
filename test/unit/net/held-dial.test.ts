import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createPatience, type Patience } from '../../../shared/kernel/patience.ts';
import type { Release, Seams } from '../../../shared/kernel/seams.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';

let certificates: CertificateStore;
const cleanUp: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-held-dial-'));
  certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
  return () => rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function open(hold: Seams['hold'], patience?: Patience) {
  const heard = Promise.withResolvers<IncomingHttpHeaders>();
  const { certPem, keyPem } = await certificates.leafFor(['mail.contoso.test']);
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    heard.resolve(request.headers);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const recorder = createMemoryRecorder();
  const dialer = createDialer({
    ...{ caPem: certificates.caPem, clock: { now: () => 0 }, recorder, patience },
    resolve: () => ({ address: '127.0.0.1', port }),
    seams: { at: () => undefined, ...(hold === undefined ? {} : { hold }) },
  });
  cleanUp.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => dialer.close(),
  );
  const call = (timeoutMs = 5_000) =>
    dialer.https({
      ...{ url: 'https://mail.contoso.test/EWS/Exchange.asmx', method: 'POST', service: 'ews', maxBytes: 1_000, timeoutMs },
      headers: { Authorization: 'Bearer a', 'X-Kept': 'b' },
    });
  return { call, recorder, heard: heard.promise };
}

test('a call that is held does not grow late, and goes on with other header fields', async () => {
  const patience = createPatience();
  const going = Promise.withResolvers<Release>();
  const over = patience.hold();
  const { call, recorder, heard } = await open((seam) => (seam === 'dial' ? going.promise : undefined), patience);
  const answered = call(1_000);
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  over();
  going.resolve({ how: 'continue', breakpoint: 'b-1', edit: { headers: { set: { 'x-new': 'c' }, remove: ['authorization'] } } });
  expect(await answered).toMatchObject({ status: 200 });
  const headers = await heard;
  expect(headers).toMatchObject({ 'x-kept': 'b', 'x-new': 'c' });
  expect(headers.authorization).toBeUndefined();
  expect(recorder.exchanges[0]?.faults).toEqual([{ rule: 'b-1', kind: 'edit' }]);
});

test('a call that is ended while it is held is refused, and recorded as that', async () => {
  const { call, recorder } = await open(() => Promise.resolve({ how: 'abort', breakpoint: 'b-1' }));
  await expect(call()).rejects.toMatchObject({ code: 'ConnectionReset' });
  expect(recorder.exchanges[0]).toMatchObject({ outcome: 'fault', faults: [{ rule: 'b-1', kind: 'abort' }] });
});
