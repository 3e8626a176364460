import type { Socket } from 'node:net';
import { chooseReceiveConnector } from '../../shared/domain/mailflow/receive-choice.ts';
import { type ReceiveConnector, receiveConnectorsOf } from '../../shared/domain/mailflow/receive-connectors.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { present } from '../../shared/kernel/assert.ts';
import { createSmtpHost, type SmtpHost } from '../../shared/service/smtp-host.ts';
import { serverHost, type TransportParts } from './context.ts';
import type { DeskParts } from './transport/desk.ts';
import { edgeProfile, premisesProfile } from './transport/profile.ts';
import { SubmissionRates } from './transport/submission-rates.ts';

/** Connectors as they were before they changed are let go of once there are so many. */
const mostEngines = 50;

/**
 * Port 25 of an organisation, where other servers bring mail, or 587 of its servers, where programs submit it. Each connection is taken by the connector that its address
 * leads to, as it is set up at that moment; a change does not touch the connections that are there.
 */
export async function createTransportHost(outside: TransportParts, name: string, port = 25): Promise<SmtpHost> {
  const parts: DeskParts = { ...outside, rates: new SubmissionRates() };
  const engines = new Map<string, Promise<SmtpHost>>();
  const engineFor = (key: string, make: () => Promise<SmtpHost>): Promise<SmtpHost> => {
    const known = engines.get(key) ?? make();
    engines.delete(key);
    engines.set(key, known);
    // It is made anew for the next connection.
    known.catch(() => {
      if (engines.get(key) === known) engines.delete(key);
    });
    const [oldest] = engines.keys();
    if (engines.size > mostEngines && oldest !== undefined) engines.delete(oldest);
    return known;
  };
  const choose = async (socket: Socket): Promise<SmtpHost | undefined> => {
    const [organizations, settings] = await Promise.all([parts.organizations(), parts.settings(name)]);
    const organization = present(organizations.byName(name), `the organisation ${name}`);
    if (organization.kind === 'cloud') return engineFor(versionOf(organization, settings), () => openEdge(parts, organization, settings));
    const connector = chooseReceiveConnector(receiveConnectorsOf(organization, settings), {
      remoteAddress: socket.remoteAddress ?? '',
      localAddress: socket.localAddress ?? '',
      port,
    });
    if (connector === undefined) return undefined;
    return engineFor(`${connector.name} ${versionOf(organization, settings)}`, () =>
      openConnector(parts, organization, settings, connector),
    );
  };
  return {
    take(socket) {
      choose(socket).then(
        (host) => {
          if (socket.destroyed) return;
          if (host === undefined) refuse(socket);
          else host.take(socket);
        },
        (error: unknown) => {
          recordDefect(parts, name, socket, error);
          refuse(socket);
        },
      );
    },
    close() {
      for (const engine of engines.values()) engine.then((host) => host.close()).catch(() => {});
    },
  };
}

async function openConnector(
  parts: DeskParts,
  organization: Organization,
  settings: Settings,
  connector: ReceiveConnector,
): Promise<SmtpHost> {
  return createSmtpHost(await premisesProfile(parts, organization, settings, connector));
}

async function openEdge(parts: DeskParts, organization: Organization, settings: Settings): Promise<SmtpHost> {
  return createSmtpHost(await edgeProfile(parts, organization, settings, serverHost(organization) ?? organization.name));
}

/** Settings are one object until they change. */
const versions = new WeakMap<Settings, number>();
let lastVersion = 0;

function versionOf({ domains }: Organization, settings: Settings): string {
  const known = versions.get(settings) ?? lastVersion + 1;
  if (known > lastVersion) lastVersion = known;
  versions.set(settings, known);
  return `${known} ${domains.join()}`;
}

function refuse(socket: Socket): void {
  socket.end('421 4.3.2 Service not available\r\n');
}

function recordDefect({ recorder, clock }: TransportParts, organization: string, socket: Socket, error: unknown): void {
  const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
  const start = { service: 'smtp', direction: 'incoming', protocol: 'smtp', target: 'connection', host: '' } as const;
  recorder.open({ ...start, organization, peer, at: clock.now(organization) }).close('defect', clock.now(organization), error);
}
