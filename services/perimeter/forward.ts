import { Agent, type IncomingMessage, request as sendRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { callbackify } from 'node:util';
import type { PerimeterDevice } from '../../shared/domain/organization/perimeter-devices.ts';
import { formatTraceparent } from '../../shared/kernel/traceparent.ts';
import { connectToLab } from '../../shared/net/lab-connection.ts';
import type { Connection } from '../../shared/service/connection.ts';
import { answer, type Visit } from '../../shared/service/http-door.ts';
import { fields, relay, requestFields } from '../../shared/service/relay.ts';
import { methodWritten } from '../../shared/service/rpc-methods.ts';
import type { PerimeterOptions } from './context.ts';
import { othersCookies } from './logon-form.ts';

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
    const { request, exchange } = visit;
    const { idleMs = 300_000, patience } = this.#options;
    const line = this.#line(visit);
    const upstream = sendRequest({
      agent: line.agent,
      method: methodWritten(request),
      path: request.url,
      headers: this.#headers(visit, device, authorization),
    });
    relay(
      visit,
      upstream,
      { idleMs, patience },
      {
        answered(incoming, headers) {
          if (endsHandshake(request)) line.isProven = incoming.statusCode !== 401;
          exchange.sent(headers, undefined);
          return true;
        },
        failed(error) {
          exchange.note({ code: 'UpstreamFailed', detail: error.message });
          answer(visit, 502, { 'content-type': 'text/plain; charset=utf-8' }, 'The published server does not answer.\r\n');
        },
      },
    );
  }

  #line({ connection, request }: Visit): { readonly agent: Agent; isProven: boolean } {
    const known = this.#lines.get(connection);
    if (known !== undefined) return known;
    const { upstream, organization, certificates } = this.#options;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const line = { agent, isProven: false };
    // The servers' certificate has to carry the name that they are published by.
    const secured = async (): Promise<Duplex> => {
      const socket = await connectToLab([upstream]);
      // Whoever has gone meanwhile ends nothing any more.
      if (request.socket.destroyed) socket.destroy();
      return connect({ socket, servername: organization.hosts.web, ca: certificates.caPem, ALPNProtocols: ['http/1.1'] });
    };
    agent.createConnection = (_options, done) => {
      line.isProven = false;
      callbackify(secured)((error, socket) => done?.(error, socket));
      return undefined;
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
    // How the body is framed is not the administrator's matter.
    gone.delete('transfer-encoding');
    const kept = fields(requestFields(request)).filter(([name]) => !gone.has(name.toLowerCase()));
    const told = kept.flatMap(([name, value]): [string, string][] => {
      const field = name.toLowerCase();
      if (field === 'host' && RewriteHost !== '') return [[name, RewriteHost]];
      const others = field === 'cookie' ? othersCookies(value) : value;
      return others === undefined ? [] : [[name, others]];
    });
    const own: [string, string][] = [
      ['X-Forwarded-For', addressOf(connection)],
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
