import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { attachVisit, type HttpVisit } from '../../../shared/service/http-exchange.ts';
import { type HttpStream, openHttpStream, passingMs } from '../../../shared/service/http-stream.ts';

/** A server of one stream, and a client's bare socket that has asked for it. */
async function openOne(stalledMs: number, connection: object = {}) {
  const recorded: string[] = [];
  const exchange = { seamFacts: {}, sent: (_headers: unknown, body: string) => recorded.push(body) };
  const opened = Promise.withResolvers<HttpStream>();
  const server = createServer((request, response) => {
    attachVisit(request, { exchange, organization: {}, commonHeaders: { 'x-common': '1' }, connection } as unknown as HttpVisit);
    const reply = { raw: response, getHeaders: () => ({}), hijack: () => {} } as unknown as FastifyReply;
    const options = { seams: calmSeams, headers: { 'content-type': 'text/xml' }, stalledMs };
    openHttpStream({ raw: request } as FastifyRequest, reply, options, opened.resolve);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const close = async (): Promise<void> => {
    client.destroy();
    server.close();
    await once(server, 'close');
  };
  return { client, recorded, stream: await opened.promise, close };
}

test('what is written leaves at once, chunk by chunk', async () => {
  const { client, recorded, stream, close } = await openOne(10_000);
  let text = '';
  client.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  expect(await stream.write('<one/>')).toBe(true);
  while (!text.includes('<one/>')) await once(client, 'data');
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(text.toLowerCase()).toContain('transfer-encoding: chunked');
  expect(text).toContain('x-common: 1');
  expect(await stream.write('<two/>')).toBe(true);
  expect(recorded.at(-1)).toBe('<one/><two/>');
  stream.end();
  expect(await stream.write('<three/>')).toBe(false);
  await close();
});

test('a client that does not read loses its connection, and what waits for it is answered', async () => {
  const { client, stream, close } = await openOne(50);
  client.pause();
  let taken = true;
  for (let count = 0; taken && count < 10_000; count += 1) taken = await stream.write('x'.repeat(65_536));
  expect(taken).toBe(false);
  if (!stream.closed.aborted) await new Promise((resolve) => stream.closed.addEventListener('abort', resolve));
  await close();
});

test('a client that leaves ends the stream', async () => {
  const { client, recorded, stream, close } = await openOne(10_000);
  await stream.write('<one/>');
  const gone = new Promise((resolve) => stream.closed.addEventListener('abort', resolve));
  client.destroy();
  await gone;
  expect(await stream.write('<two/>')).toBe(false);
  expect(recorded).toEqual(['<one/>']);
  await close();
});

test('what a front end passes on has left only when it has had time for that, and not where it dies before', async () => {
  const { client, stream, close } = await openOne(10_000, { isRelayed: true });
  const begun = performance.now();
  expect(await stream.write('<one/>')).toBe(true);
  // Timers count from the beginning of their turn, in whole milliseconds.
  expect(performance.now() - begun).toBeGreaterThan(passingMs - 20);
  let text = '';
  client.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.includes('<two/>')) client.destroy();
  });
  expect(await stream.write('<two/>')).toBe(false);
  expect(text).toContain('<two/>');
  await close();
});
