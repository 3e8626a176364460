import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createListener, type Server as Listener, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createPatience, type Patience } from '../../../shared/kernel/patience.ts';
import { endWhenIdle, standWhileHeld } from '../../../shared/service/held-idle.ts';
import { serverOptions } from '../../../shared/service/server-limits.ts';

const limits = { maxConnections: 10, maxHeaderBytes: 16_384, headersTimeoutMs: 40, requestTimeoutMs: 80, keepAliveTimeoutMs: 40 };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const atOnce: RequestListener = (_request, response) => void response.end('x');

async function serve(patience: Patience | undefined, answer = atOnce): Promise<Server> {
  const server = createServer(serverOptions(limits), answer);
  standWhileHeld(server, patience);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return server;
}

async function say(server: Listener, text: string): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  ends.push(() => socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Ended or reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

const request = 'POST / HTTP/1.1\r\nHost: a.test\r\n';
const whole = `${request}Content-Length: 0\r\n\r\n`;
test.each([
  ['a head that is not complete', request],
  ['a body that is not complete', `${request}Content-Length: 10\r\n\r\nx`],
  ['a connection between two requests', whole],
])('%s is waited for while something is held, and for its time afterwards', async (_, text) => {
  const patience = createPatience();
  // The other could be patient, too, and has no cause to.
  const [patient, other] = [await serve(patience), await serve(createPatience())];
  const goOn = patience.hold();
  const held = await say(patient, text);
  // Elsewhere the same has taken too long twice, one after the other.
  for (let turn = 0; turn < 2; turn += 1) await closed(await say(other, text));
  expect([held.destroyed, held.readableEnded]).toEqual([false, false]);
  const over = closed(held);
  goOn();
  await over;
});

test('an answer may pause for as long as it likes, on a connection that was kept while something was held, too', async () => {
  const patience = createPatience();
  const asked: ((response: ServerResponse) => void)[] = [];
  const next = (): Promise<ServerResponse> => new Promise((resolve) => asked.push(resolve));
  const [first, second] = [next(), next()];
  const server = await serve(patience, (_request, response) => asked.shift()?.(response));
  const other = await serve(undefined);
  const tooLong = async (): Promise<void> => closed(await say(other, whole));
  const goOn = patience.hold();
  const socket = await say(server, whole);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += String(chunk);
  });
  (await first).end('one');
  for (let turn = 0; turn < 2; turn += 1) await tooLong();
  socket.write(whole);
  const response = await second;
  response.write('two begins');
  goOn();
  await tooLong();
  response.end('and ends');
  await expect.poll(() => heard).toContain('and ends');
});

test('a socket that idled while something was held idles anew', async () => {
  const patience = createPatience();
  const server = createListener(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const [held, other] = [await say(server, ''), await say(server, '')];
  const ended: string[] = [];
  const over = (socket: Socket, name: string, its: Patience | undefined): Promise<void> =>
    new Promise((resolve) => {
      endWhenIdle(socket, 20, its, () => {
        ended.push(name);
        resolve();
      });
    });
  const goOn = patience.hold();
  const [first, second] = [over(held, 'held', patience), over(other, 'other', undefined)];
  await second;
  expect(ended).toEqual(['other']);
  goOn();
  await first;
});
