import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { trackConnections } from '../../shared/service/connection.ts';
import { standWhileHeld } from '../../shared/service/held-idle.ts';
import { answer, openVisit } from '../../shared/service/http-door.ts';
import { defaultServerLimits, drain, serverOptions } from '../../shared/service/server-limits.ts';
import { forwardRequest } from './forward.ts';
import type { ForwardProxyOptions, ProxyLimits } from './options.ts';
import { proxyConfiguration } from './pac.ts';
import { openTunnel } from './tunnel.ts';

/** A forward proxy that does not listen yet. */
export interface ForwardProxy {
  readonly server: Server;
  /** Stops accepting, gives requests under way `graceMs`, then closes them and all tunnels. */
  close(graceMs: number): Promise<void>;
}

/** The idle time leaves room for the heartbeats of streaming notifications (45 s). */
const defaults: ProxyLimits = { maxConnections: 1_000, maxHeaderBytes: 16_384, idleTimeoutMs: 300_000 };

/**
 * A forward proxy whose only destinations are our own listeners: the world's names and Microsoft's own spellings lead
 * to them, everything else is refused. Nothing is ever forwarded to a network.
 */
export function createForwardProxy(options: ForwardProxyOptions): ForwardProxy {
  const limits = { ...defaults, ...options.limits };
  const server = createServer(serverOptions({ ...defaultServerLimits, maxHeaderBytes: limits.maxHeaderBytes }));
  server.maxConnections = limits.maxConnections;
  standWhileHeld(server, options.patience);
  const connectionOf = trackConnections(server);
  const tunnels = new Set<Socket>();

  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    openTunnel(options, limits, request, { client, head });
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connectionOf(request.socket);
    const facts = { protocol: 'http', service: 'proxy', organization: undefined, host: request.headers.host ?? '' } as const;
    const visit = openVisit(options, { request, response, connection }, facts);
    const target = URL.parse(request.url ?? '');
    if (target?.protocol === 'http:') forwardRequest(options, limits, visit, target);
    else if (target?.protocol === 'https:') answer(visit, 400, text, 'Use CONNECT for https addresses.\r\n');
    else if (request.url === '/proxy.pac') {
      const { body, type } = proxyConfiguration(options.hosts(), request.headers.host);
      answer(visit, 200, { 'content-type': type }, body);
    } else answer(visit, 400, text, 'This is a forward proxy: it takes CONNECT and absolute http addresses, and gives /proxy.pac.\r\n');
  });
  return {
    server,
    async close(graceMs) {
      const closed = drain(server, graceMs, [server]);
      for (const client of tunnels) client.destroy();
      await closed;
    },
  };
}

const text = { 'content-type': 'text/plain; charset=utf-8' };
