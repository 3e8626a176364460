import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { guardedWorld } from './perimeter-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: guardedWorld({ allowedPaths: ['/EWS/*'] }) });
});
afterAll(() => lab.close());

/** What comes back for octets on a connection of their own, until it ends; `then` is sent when something has been answered. */
async function raw(octets: string, then?: string): Promise<string> {
  const [host = '', port] = (lab.names.hosts['mail.contoso.test'] ?? '').split(':');
  const socket = connect({ host, port: Number(port), servername: 'mail.contoso.test', ca: lab.names.ca });
  const chunks: Buffer[] = [];
  if (then !== undefined) socket.once('data', () => socket.write(then));
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).write(octets);
  await new Promise<void>((resolve, reject) => socket.once('close', () => resolve()).once('error', reject));
  return Buffer.concat(chunks).toString('latin1');
}

const hidden = (method: string): string => `${method} /owa/hidden HTTP/1.1\r\nHost: mail.contoso.test\r\n\r\n`;
const last = `GET /EWS/last HTTP/1.1\r\nHost: mail.contoso.test\r\nConnection: close\r\n\r\n`;
const head = (method: string, ...fields: string[]): string =>
  `${[`${method} /EWS/Exchange.asmx HTTP/1.1`, 'Host: mail.contoso.test', `Authorization: ${basic('CONTOSO\\mary', lab.password)}`, ...fields].join('\r\n')}\r\n\r\n`;
const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

test.each([
  ['GET', 'chunks', 'Transfer-Encoding: chunked'],
  ['DELETE', 'chunks that Connection names', 'Transfer-Encoding: chunked', 'Connection: transfer-encoding'],
  ['OPTIONS', 'a length', 'Content-Length'],
  ['HEAD', 'a length that Connection names', 'Content-Length', 'Connection: content-length'],
])('a body is never taken for a request of its own: %s with %s', async (method, _what, framing, ...more) => {
  const body = hidden(method);
  const isChunked = framing.startsWith('Transfer');
  const fields = [isChunked ? framing : `${framing}: ${body.length}`, ...more];
  const answer = await raw(head(method, ...fields) + (isChunked ? chunked(body) : body) + last);
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(2);
  expect((await lab.exchanges({})).map(({ target }) => target)).not.toContain(`${method} /owa/hidden`);
});

test('two lengths, or a length beside chunks, are no request', async () => {
  for (const fields of [
    ['Content-Length: 4', 'Transfer-Encoding: chunked'],
    ['Content-Length: 4', 'Content-Length: 5'],
  ])
    expect(await raw(head('POST', ...fields) + chunked('none'))).toMatch(/^HTTP\/1\.1 400 /);
});

test.each(['/EWS/../owa/hidden', '/EWS/%2e%2e/owa/hidden', '/EWS/..%2fowa/hidden', '/EWS/..%5Cowa/hidden', '/EWS\\..\\owa/hidden'])(
  'what is not published is not published by a detour: %s',
  async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: mail.contoso.test\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|403) /);
  },
);

test.each([
  ['GET https://mail.contoso.test/owa/hidden HTTP/1.1', 403],
  ['GET https://mail.contoso.test/EWS/Exchange.asmx HTTP/1.1', 401],
])('a target with its host is judged by its path: %s', async (line, status) => {
  expect(await raw(`${line}\r\nHost: mail.contoso.test\r\nConnection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('what is meant for the device alone stays there, and nobody changes the protocol', async () => {
  const fields = ['Upgrade: websocket', 'Connection: upgrade, host, close', 'Proxy-Authorization: Basic c2VjcmV0', 'Keep-Alive: timeout=5'];
  const told: string[] = [];
  const stop = lab.journal.subscribe((record, octets) => {
    if (record.service === 'ews') told.push(...(octets().request?.headers ?? []).map((line) => line.replace(/:.*$/s, '').toLowerCase()));
  });
  const answer = await raw(head('GET', ...fields));
  stop();
  expect(answer).not.toMatch(/^HTTP\/1\.1 101/);
  expect(told).toContain('host');
  expect(told.filter((name) => ['upgrade', 'keep-alive', 'proxy-authorization', 'proxy-authenticate'].includes(name))).toEqual([]);
  const seen = (await lab.exchanges({ service: 'ews' })).at(-1);
  expect(seen).toMatchObject({ host: 'mail.contoso.test' });
});

test('a word of NTLM proves nobody: what comes after it on the connection is asked again', async () => {
  await runCmdlet(lab, 'contoso', 'Set-PerimeterDevice -PreAuthentication Ntlm');
  const begun = 'GET /EWS/healthcheck.htm HTTP/1.1\r\nHost: mail.contoso.test\r\nAuthorization: NTLM AAAA\r\n\r\n';
  const answer = await raw(begun, last.replace('/EWS/last', '/EWS/behind'));
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)?.at(-1)).toBe('HTTP/1.1 401');
  const behind = (await lab.exchanges({})).filter(({ target }) => target === 'GET /EWS/behind');
  expect(behind.map(({ service }) => service)).toEqual(['perimeter']);
});

test('a form that is too long is answered all the same', async () => {
  await runCmdlet(lab, 'contoso', 'Set-PerimeterDevice -PreAuthentication Forms');
  const fields = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 100000', 'Connection: close'];
  const answer = await raw(
    `POST /perimeter/logon HTTP/1.1\r\nHost: mail.contoso.test\r\n${fields.join('\r\n')}\r\n\r\n${'a'.repeat(100_000)}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*not right/);
});
