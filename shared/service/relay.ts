import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Patience } from '../kernel/patience.ts';
import { endWhenIdle } from './held-idle.ts';

/** What whoever relays wants to hear. */
export interface RelayEars {
  /**
   * An answer has begun; `headers` are those that are passed on, alternating names and values. False: it is not for the client, and
   * nothing more of it is read.
   */
  answered(incoming: IncomingMessage, headers: readonly string[]): boolean;
  /** No answer has begun and none will. */
  failed(error: Error): void;
}

/**
 * Passes the body of a request on and the answer back, both as they come. What breaks off on one side breaks off on the other; an answer that
 * begins and pauses (streams do) is shown at once. `idleMs` without an octet upstream end it, but
 * where something was held meanwhile.
 */
export function relay(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  upstream: ClientRequest,
  { idleMs, patience }: { readonly idleMs: number; readonly patience?: Patience | undefined },
  ears: RelayEars,
): void {
  let isOver = false;
  upstream.on('response', (incoming) => {
    const headers = endToEnd(incoming);
    if (!ears.answered(incoming, headers)) {
      isOver = true;
      upstream.destroy();
      return;
    }
    // RPC proxies tell their errors in the reason phrase.
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, headers);
    // The head leaves with what comes of the body in the same turn, and alone when nothing does.
    response.cork();
    response.flushHeaders();
    setImmediate(() => response.uncork());
    incoming.once('end', () => {
      isOver = true;
    });
    incoming.on('error', () => response.destroy());
    incoming.pipe(response);
  });
  // At the socket: a request is told of its time-out once and no more. The socket may carry other requests afterwards.
  upstream.once('socket', (socket) => {
    upstream.once(
      'close',
      endWhenIdle(socket, idleMs, patience, () => upstream.destroy(new Error('no answer in time'))),
    );
  });
  upstream.on('error', (error) => {
    if (isOver || response.destroyed) return;
    if (response.headersSent) response.destroy();
    else ears.failed(error);
  });
  response.once('close', () => {
    if (!isOver) upstream.destroy();
  });
  request.pipe(upstream);
}

/**
 * Fields of one connection only (RFC 9110 section 7.6.1) stay behind, as do those named by `Connection`; that names neither who is asked nor
 * how long the body is. Alternating names and values.
 */
function endToEnd({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return fields(rawHeaders)
    .filter(([name]) => {
      const field = name.toLowerCase();
      return !hopByHop.has(field) && (kept.has(field) || !named.includes(field));
    })
    .flat();
}

/** The fields of a request that are passed on, and how its body is framed where it has no length. */
export function requestFields(request: IncomingMessage): string[] {
  const headers = endToEnd(request);
  // Without it a body of a method that has none by itself would be written bare, and be the next request over there.
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

/** Alternating names and values as pairs. */
export function fields(headers: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: headers.length / 2 }, (_, index) => [headers[2 * index] ?? '', headers[2 * index + 1] ?? '']);
}

/** `Expect` has been answered by whoever relays. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
  // Between a client and whoever relays alone (RFC 9110 section 11.7).
  ...['proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info'],
]);
const kept = new Set(['host', 'content-length']);
