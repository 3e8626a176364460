import { connect, type PeerCertificate } from 'node:tls';

/** What a server shows in a handshake, and what a client that trusts only `ca` thinks of it. */
export interface Presented {
  readonly certificate: PeerCertificate;
  readonly trusted: boolean;
  readonly problem: string | undefined;
}

/** Asks a loopback listener for a name; an untrusted certificate is told, not thrown. */
export function presented(port: number, servername: string, ca: string): Promise<Presented> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerCertificate();
      const { authorizationError } = socket;
      const problem = authorizationError === null ? undefined : (authorizationError as unknown as string | Error);
      resolve({ certificate, trusted: socket.authorized, problem: problem instanceof Error ? problem.message : problem });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
