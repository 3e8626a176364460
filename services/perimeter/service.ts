import { createServer, type Socket } from 'node:net';
import { realSpellings } from '../../shared/domain/organization/host-map.ts';
import { certificateNames } from '../../shared/domain/organization/organization.ts';
import { perimeterOf } from '../../shared/domain/organization/perimeter-devices.ts';
import { judge } from '../../shared/kernel/verdict.ts';
import { answer, answerDefect, openVisit, passRequestSeam, type Visit } from '../../shared/service/http-door.ts';
import { createHttpsDoor, type HttpsDoor } from '../../shared/service/https-door.ts';
import { defaultServerLimits, drain } from '../../shared/service/server-limits.ts';
import type { PerimeterOptions } from './context.ts';
import { addressOf, UpstreamLines } from './forward.ts';
import { type DeviceMemory, mayConnect, rule } from './gate.ts';
import { LogonSessions } from './logon-form.ts';
import { RequestCounts } from './rate.ts';

/**
 * The device in front of an organisation's servers: it ends TLS with a certificate of its own, which carries the published names, looks at what comes, and
 * passes it on to the front end over TLS. It does not listen yet.
 */
export async function createPerimeter(options: PerimeterOptions): Promise<HttpsDoor> {
  const { organization } = options;
  const published = [...certificateNames(organization), ...realSpellings(organization)];
  // The name of the device itself makes the certificate another one than the front end's.
  const names = [...published, `${organization.name}.perimeter.test`];
  const hosts = new Set([...published, ...organization.hosts.redirectOnly].map((name) => name.toLowerCase()));
  const memory: DeviceMemory = { counts: new RequestCounts(), sessions: new LogonSessions() };
  const lines = new UpstreamLines(options);
  const door = await createHttpsDoor(options, {
    certificateNames: [names],
    usualNames: names,
    isHost: (name) => hosts.has(name),
    broken: { service: 'perimeter', organizationOf: () => organization.name },
    receive(raw, authority, path) {
      // Its own answers have none of the headers of Exchange.
      const visit = openVisit(options, raw, { protocol: 'https', service: 'perimeter', organization: undefined, host: authority.host });
      visit.exchange.note({ organization: organization.name });
      passRequestSeam(options.seams, visit, () => {
        take(options, memory, lines, visit, path).catch((error: unknown) => answerDefect(visit, error));
      });
    },
  });
  return guarded(options, door);
}

async function take(options: PerimeterOptions, memory: DeviceMemory, lines: UpstreamLines, visit: Visit, path: string): Promise<void> {
  const { request, connection, exchange, instant } = visit;
  const settings = await options.settings();
  const device = perimeterOf(settings);
  const knock = { request, path, address: addressOf(connection), isProven: lines.isProven(connection) };
  const ruling = await rule({ options, device, settings, at: instant }, knock, memory);
  exchange.judged(ruling.verdict);
  if (ruling.is === 'pass') lines.pass(visit, device, ruling.authorization);
  else {
    exchange.conclude(ruling.is === 'reset' || ruling.answer.status >= 400 ? 'refused' : 'answered');
    if (ruling.is === 'reset') connection.reset();
    else answer(visit, ruling.answer.status, ruling.answer.headers, ruling.answer.body);
  }
}

/** Looks at where a connection comes from before anything of it is read; Node hands connections on as its documentation of the event has it. */
function guarded(options: PerimeterOptions, { server, carriers }: HttpsDoor): HttpsDoor {
  const hand = async (socket: Socket): Promise<void> => {
    const ended = (): void => {
      socket.destroy();
    };
    socket.once('error', ended);
    try {
      const device = perimeterOf(await options.settings());
      socket.off('error', ended);
      if (socket.destroyed) return;
      if (mayConnect(device, socket.remoteAddress ?? '')) server.emit('connection', socket);
      else turnAway(options, socket, device.SourceRanges);
    } catch {
      ended();
    }
  };
  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => void hand(socket));
  listener.maxConnections = options.limits?.maxConnections ?? defaultServerLimits.maxConnections;
  // The door itself never listens, and it is then that it begins to look for requests that take too long.
  listener.once('listening', () => server.emit('listening'));
  return { server: listener, carriers, close: (graceMs) => drain(listener, graceMs, carriers) };
}

/** As a firewall does: nothing is said. */
function turnAway({ recorder, clock, organization }: PerimeterOptions, socket: Socket, ranges: readonly string[]): void {
  const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
  const facts = { service: 'perimeter', direction: 'incoming', protocol: 'https', organization: organization.name } as const;
  const exchange = recorder.open({ ...facts, target: 'a connection', host: '', peer, at: clock.now(organization.name) });
  const check = { check: 'perimeter.source', outcome: 'failed', expected: ranges.join(', '), actual: peer } as const;
  exchange.judged(judge([check]));
  exchange.close('refused', clock.now(organization.name));
  socket.resetAndDestroy();
}
