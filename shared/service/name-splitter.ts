import type { Server } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { helloName } from './client-hello.ts';
import { defaultServerLimits, drain } from './server-limits.ts';

/** A listener that connections may be led to; `carriers` are told when they are to end what is idle. */
export interface NamedListener {
  readonly server: NetServer;
  readonly carriers?: readonly Server[];
}

/** The fatal alert `unrecognized_name` (RFC 6066 3, RFC 8446 6.2), in a record. */
const unrecognizedName = Buffer.from([21, 3, 3, 0, 2, 2, 112]);
/** The longest ClientHello, in records of some size. */
const longestHello = 20_480;
const helloTimeoutMs = 10_000;

/**
 * One https port for many names: each connection is given, unread, to the listener of the name that its ClientHello asks for,
 * which then has it as its own, handshake included. Without a name, or with one that leads nowhere, the client gets the alert
 * `unrecognized_name`. It does not listen yet.
 */
export function createNameSplitter(
  listenerOf: (name: string) => NamedListener | undefined,
): NamedListener & { close(graceMs: number): Promise<void> } {
  const carriers = new Set<Server>();
  const listener = createServer({ noDelay: true }, (socket) => {
    readHello(socket, (name) => {
      const found = name === null ? undefined : listenerOf(name);
      if (found === undefined) {
        // Whoever has gone already hears nothing of it, and ends nobody else.
        socket.on('error', () => {}).end(unrecognizedName, () => socket.destroy());
        return;
      }
      for (const carrier of found.carriers ?? []) carriers.add(carrier);
      found.server.emit('connection', socket);
    });
  });
  listener.maxConnections = defaultServerLimits.maxConnections;
  return { server: listener, close: (graceMs) => drain(listener, graceMs, [...carriers]) };
}

/** Reads until the name is known and puts back what was read. A connection that brings no ClientHello in time ends. */
function readHello(socket: Socket, decide: (name: string | null) => void): void {
  let read = Buffer.alloc(0);
  const end = (): void => {
    socket.destroy();
  };
  const timer = setTimeout(end, helloTimeoutMs);
  const look = (chunk: Buffer): void => {
    read = Buffer.concat([read, chunk]);
    const name = helloName(read);
    if (name === undefined && read.length < longestHello) return;
    leave();
    socket.pause();
    socket.unshift(read);
    decide(name ?? null);
  };
  const leave = (): void => {
    clearTimeout(timer);
    socket.off('data', look).off('error', end).off('end', end).off('close', leave);
  };
  socket.on('data', look).on('error', end).on('end', end).on('close', leave);
}
