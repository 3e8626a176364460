import { enableCompileCache } from 'node:module';
import type { Server } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { World } from '../shared/domain/world/world.ts';
import type { Journal } from '../shared/journal/journal.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import type { Store } from '../shared/store/database.ts';
import type { AdminContext, ClockControl, FaultControl } from './admin/context.ts';
import type { EndpointsDocument, EndpointsSource } from './admin/endpoints.ts';
import type { Config } from './config.ts';
import type { Doors } from './doors.ts';
import type { Foundation } from './foundation.ts';

/** A lab that is ready. */
export interface RunningLab {
  readonly endpoints: EndpointsDocument;
  readonly world: World;
  readonly store: Store;
  readonly journal: Journal;
  readonly clock: ClockControl;
  readonly faults: FaultControl;
  /** Puts the world back to its seed. */
  reset(): Promise<void>;
  /** Drains and ends; a second call waits for the first. */
  close(): Promise<void>;
  /** Resolves when the lab has ended, whoever asked for it. */
  readonly closed: Promise<void>;
}

/** How long requests under way may still run when the lab ends. */
const drainMs = 5_000;

/**
 * Starts a lab: state, services, listeners, control port. Resolves when it is ready: every listener is bound and the
 * seed is applied. Rejects with `UsageError`, `WorldFileError`, `PortError` or a store's refusal; nothing is left open then.
 */
