import type { X509Certificate } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ConnectionSignIn } from '../bridges/access/connection-sign-in.ts';
import type { TrackedExchange } from './tracked-exchange.ts';

/** What TLS told about a connection. */
export interface TlsFacts {
  /** SHA-256 of the certificate that the server showed: the `tls-server-end-point` channel binding. */
  readonly certificateHash: Buffer;
  /** What the client showed, unverified; present only where the listener asks for one. */
  readonly clientCertificate?: X509Certificate;
  /** The installation's authority, where the client showed one. */
  readonly authority?: X509Certificate;
}

/** One client socket, as the requests on it see it. */
export interface Connection {
  /** `address:port` of the other side. */
  readonly peer: string;
  /** The name asked for in the TLS handshake, lower case; '' when there was none. */
  readonly serverName: string;
  readonly tls: TlsFacts | undefined;
  /** Whom NTLM has proven to be at the other end. */
  readonly signIn: ConnectionSignIn;
  /** Its number among those of its listener that have brought a request, from 0. */
  readonly ordinal: number;
  /** Where it came in. */
  readonly local: { readonly address: string; readonly port: number };
  /** A front end in another process passes on what is written here. */
  readonly isRelayed?: true;
  /** Ends the connection with a TCP reset. */
  reset(): void;
  /** Ends the connection without an answer. */
  drop(): void;
  /** The request that is being answered; without an exchange where another process answers and records it. */
  current: { readonly exchange?: TrackedExchange; readonly response: ServerResponse } | undefined;
}

/**
 * Follows the connections of an http or https server. The function gives the record of a request's socket.
 *
 * @param tlsFacts what is known of a finished handshake; absent for plain http
 */
export function trackConnections(server: Server, tlsFacts?: (socket: TLSSocket) => TlsFacts): (socket: Socket) => Connection {
  // A TLSSocket cannot send a TCP reset (ERR_INVALID_HANDLE_TYPE): the socket below it can.
  const carriers = new Map<string, Socket>();
  const connections = new WeakMap<Socket, Connection>();
  let followed = 0;
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    carriers.set(peer, socket);
    socket.once('close', () => carriers.delete(peer));
  });
  return (socket) => {
    const found = connections.get(socket);
    if (found !== undefined) return found;
    const peer = peerOf(socket);
    const secure = socket instanceof TLSSocket ? socket : undefined;
    const connection: Connection = {
      peer,
      serverName: secure === undefined ? '' : nameOf(secure),
      tls: secure === undefined ? undefined : tlsFacts?.(secure),
      signIn: { state: undefined },
      ordinal: followed,
      local: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
      reset: () => {
        carriers.get(peer)?.resetAndDestroy();
        socket.destroy();
      },
      drop: () => void socket.destroy(),
      current: undefined,
    };
    followed += 1;
    connections.set(socket, connection);
    return connection;
  };
}

/** The server name of a handshake, lower case; '' when the client sent none. */
export function nameOf(socket: TLSSocket): string {
  return typeof socket.servername === 'string' ? socket.servername.toLowerCase() : '';
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
}
