import type { Server } from 'node:http';
import type { Server as NetServer } from 'node:net';

/** Bounds of an http listener: octets, time and sockets that one client may take. */
export interface ServerLimits {
  readonly maxConnections: number;
  /** All header fields of a request together. */
  readonly maxHeaderBytes: number;
  /** Until the header is complete. */
  readonly headersTimeoutMs: number;
  /** Until the whole request is there. */
  readonly requestTimeoutMs: number;
  /** A connection without a request is kept this long. */
  readonly keepAliveTimeoutMs: number;
}

/**
 * As IIS and the HTTP.sys below it have them, where they say so: request line and header fields together at most 16 KiB
 * (MaxRequestBytes, learn.microsoft.com "Http.sys registry settings for Windows"), an idle connection for 120 s.
 */
export const defaultServerLimits: ServerLimits = {
  maxConnections: 2_000,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 300_000,
  keepAliveTimeoutMs: 120_000,
};

/** The limits as options of `http.createServer` and `https.createServer`. */
export function serverOptions(limits: ServerLimits): {
  maxHeaderSize: number;
  headersTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
  connectionsCheckingInterval: number;
} {
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
  };
}

/**
 * Stops accepting, lets requests under way finish for `graceMs`, then closes what is left. Resolves when all is closed.
 *
 * @param carriers what has the connections of the listener: itself as a rule
 */
export async function drain(listener: NetServer, graceMs: number, carriers: readonly Server[]): Promise<void> {
  if (!listener.listening) return;
  const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
  // A connection that is kept alive turns idle only when its request has ended.
  const idle = setInterval(() => {
    for (const carrier of carriers) carrier.closeIdleConnections();
  }, 20);
  const grace = setTimeout(() => {
    for (const carrier of carriers) carrier.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
  // Those that never listened still look for requests that take too long.
  for (const carrier of carriers) if (carrier !== listener) carrier.close();
}
