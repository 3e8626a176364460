import type { Server } from 'node:net';

/** A port that is taken, or that this user may not bind. Exit code 3; the message is for the user as it stands. */
class PortError extends Error {
  override readonly name = 'PortError';
}

/** Binds a server and answers its port. Throws {@link PortError} naming the port and what it was wanted for. */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is in use'
          : error.code === 'EACCES'
            ? 'may not be bound by this user'
            : `cannot be bound (${error.code})`;
      reject(
        new PortError(`port ${port} of ${host}, wanted for ${purpose}, ${why}; --port-base moves the block, --port 0 takes free ports`),
      );
    };
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
