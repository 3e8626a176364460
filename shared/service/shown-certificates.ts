import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

const mostRemembered = 256;

/**
 * Remembers which certificates clients sent above their own. A TLS session that is taken up again brings the client's certificate
 * alone; what stands above it is no secret, and the same as before.
 */
export function shownCertificates(): (socket: TLSSocket) => X509Certificate | undefined {
  const known = new Map<string, X509Certificate>();
  return (socket) => {
    const shown = socket.getPeerX509Certificate();
    if (shown === undefined) return undefined;
    if (socket.isSessionReused()) return known.get(shown.fingerprint256) ?? shown;
    known.delete(shown.fingerprint256);
    known.set(shown.fingerprint256, shown);
    for (const [oldest] of known) if (known.size > mostRemembered) known.delete(oldest);
    return shown;
  };
}
