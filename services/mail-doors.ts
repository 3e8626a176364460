import type { Server } from 'node:net';
import { queueScope } from '../shared/domain/mailflow/queue.ts';
import type { Listener } from '../shared/domain/organization/host-map.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import { worldTimeLimits } from '../shared/domain/world/time-limits.ts';
import { machineNow } from '../shared/kernel/machine-clock.ts';
import type { Dialer } from '../shared/net/dialer.ts';
import type { ProcessListener } from '../shared/store/process-table.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { ListenerPorts } from './ports.ts';
import type { SenderParts } from './smtp/sending/context.ts';
import type { Sender } from './smtp/sending/sender.ts';
import { type Waking, wakeWithWork } from './woken-worker.ts';

/** The listeners of mail. */
export interface MailDoors extends Waking {
  /** Submission, of all organisations; port 25 of each, and port 587 of those on-premises. */
  readonly listeners: readonly ProcessListener[];
}

/** What they are opened with; `bind` binds a listener and sees to it that it is closed with the others. */
export interface MailOpening {
  readonly config: Pick<Config, 'services'>;
  readonly ports: Pick<ListenerPorts, 'submission' | 'smtp' | 'clients'>;
  readonly foundation: Foundation;
  readonly dialer: Pick<Dialer, 'smtp'>;
  readonly names: SenderParts['names'];
  readonly organizations: readonly Organization[];
  bind(listener: { readonly server: Server; close(graceMs: number): Promise<void> }, port: number, purpose: string): Promise<Listener>;
}

/** Opens SMTP: submission, and port 25 of each organisation. Engines are loaded by the first connection. */
export async function openMail({
  config,
  ports,
  foundation,
  organizations,
  dialer,
  names,
  bind,
}: MailOpening): Promise<MailDoors | undefined> {
  if (!config.services.has('smtp')) return undefined;
  const { createSmtpListener } = await import('./smtp/listener.ts');
  const { store, registry, directory, clock, journal: recorder, seams, patience, identifiers, certificates, network } = foundation;
  const parts = {
    ...{ recorder, store, directory, clock, seams, patience, identifiers, certificates, network, limits: worldTimeLimits(clock) },
    organizations: () => registry.current(),
    settings: registry.settings,
    knownAs: foundation.knownAs,
  };
  const submission = createSmtpListener(parts, async () => (await import('./smtp/service.ts')).createSubmissionHost(parts));
  const listeners: ProcessListener[] = [];
  const open = async (kind: 'smtp' | 'client-smtp', name: string, own: number, purpose: string): Promise<void> => {
    const load = async () => (await import('./smtp/transport.ts')).createTransportHost(parts, name, kind === 'smtp' ? 25 : 587);
    listeners.push({ kind, owner: name, ...(await bind(createSmtpListener(parts, load), own, purpose)) });
  };
  for (const { name, kind } of organizations) {
    await open('smtp', name, ports.smtp.get(name) ?? 0, `SMTP of ${name}`);
    if (kind === 'on-premises') await open('client-smtp', name, ports.clients.get(name) ?? 0, `SMTP submission of ${name}`);
  }
  const sending = openSending({ foundation, organizations, dialer, names });
  listeners.push({ kind: 'submission', owner: '', ...(await bind(submission, ports.submission, 'SMTP submission')) });
  return { ...sending, listeners };
}

/** What sends is loaded when something first waits in a queue. */
function openSending({
  foundation,
  organizations,
  dialer,
  names,
}: Pick<MailOpening, 'foundation' | 'organizations' | 'dialer' | 'names'>): Waking {
  const { store, registry, directory, clock, identifiers, certificates, network, log, mailTimers, holder } = foundation;
  const onDefect = (error: unknown): void =>
    log.log('error', `mail could not be sent: ${error instanceof Error ? error.stack : String(error)}`);
  const load = async (): Promise<Sender> => {
    const [{ createSender }, { reportOn }] = await Promise.all([
      import('./smtp/sending/sender.ts'),
      import('../shared/bridges/mailflow/reports.ts'),
    ]);
    return createSender({
      ...{ store, directory, clock, identifiers, certificates, network, dialer, names, onDefect, holder },
      organizations: () => registry.current(),
      serves: (name) => organizations.some((one) => one.name === name),
      settings: registry.settings,
      report: reportOn,
      realNow: machineNow,
    });
  };
  return wakeWithWork({
    store,
    organizations,
    scopeOf: queueScope,
    isLeft: () => anythingWaits(store),
    load,
    timers: mailTimers,
    onDefect,
  });
}

/** Whether an earlier run left something in a queue. */
async function anythingWaits({ read }: Foundation['store']): Promise<boolean> {
  return (await read.selectFrom('transport_queue').select('number').limit(1).executeTakeFirst()) !== undefined;
}
