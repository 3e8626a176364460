import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One call of the server, as the listener of a client took it. */
export interface PushedCall {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A client's listener for push notifications, on a free port of this machine. */
export interface PushListener {
  readonly url: string;
  /** The next call, which is answered with what was set when it came. */
  next(): Promise<PushedCall>;
  /** What is answered from now on: a status of the subscription, or an HTTP status. */
  answer(with_: 'OK' | 'Unsubscribe' | number): void;
  close(): Promise<void>;
}

export async function openPushListener(tls?: { readonly cert: string; readonly key: string }): Promise<PushListener> {
  const calls: PushedCall[] = [];
  let waiting: (() => void) | undefined;
  let answer: 'OK' | 'Unsubscribe' | number = 'OK';
  const take = async (request: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    waiting?.();
  };
  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('request', (request, response) => {
    const told = answer;
    void take(request).then(() => {
      if (typeof told === 'number') response.writeHead(told).end();
      else response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(resultOf(told));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/listener?for=mary`,
    async next() {
      while (calls.length === 0) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      const [call] = calls.splice(0, 1);
      if (call === undefined) throw new Error('there is no call');
      return call;
    },
    answer(told) {
      answer = told;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As the documentation shows it. */
function resultOf(status: string): string {
  return (
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
    '<SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages">' +
    `<SubscriptionStatus>${status}</SubscriptionStatus></SendNotificationResult></s:Body></s:Envelope>`
  );
}
