import type { Socket } from 'node:dgram';
import type { Server } from 'node:net';

/** A port that is taken, or that this user may not bind. Exit code 3; the message is for the user as it stands. */
class PortError extends Error {
  override readonly name = 'PortError';
}

/** Binds a server and answers its port. Throws {@link PortError} naming the port and what it was wanted for. */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(portError(error, host, port, purpose));
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** The same for udp. */
export function listenDatagrams(socket: Socket, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(portError(error, host, port, purpose));
    socket.once('error', failed);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', failed);
      // What is left are answers that could not be sent.
      socket.on('error', () => {});
      resolve(socket.address().port);
    });
  });
}

function portError({ code }: NodeJS.ErrnoException, host: string, port: number, purpose: string): PortError {
  const why = code === 'EADDRINUSE' ? 'is in use' : code === 'EACCES' ? 'may not be bound by this user' : `cannot be bound (${code})`;
  return new PortError(`port ${port} of ${host}, wanted for ${purpose}, ${why}; --port-base moves the block, --port 0 takes free ports`);
}
