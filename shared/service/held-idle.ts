import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Patience } from '../kernel/patience.ts';

/**
 * Ends a socket without an octet for `idleMs`. Where something was held meanwhile, what it waits for may not have been able to come: then it
 * idles anew. Returns the function that has it idle for as long as it likes.
 */
export function endWhenIdle(socket: Socket, idleMs: number, patience: Patience | undefined, end: () => void): () => void {
  const late = (): void => {
    if (patience?.heldWithin(idleMs) === true) socket.setTimeout(idleMs);
    else end();
  };
  socket.setTimeout(idleMs).on('timeout', late);
  return () => void socket.off('timeout', late).setTimeout(0);
}

/** The same for the time-outs of an http listener: until a head is complete, until a request is, and between two requests. */
export function standWhileHeld(server: Server, patience: Patience | undefined): void {
  if (patience === undefined) return;
  for (const name of ['headersTimeout', 'requestTimeout'] as const) {
    const usualMs = server[name];
    // Read anew whenever the server looks for what takes too long; 0: nothing does.
    Object.defineProperty(server, name, { get: () => (patience.heldWithin(usualMs) ? 0 : usualMs) });
  }
  // Whoever listens decides what becomes of the connection (node:http, event 'timeout'). While a request is answered it has no time-out.
  server.on('timeout', (socket) => {
    if (patience.heldWithin(server.keepAliveTimeout)) socket.setTimeout(server.keepAliveTimeout);
    else socket.destroy();
  });
}
