import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createRpcHeads, type RpcHeads } from './rpc-heads.ts';

/** Requests of RPC over HTTP at an https server: their methods are not among those that Node's parser knows. */
export interface RpcMethods {
  /** Whether what the parser gave up at begins such a request: the server then goes on with its connection by another way. */
  takesOver(error: NodeJS.ErrnoException, socket: Socket): boolean;
  /** The socket below that of a request. */
  carrierOf(socket: Socket): Socket;
  /** To be called with each request, in their order, before anybody asks for its method. */
  received(request: IncomingMessage): void;
}

interface Rewritten {
  readonly carrier: TLSSocket;
  readonly heads: RpcHeads;
}

const methods = new WeakMap<IncomingMessage, string>();

/** The method of a request as it was written. */
export function methodWritten(request: IncomingMessage): string {
  return methods.get(request) ?? request.method ?? '';
}

/**
 * Lets an https server take RPC_IN_DATA and RPC_OUT_DATA (MS-RPCH 2.1.2.1). Where the parser gives up at one of them, at the beginning of
 * what a packet brought, the connection is handed to the server again as a stream on which they are called POST: what they were, {@link
 * methodWritten} tells.
 */
export function acceptRpcMethods(server: Server): RpcMethods {
  const streams = new WeakMap<object, Rewritten>();
  const taken = new WeakSet<Socket>();
  return {
    takesOver(error, socket) {
      // The parser that gave up still looks at its clock.
      if (taken.has(socket)) return socket.writable && error.code !== 'ECONNRESET';
      const packet = (error as { readonly rawPacket?: Buffer }).rawPacket;
      if (!(socket instanceof TLSSocket) || error.code !== 'HPE_INVALID_METHOD' || packet === undefined || !begins.test(prefixOf(packet)))
        return false;
      taken.add(socket);
      const heads = createRpcHeads();
      const stream = rewrittenStream(socket, heads, packet);
      streams.set(stream, { carrier: socket, heads });
      server.emit('secureConnection', stream);
      return true;
    },
    carrierOf: (socket) => streams.get(socket)?.carrier ?? socket,
    received(request) {
      const method = streams.get(request.socket)?.heads.nextMethod();
      if (method !== undefined) methods.set(request, method);
    },
  };
}

const begins = /^RPC_(?:IN|OUT)_DATA /;

function prefixOf(packet: Buffer): string {
  return packet.toString('latin1', 0, 16);
}

/** The rest of a connection, from `packet` on, with methods that Node knows. A listener for its octets takes them from the parser. */
function rewrittenStream(socket: TLSSocket, heads: RpcHeads, packet: Buffer): Duplex {
  socket.removeAllListeners('data').removeAllListeners('end');
  const stream = new Duplex({
    read: () => {
      socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(chunk, done);
    },
    final: (done) => {
      socket.end(done);
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const take = (octets: Buffer): void => {
    const forward = heads.push(octets);
    if (forward.length > 0 && !stream.push(forward)) socket.pause();
  };
  socket.on('data', take);
  socket.once('end', () => stream.push(null));
  socket.once('close', () => stream.destroy());
  // A connection that is kept without a request ends like any other.
  socket.on('timeout', () => stream.emit('timeout'));
  const setTimeout = (ms: number): Duplex => {
    socket.setTimeout(ms);
    return stream;
  };
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  Object.assign(stream, { remoteAddress, remotePort, localAddress, localPort, encrypted: true, setTimeout });
  take(packet);
  return stream;
}
