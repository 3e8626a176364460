import { type IncomingHttpHeaders, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { isIP } from 'node:net';

/** One request to a loopback listener, as a client sends it that looks nothing up. */
export interface RawCall {
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  /** The `Host` header and, over TLS, the name asked for in the handshake (`null`: none). Default `localhost`. */
  readonly host?: string;
  readonly serverName?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Given: https, trusting these authorities only. */
  readonly ca?: string;
  /** Over TLS without looking at the certificate. */
  readonly insecure?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends it on a connection of its own and waits for the whole answer. */
export function callRaw(call: RawCall): Promise<RawAnswer> {
  const { port, path = '/', method = 'GET', host = 'localhost', body, ca, insecure = false } = call;
  const bare = host.replace(/:\d+$/, '');
  const options = { host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...call.headers } };
  const asked = call.serverName === undefined ? bare : (call.serverName ?? '');
  const name = isIP(asked) === 0 ? asked : '';
  const tls = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecure, servername: name };
  return new Promise((resolve, reject) => {
    const request = ca === undefined && !insecure ? plain(options) : secure({ ...options, ...tls });
    request.once('error', reject);
    request.once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.end(body);
  });
}
