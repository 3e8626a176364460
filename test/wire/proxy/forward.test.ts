import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPatience } from '../../../shared/kernel/patience.ts';
import { callRaw } from '../../support/raw-http.ts';
import { whileHeld } from '../../support/while-held.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';

let lab: ProxyLab;
beforeEach(async () => {
  lab = await openProxyLab();
});
afterEach(() => lab.close());

test('plain http goes to the gateway', async () => {
  const gateway = await lab.openGateway();
  const { port } = await lab.openProxy({ contoso: 9, gateway });
  const path = 'http://autodiscover.contoso.test/autodiscover/autodiscover.xml';
  const answer = await callRaw({ port, path, host: 'autodiscover.contoso.test' });
  expect([answer.status, answer.headers.location]).toEqual([302, 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml']);
  const [inner, outer] = await lab.recorder.closed(2);
  expect(new Set([inner?.start.service, outer?.start.service])).toEqual(new Set(['frontend', 'proxy']));
  expect(inner?.traceId).toBe(outer?.traceId);
});

test('bodies stream both ways; headers of one connection stay behind', async () => {
  let seen: IncomingMessage | undefined;
  const upstream = await lab.listen(
    createServer((request, response) => {
      seen = request;
      response.writeHead(201, { 'x-kept': 'a', connection: 'x-dropped, close', 'x-dropped': 'b', 'set-cookie': ['a=1', 'b=2'] });
      request.pipe(response);
    }),
  );
  const { port } = await lab.openProxy({ contoso: 9, gateway: upstream });
  const body = 'a'.repeat(300_000);
  const headers = { 'proxy-authorization': 'Basic c2VjcmV0', connection: 'x-mine', 'x-mine': '1', 'x-kept': '2' };
  const answer = await callRaw({ port, path: 'http://mail.contoso.test/a?b', method: 'POST', body, headers, host: 'elsewhere.test' });
  expect([answer.status, answer.body.toString() === body]).toEqual([201, true]);
  expect(answer.headers).toMatchObject({ 'x-kept': 'a', 'set-cookie': ['a=1', 'b=2'] });
  expect(answer.headers['x-dropped']).toBeUndefined();
  expect([seen?.url, seen?.headers.host, seen?.headers['x-kept']]).toEqual(['/a?b', 'mail.contoso.test', '2']);
  expect([seen?.headers['proxy-authorization'], seen?.headers['x-mine']]).toEqual([undefined, undefined]);
});

test.each([
  ['http://www.example.com/', 403, 'nothing is ever forwarded'],
  ['http://169.254.169.254/latest/meta-data', 403, 'nothing is ever forwarded'],
  ['http://contoso.test/', 502, 'Connection refused: contoso.test'],
  ['http://mail.contoso.test:8080/', 403, 'Port 8080'],
  ['http://mail.contoso.test/', 502, 'Connection refused: mail.contoso.test'],
  ['https://mail.contoso.test/', 400, 'Use CONNECT'],
  ['ftp://mail.contoso.test/', 400, 'This is a forward proxy'],
  ['/', 400, 'This is a forward proxy'],
])('%s is answered %i', async (path, status, text) => {
  const { port } = await lab.openProxy({ contoso: 9 });
  const answer = await callRaw({ port, path });
  expect([answer.status, answer.body.toString().includes(text)]).toEqual([status, true]);
  expect(await lab.recorder.closed(1)).toMatchObject([{ start: { service: 'proxy', protocol: 'http' }, outcome: 'refused' }]);
});

test('a gateway that takes a request and says nothing', async () => {
  const silent = await lab.listen(createNetServer((socket) => void socket.on('error', () => undefined).resume()));
  const { port } = await lab.openProxy({ contoso: 9, gateway: silent }, { limits: { idleTimeoutMs: 50 } });
  const answer = await callRaw({ port, path: 'http://mail.contoso.test/' });
  expect([answer.status, answer.body.toString().includes('no answer in time')]).toEqual([502, true]);
});

test('while something is held a gateway need not answer; then it is waited for as long as ever', async () => {
  const silent = await lab.listen(createNetServer((socket) => void socket.on('error', () => undefined).resume()));
  const limits = { idleTimeoutMs: 50 };
  const patience = createPatience();
  const [held, other] = [
    await lab.openProxy({ contoso: 9, gateway: silent }, { limits, patience }),
    await lab.openProxy({ contoso: 9, gateway: silent }, { limits }),
  ];
  const ask = ({ port }: typeof held) => callRaw({ port, path: 'http://mail.contoso.test/' });
  const refused = async (port: typeof held): Promise<void> => expect((await ask(port)).status).toBe(502);
  await whileHeld(
    patience,
    () => refused(held),
    () => refused(other),
  );
});

test('a gateway that breaks off', async () => {
  const rude = await lab.listen(createNetServer((socket) => socket.on('error', () => undefined).destroy()));
  const { port } = await lab.openProxy({ contoso: 9, gateway: rude });
  const answer = await callRaw({ port, path: 'http://mail.contoso.test/' });
  expect([answer.status, answer.body.toString().includes('mail.contoso.test does not answer')]).toEqual([502, true]);
});
