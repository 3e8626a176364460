import type { Server } from 'node:net';
import type { Listener } from '../shared/domain/organization/host-map.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import { worldTimeLimits } from '../shared/domain/world/time-limits.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { ListenerPorts } from './ports.ts';

/** The listeners of mail. */
export interface MailDoors {
  /** Of all organisations. */
  readonly submission: Listener;
  /** Port 25, by organisation. */
  readonly exchangers: ReadonlyMap<string, Listener>;
}

/** What they are opened with; `bind` binds a listener and sees to it that it is closed with the others. */
export interface MailOpening {
  readonly config: Pick<Config, 'services'>;
  readonly ports: Pick<ListenerPorts, 'submission' | 'smtp'>;
  readonly foundation: Foundation;
  readonly organizations: readonly Organization[];
  bind(listener: { readonly server: Server; close(graceMs: number): Promise<void> }, port: number, purpose: string): Promise<Listener>;
}

/** Opens SMTP: submission, and port 25 of each organisation. Engines are loaded by the first connection. */
export async function openMail({ config, ports, foundation, organizations, bind }: MailOpening): Promise<MailDoors | undefined> {
  if (!config.services.has('smtp')) return undefined;
  const { createSmtpListener } = await import('./smtp/listener.ts');
  const { store, registry, directory, clock, journal: recorder, faults: seams, identifiers, certificates, network } = foundation;
  const parts = {
    ...{ recorder, store, directory, clock, seams, identifiers, certificates, network, limits: worldTimeLimits(clock) },
    organizations: () => registry.current(),
    settings: registry.settings,
  };
  const submission = createSmtpListener(parts, async () => (await import('./smtp/service.ts')).createSubmissionHost(parts));
  const exchangers = new Map<string, Listener>();
  for (const { name } of organizations) {
    const load = async () => (await import('./smtp/transport.ts')).createTransportHost(parts, name);
    exchangers.set(name, await bind(createSmtpListener(parts, load), ports.smtp.get(name) ?? 0, `SMTP of ${name}`));
  }
  return { submission: await bind(submission, ports.submission, 'SMTP submission'), exchangers };
}
