import type { Server } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';

/**
 * A listener that gives each connection to the server that `choose` names before anything of it is read: what a server asks clients
 * for, and which TLS it speaks, is settled when it is made. Connections are handed over as Node's documentation of the event
 * 'connection' has it. Where there is none, or it cannot be told, the connection ends.
 *
 * @param carriers those that are there from the beginning
 */
export function splitListener(carriers: readonly Server[], choose: (socket: Socket) => Promise<Server | undefined>): NetServer {
  const hand = async (socket: Socket): Promise<void> => {
    const ended = (): void => {
      socket.destroy();
    };
    socket.once('error', ended);
    try {
      const carrier = await choose(socket);
      socket.off('error', ended);
      if (carrier === undefined) socket.destroy();
      else if (!socket.destroyed) carrier.emit('connection', socket);
    } catch {
      ended();
    }
  };
  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => void hand(socket));
  // They never listen themselves, and it is then that they begin to look for requests that take too long.
  listener.once('listening', () => {
    for (const carrier of carriers) carrier.emit('listening');
  });
  return listener;
}