export async function start(
  config: Config,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<RunningLab> {
  const [{ layFoundation, version }, { listen }, { listenerPorts }, { openDoors }, endpoints, { createAdminApp }, { chooseAdminToken }] =
    await Promise.all([
      import('./foundation.ts'),
      import('./listeners.ts'),
      import('./ports.ts'),
      import('./doors.ts'),
      import('./admin/endpoints.ts'),
      import('./admin/service.ts'),
      import('./admin/access.ts'),
    ]);
  const foundation = await layFoundation(config, write);
  const pending = new Set(['control', 'seed', 'listeners']);
  const adminToken = chooseAdminToken(config.host, config.adminToken);
  const startedAt = foundation.clock.now();
  let doors: Doors | undefined;
  let adminPort = 0;
  const document = (): EndpointsDocument =>
    endpoints.endpointsDocument({
      ...facts(config, foundation, doors),
      version,
      startedAt,
      adminUrl: `http://${hostText(config.host)}:${adminPort}`,
      adminToken,
    });
  const clock = clockControl(foundation);
  const faults = faultControl(foundation);
  const ended = Promise.withResolvers<void>();
  const closeOnce = async (): Promise<void> => {
    pending.add('shutdown');
    endpoints.removeEndpoints(config.endpointsFile, process.pid);
    try {
      await doors?.close(drainMs);
      admin.server.closeIdleConnections();
      await admin.close();
    } finally {
      await foundation.close();
    }
  };
  const close = (): Promise<void> => {
    if (!pending.has('shutdown')) closeOnce().then(ended.resolve, ended.reject);
    return ended.promise;
  };
  const context: AdminContext = {
    info: {
      version,
      pid: process.pid,
      world: foundation.world.name,
      era: foundation.world.organizations.find(({ era }) => era !== null)?.era ?? null,
      seed: foundation.world.seed,
      startedAt,
      dataDir: config.dataDir,
    },
    journal: foundation.journal,
    clock,
    faults,
    cmdlets: {
      run: async (...call) => (await import('../shared/cmdlets/shell.ts')).createShell(foundation).run(...call),
    },
    pending: () => [...pending],
    services: () =>
      [...config.services].map((name) => ({
        name,
        state: pending.has('shutdown') ? 'stopping' : pending.size > 0 ? 'starting' : 'running',
        url: null,
      })),
    endpoints: document,
    async publish(told) {
      doors?.publish(told);
      endpoints.writeEndpoints(config.endpointsFile, document());
    },
    caPem: () => foundation.certificates.caPem,
    reset: () => foundation.reset(),
    shutdown: () => void setImmediate(() => void close()),
  };
  const admin = createAdminApp(context, { host: config.host, token: adminToken });
  try {
    const ports = listenerPorts(config.ports, foundation.world.organizations);
    await admin.ready();
    adminPort = await listen(admin.server as Server, config.host, ports.control, 'the control port');
    pending.delete('control');
    await foundation.seed();
    pending.delete('seed');
    doors = await openDoors(config, foundation, ports);
    await foundation.timers.start();
    pending.delete('listeners');
    endpoints.writeEndpoints(config.endpointsFile, document());
  } catch (error) {
    await close();
    throw error;
  }
  const { world, store, journal } = foundation;
  return { endpoints: document(), world, store, journal, clock, faults, reset: () => foundation.reset(), close, closed: ended.promise };
}

function facts(
  config: Config,
  { world, certificates }: Foundation,
  doors: Doors | undefined,
): Omit<EndpointsSource, 'version' | 'startedAt' | 'adminUrl' | 'adminToken'> {
  return {
    pid: process.pid,
    caFile: certificates.caFile,
    proxyUrl: doors?.proxyUrl ?? null,
    http: doors?.http ?? null,
    host: config.host,
    organizations: doors?.organizations ?? [],
    httpsPorts: doors?.published ?? new Map(),
    services: config.services,
    hosts: doors?.hosts().hosts ?? new Map(),
    users: world.organizations.flatMap(({ name, kind, netbiosName, recipients }) =>
      recipients.flatMap(({ mail, account, type }) =>
        account === null || account.password === null || !account.enabled || type !== 'UserMailbox'
          ? []
          : [
              {
                mail,
                userName: kind === 'cloud' ? account.userPrincipalName : `${netbiosName}\\${account.samAccountName}`,
                password: account.password,
                organization: name,
              },
            ],
      ),
    ),
  };
}

function clockControl({ timers }: Foundation): ClockControl {
  return {
    state: () => timers.state(),
    freeze: (at) => timers.freeze(at),
    set: (at) => timers.set(at),
    advance: (durationMs) => timers.advance(durationMs),
    resume: () => timers.resume(),
    skew: (organization, skewMs) => timers.skew(organization, skewMs),
  };
}

function faultControl({ faults }: Foundation): FaultControl {
  return {
    list: () => faults.list().map((rule) => ({ ...rule })),
    add: (rule) => ({ ...faults.add(rule) }),
    remove: (id) => faults.remove(id),
    clear: () => faults.clear(),
  };
}

function hostText(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1';
  return host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
}

/** Exit codes of conventions B.2. */
const exitCodes: Readonly<Record<string, number>> = { UsageError: 2, WorldFileError: 2, PortError: 3 };

/** What a start that failed says to the user, and the code that it ends with. */
export function startFailure(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof Refusal) return { message: `coexist: ${error.message}`, exitCode: 3 };
  if (!(error instanceof Error)) return { message: `coexist: ${String(error)}`, exitCode: 1 };
  const code =
    exitCodes[error.name] ??
    ('code' in error && typeof error.code === 'string' && /^E(ACCES|PERM|ROFS|NOSPC)$/.test(error.code) ? 3 : undefined);
  return code === undefined
    ? { message: error.stack ?? error.message, exitCode: 1 }
    : { message: `coexist: ${error.message}`, exitCode: code };
}

async function run(): Promise<void> {
  enableCompileCache();
  const { readConfig } = await import('./config.ts');
  const config = readConfig(process.argv.slice(2));
  if (config.detach) {
    // `npm start -- --detach` is `coexist up --detach`.
    process.argv.splice(2, 0, 'up');
    await import('./cli/coexist.ts');
    return;
  }
  // Starting, and seeding above all, makes much that lives briefly: without room to grow it takes 60 MB less and no longer.
  setFlagsFromString('--semi-space-growth-factor=1');
  const lab = await start(config);
  setFlagsFromString('--semi-space-growth-factor=2');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void lab.close());
  if (config.announce) {
    const { announcement } = await import('../shared/journal/announcement.ts');
    const { format, colors } = config.log;
    process.stdout.write(
      announcement(lab.endpoints, {
        format,
        colors,
        terminal: process.stdout.isTTY === true,
        readyMs: performance.now(),
        endpointsFile: config.endpointsFile,
      }),
    );
  }
  await lab.closed;
}

if (import.meta.main) {
  run().catch((error: unknown) => {
    const { message, exitCode } = startFailure(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  });
}
