import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Instant } from '../kernel/clock.ts';
import { type Connection, nameOf } from './connection.ts';
import type { HttpDoorOptions } from './http-door.ts';

/** Whose connections are recorded. */
export interface BrokenConnectionFacts {
  readonly protocol: 'https' | 'http';
  readonly service: string;
  /** The organisation that answers for a host; absent where the service belongs to none. */
  readonly organizationOf?: (host: string) => string | undefined;
  /** Whether somebody goes on with a connection at which the parser has given up. */
  readonly takesOver?: (error: NodeJS.ErrnoException, socket: Socket) => boolean;
}

/**
 * Keeps what never became a request in the journal: failed handshakes (a client that does not trust the authority shows
 * up here and nowhere else) and octets that are no http. The latter are answered as far as an answer is possible.
 */
export function recordBrokenConnections(
  server: Server,
  options: Pick<HttpDoorOptions, 'recorder' | 'clock'>,
  connectionOf: (socket: Socket) => Connection,
  { protocol, service, organizationOf, takesOver }: BrokenConnectionFacts,
): void {
  const record = (facts: { target: string; host: string; peer: string; error: NodeJS.ErrnoException; status?: number }): void => {
    const organization = organizationOf?.(facts.host);
    const exchange = options.recorder.open({
      service,
      direction: 'incoming',
      protocol,
      target: facts.target,
      host: facts.host,
      peer: facts.peer,
      at: options.clock.now(organization),
      ...(organization === undefined ? {} : { organization }),
    });
    const { code = facts.error.name, message } = facts.error;
    exchange.note({ code, detail: message, ...(facts.status === undefined ? {} : { status: facts.status }) });
    exchange.close(facts.status === undefined ? 'aborted' : 'refused', options.clock.now(organization));
  };

  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
    record({ target: 'TLS handshake', host: nameOf(socket), peer, error });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (takesOver?.(error, socket) === true) return;
    const { current, peer, serverName } = connectionOf(socket);
    const status = statusOf(error);
    const active = current?.response.destroyed === false ? current : undefined;
    if (error.code === 'ECONNRESET' || !socket.writable || active?.response.headersSent === true) {
      socket.destroy();
      return;
    }
    // A request that is being read has an exchange already; it ends with the connection.
    if (current !== undefined && !current.response.destroyed)
      current.exchange?.note({ code: error.code ?? error.name, detail: error.message, status });
    else record({ target: '(unreadable request)', host: serverName, peer, error, status });
    socket.end(error.code === 'HPE_HEADER_OVERFLOW' ? requestTooLong(options.clock.now(organizationOf?.(serverName))) : bare(status));
  });
}

const reasons = { 400: 'Bad Request', 408: 'Request Timeout', 413: 'Content Too Large' } as const;

function bare(status: keyof typeof reasons): string {
  return `HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

/** Observed: answers of HTTP.sys, in front of IIS and of Microsoft's token service alike (and many reports of too many cookies). */
const tooLongPage =
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n' +
  '<HTML><HEAD><TITLE>Bad Request</TITLE>\r\n' +
  '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n' +
  '<BODY><h2>Bad Request - Request Too Long</h2>\r\n' +
  '<hr><p>HTTP Error 400. The size of the request headers is too long.</p>\r\n' +
  '</BODY></HTML>\r\n';

function requestTooLong(at: Instant): string {
  const headers = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/html; charset=us-ascii',
    'Server: Microsoft-HTTPAPI/2.0',
    `Date: ${new Date(at).toUTCString()}`,
    'Connection: close',
    `Content-Length: ${tooLongPage.length}`,
  ];
  return `${headers.join('\r\n')}\r\n\r\n${tooLongPage}`;
}

function statusOf({ code }: NodeJS.ErrnoException): keyof typeof reasons {
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
