import { createServer, type Server, type Socket } from 'node:net';
import { onceMade } from '../../shared/kernel/once-made.ts';
import type { SmtpHost } from '../../shared/service/smtp-host.ts';
import type { StepParts } from './steps.ts';

/** A listener that is bound at once, while its engine is loaded by the first connection: many labs never see one. */
export interface SmtpListener {
  readonly server: Server;
  /** Stops accepting, ends connections that wait, gives the others `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Beyond those that the engine takes and answers with a 421. */
const mostSockets = 400;

/** A listener that does not listen yet; `load` makes what its connections are handed to. */
export function createSmtpListener(parts: StepParts, load: () => Promise<SmtpHost>): SmtpListener {
  const open = onceMade(load);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (parts.knownAs !== undefined) disguise(socket, parts.knownAs);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The engine has listeners of its own; until then a reset is nobody's business.
    socket.on('error', () => {});
    open().then(
      (host) => {
        if (!socket.destroyed) host.take(socket);
      },
      (error: unknown) => {
        recordDefect(parts, socket, error);
        socket.destroy();
      },
    );
  });
  server.maxConnections = mostSockets;
  return {
    server,
    async close(graceMs) {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const host = await open.begun()?.catch(() => undefined);
      host?.close();
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(grace);
    },
  };
}

/** Connectors know this server and those of other organisations by addresses of the world, wherever the machines are. */
function disguise(socket: Socket, knownAs: NonNullable<StepParts['knownAs']>): void {
  const sender = knownAs(socket.remoteAddress ?? '');
  if (sender !== undefined) Object.defineProperty(socket, 'remoteAddress', { value: sender });
  Object.defineProperty(socket, 'localAddress', { value: '127.0.0.1' });
}

function recordDefect({ recorder, clock }: StepParts, socket: Socket, error: unknown): void {
  const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
  const exchange = recorder.open({
    service: 'smtp',
    direction: 'incoming',
    protocol: 'smtp',
    target: 'connection',
    host: '',
    peer,
    at: clock.now(),
  });
  exchange.close('defect', clock.now(), error);
}
