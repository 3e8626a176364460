import type { Server } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';

/** Two servers behind one port, of which each connection is given to one before anything of it is read. */
export interface SplitListener {
  readonly listener: NetServer;
  readonly carriers: readonly Server[];
}

/**
 * A listener that gives connections to `special` while `wants` says so and to `usual` otherwise: whether a client is asked
 * for a certificate is settled for a server when it is made. Connections are handed over as Node's documentation of the
 * event 'connection' has it. Where it cannot be told the connection ends.
 */
export function splitListener(usual: Server, special: Server, wants: () => Promise<boolean>): SplitListener {
  const carriers = [usual, special];
  const hand = async (socket: Socket): Promise<void> => {
    const ended = (): void => {
      socket.destroy();
    };
    socket.once('error', ended);
    try {
      const carrier = (await wants()) ? special : usual;
      socket.off('error', ended);
      if (!socket.destroyed) carrier.emit('connection', socket);
    } catch {
      ended();
    }
  };
  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => void hand(socket));
  // They never listen themselves, and it is then that they begin to look for requests that take too long.
  listener.once('listening', () => {
    for (const carrier of carriers) carrier.emit('listening');
  });
  return { listener, carriers };
}
