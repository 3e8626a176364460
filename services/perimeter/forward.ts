import { Agent, type IncomingMessage, request as sendRequest } from 'node:http';
import { connect } from 'node:tls';
import type { PerimeterDevice } from '../../shared/domain/organization/perimeter-devices.ts';
import { formatTraceparent } from '../../shared/kernel/traceparent.ts';
import { connectLoopback } from '../../shared/net/loopback.ts';
import type { Connection } from '../../shared/service/connection.ts';
import { answer, type Visit } from '../../shared/service/http-door.ts';
import { methodWritten } from '../../shared/service/rpc-methods.ts';
import type { PerimeterOptions } from './context.ts';

/** Without an octet; longer than the heartbeats of streaming notifications are apart. */
const idleMs = 300_000;

/**
 * The device's connections to the servers: one for each of a client's, so that what is proven on the one (NTLM) holds for the other, and it
 * ends with that one.
 */
export class UpstreamLines {
  readonly #options: PerimeterOptions;
  readonly #lines = new WeakMap<Connection, { readonly agent: Agent; isProven: boolean }>();

  constructor(options: PerimeterOptions) {
    this.#options = options;
  }

  /** Whether the servers have let somebody in by NTLM on the line of a connection. */
  isProven(connection: Connection): boolean {
    return this.#lines.get(connection)?.isProven === true;
  }

  /** Passes a request on and its answer back, both as they come. */
  pass(visit: Visit, device: PerimeterDevice, authorization?: string): void {
    const { request, response, exchange } = visit;
    const line = this.#line(visit);
    const upstream = sendRequest({
      agent: line.agent,
      method: methodWritten(request),
      path: request.url,
      headers: this.#headers(visit, device, authorization),
    });
    let isOver = false;
    upstream.on('response', (incoming) => {
      const headers = endToEnd(incoming);
      if (endsHandshake(request)) line.isProven = incoming.statusCode !== 401;
      exchange.sent(headers, undefined);
      // RPC proxies tell their errors in the reason phrase.
      response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, headers);
      response.flushHeaders();
      incoming.on('end', () => {
        isOver = true;
      });
      incoming.on('error', () => response.destroy());
      incoming.pipe(response);
    });
    upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
    upstream.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else {
        exchange.note({ code: 'UpstreamFailed', detail: error.message });
        answer(visit, 502, { 'content-type': 'text/plain; charset=utf-8' }, 'The published server does not answer.\r\n');
      }
    });
    response.once('close', () => {
      if (!isOver) upstream.destroy();
    });
    request.pipe(upstream);
  }

  #line({ connection, request }: Visit): { readonly agent: Agent; isProven: boolean } {
    const known = this.#lines.get(connection);
    if (known !== undefined) return known;
    const { upstream, organization, certificates } = this.#options;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const line = { agent, isProven: false };
    // The servers' certificate has to carry the name that they are published by.
    agent.createConnection = () => {
      line.isProven = false;
      const socket = connectLoopback(upstream, idleMs);
      return connect({ socket, servername: organization.hosts.web, ca: certificates.caPem, ALPNProtocols: ['http/1.1'] });
    };
    request.socket.once('close', () => agent.destroy());
    this.#lines.set(connection, line);
    return line;
  }

  #headers(
    { request, exchange, connection }: Visit,
    { RewriteHost, RemoveRequestHeaders, AddRequestHeaders }: PerimeterDevice,
    authorization?: string,
  ): string[] {
    const added = AddRequestHeaders.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    const replaced = [
      ...RemoveRequestHeaders,
      ...added.map(([name]) => name),
      'traceparent',
      ...(authorization === undefined ? [] : ['authorization']),
    ];
    const gone = new Set(replaced.map((name) => name.toLowerCase()));
    const kept = pairs(endToEnd(request)).filter(([name]) => !gone.has(name.toLowerCase()));
    const told = kept.map(([name, value]): [string, string] => [
      name,
      RewriteHost !== '' && name.toLowerCase() === 'host' ? RewriteHost : value,
    ]);
    const own: [string, string][] = [
      ['X-Forwarded-For', addressOf(connection)],
      // Without it a body of a method that has none by itself would be written bare, and be the next request over there.
      ...(request.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked'] as [string, string]]),
      ['traceparent', formatTraceparent(exchange)],
      ...(authorization === undefined ? [] : [['Authorization', authorization] as [string, string]]),
    ];
    return [...told, ...added, ...own].flat();
  }
}

/** Without its port. */
export function addressOf({ peer }: Connection): string {
  return peer.slice(0, peer.lastIndexOf(':'));
}

/** Whether a request has the last message of a handshake (MS-NLMP 2.2.1.3): no other can have proven anybody. */
function endsHandshake({ headers }: IncomingMessage): boolean {
  const [, message] = /^(?:ntlm|negotiate) (.*)$/i.exec(headers.authorization ?? '') ?? [];
  return message !== undefined && Buffer.from(message, 'base64').includes('NTLMSSP\0\x03\0\0\0', 0, 'latin1');
}

/**
 * Fields of one connection only (RFC 9110 section 7.6.1) stay behind, as do those named by `Connection`; that names neither who is asked nor
 * how long the body is.
 */
function endToEnd({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return pairs(rawHeaders)
    .filter(([name]) => {
      const field = name.toLowerCase();
      return !hopByHop.has(field) && (kept.has(field) || !named.includes(field));
    })
    .flat();
}

function pairs(headers: readonly string[]): [string, string][] {
  return Array.from({ length: headers.length / 2 }, (_, index) => [headers[2 * index] ?? '', headers[2 * index + 1] ?? '']);
}

/** `Expect` has been answered by the device itself. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
  // Between a client and this device alone (RFC 9110 section 11.7).
  ...['proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info'],
]);
const kept = new Set(['host', 'content-length']);
