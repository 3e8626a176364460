import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issueSelfSigned } from '../../../shared/net/self-signed.ts';
import { acceptRpcMethods } from '../../../shared/service/rpc-methods.ts';
import { testKey } from '../../support/test-keys.ts';

let server: Server;
let client: TLSSocket;
let ended: Promise<unknown>;
const head = 'RPC_IN_DATA /rpc/rpcproxy.dll HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';

beforeEach(async () => {
  const privateKey = await testKey(1);
  const life = { notBefore: Date.UTC(2026, 0), notAfter: Date.UTC(2027, 0) };
  const { certificate } = await issueSelfSigned({ subject: 'CN=a', ...life, privateKey });
  const cert = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const limits = { keepAliveTimeout: 50, headersTimeout: 200, connectionsCheckingInterval: 50 };
  server = createServer({ key: privateKey, cert, ...limits }, (_request, response) => response.end('well'));
  const rpc = acceptRpcMethods(server);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!rpc.takesOver(error, socket)) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, rejectUnauthorized: false });
  // Whoever still writes may be told by a reset.
  client.on('error', () => undefined).resume();
  ended = new Promise((resolve) => client.once('close', resolve));
});
afterEach(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

test('a connection that is kept without a request ends', async () => {
  client.write(head);
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/);
  await ended;
  expect(client.destroyed).toBe(true);
});

test('so does one whose next head never ends', async () => {
  client.write(`${head}${head.slice(0, -2)}`);
  const drip = setInterval(() => client.write('A: b\r\n'), 20);
  await ended;
  clearInterval(drip);
  expect(client.destroyed).toBe(true);
});
