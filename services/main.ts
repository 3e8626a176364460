import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { ShellGround } from '../shared/cmdlets/shell.ts';
import { authenticationService } from '../shared/domain/world/vocabulary.ts';
import type { World } from '../shared/domain/world/world.ts';
import { gatherLines } from '../shared/journal/gathered-lines.ts';
import type { Journal } from '../shared/journal/journal.ts';
import { present } from '../shared/kernel/assert.ts';
import type { Instant } from '../shared/kernel/clock.ts';
import type { ExchangeRecorder } from '../shared/kernel/exchange.ts';
import { onceMade } from '../shared/kernel/once-made.ts';
import { Refusal } from '../shared/kernel/refusal.ts';
import type { EndpointsDocument } from '../shared/service/endpoints-document.ts';
import type { Store } from '../shared/store/database.ts';
import type { AdminContext, ClockControl, FaultControl, SignInControl } from './admin/context.ts';
import type { Config } from './config.ts';
import { clockControl, eraControl, faultControl } from './controls.ts';
import type { Doors } from './doors.ts';
import { endpointFacts } from './endpoint-facts.ts';
import { tuneCollector, withoutGrowth } from './heap.ts';
import { holdControl } from './held-hops.ts';
import { lastExchange } from './last-exchange.ts';
import { startFailure } from './start-failure.ts';
import { resumeBreaks } from './topology.ts';

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
  /** Resolves when no mail is on its way any more: what waits for a time to come waits on. */
  mailSent(): Promise<void>;
  /** Resolves when no move of a mailbox can go on now. */
  moved(): Promise<void>;
  /** Drains and ends; a second call waits for the first. Rejects with `ExportError` when the state is wanted and could not be written. */
  close(): Promise<void>;
  /** Settles as `close` does when the lab has ended, whoever asked for it. */
  readonly closed: Promise<void>;
}

/** How long requests under way may still run when the lab ends. */
const drainMs = 5_000;

/**
 * Starts a lab: state, services, listeners, control port. Resolves when it is ready: every listener is bound and the
 * seed is applied. Rejects with `UsageError`, `WorldFileError`, `PortError` or a store's refusal; nothing is left open then.
 */
export async function start(config: Config, write: (text: string) => void = gatherLines(process)): Promise<RunningLab> {
  const { createKeyPool, reserveSize } = await import('../shared/net/key-pool.ts');
  const keys = createKeyPool({ folder: join(config.dataDir, 'keys') });
  // A first start, which will seed: the keys for that are made beside everything else.
  if (config.importDir === null && !existsSync(join(config.dataDir, 'cache'))) keys.prepare(reserveSize);
  const [
    { layFoundation, version },
    { listen },
    { listenerPorts, wellKnownOf },
    { openDoors },
    endpoints,
    { createAdminApp },
    { chooseAdminToken },
  ] = await Promise.all([
    import('./foundation.ts'),
    import('./listeners.ts'),
    import('./ports.ts'),
    import('./doors.ts'),
    import('./admin/endpoints.ts'),
    import('./admin/service.ts'),
    import('./admin/access.ts'),
  ]);
  const foundation = await layFoundation(config, write, keys);
  const pending = new Set(['control', 'seed', 'listeners']);
  const adminToken = chooseAdminToken(config.adminHost, config.adminToken);
  const startedAt = foundation.clock.now();
  let doors: Doors | undefined;
  let adminPort = 0;
  /** `host`: by which somebody has come to the control port. */
  const document = (host?: string): EndpointsDocument =>
    endpoints.endpointsDocument({
      ...endpointFacts(config, foundation, doors, host === undefined ? undefined : endpoints.cameFromNetwork(host, adminPort)),
      version,
      startedAt,
      adminUrl: `http://${host ?? `${endpoints.hostText(config.adminHost)}:${adminPort}`}`,
      adminToken,
    });
  const clock = clockControl(foundation);
  const faults = faultControl(foundation, () => doors?.forgetConnections());
  const ended = Promise.withResolvers<void>();
  // Whoever waits for the end is told what went wrong; that nobody waits yet is no defect.
  ended.promise.catch(() => {});
  const closeOnce = async (): Promise<void> => {
    const exporting = pending.size === 0;
    pending.add('shutdown');
    endpoints.removeEndpoints(config.endpointsFile, process.pid);
    // Nobody is left to let go what waits, and calls that wait hold up the end.
    foundation.holds?.clear();
    try {
      await (await openWorlds.begun())?.close();
      // Nobody else is to come.
      await processes?.publish([]);
      await doors?.close(drainMs);
      admin.server.closeIdleConnections();
      await admin.close();
    } finally {
      await foundation.close({ exporting });
    }
  };
  const close = (): Promise<void> => {
    if (!pending.has('shutdown')) closeOnce().then(ended.resolve, ended.reject);
    return ended.promise;
  };
  let told: ReturnType<Doors['hosts']> | undefined;
  /** What has been set holds when it is answered, and where names lead is published anew when they lead elsewhere. */
  const follow = async (): Promise<void> => {
    await doors?.settled();
    if (doors === undefined || told === undefined || doors.hosts() === told || pending.has('shutdown')) return;
    told = doors.hosts();
    endpoints.writeEndpoints(config.endpointsFile, document());
  };
  const { processes } = foundation;
  const forgetHere = async (): Promise<void> => {
    for (const { name } of foundation.world.organizations) foundation.tokens.clear(name);
    doors?.forgetWays();
    await follow();
  };
  const forget = async (): Promise<void> => {
    await forgetHere();
    await foundation.onlookers?.look('forget');
  };
  const settle = async (): Promise<void> => {
    // What has moved may send mail.
    await doors?.mailSent();
    await doors?.moved();
    await doors?.mailSent();
  };
  const reset = async (at?: Instant, keep: readonly 'breakpoints'[] = []): Promise<void> => {
    await foundation.reset(at, keep);
    await forget();
  };
  const openWorlds = onceMade(async () =>
    (await import('./forked-worlds.ts')).createForkedWorlds({ dataDir: config.dataDir, most: config.mostWorlds }),
  );
  const shellGround = (recorder: ExchangeRecorder = foundation.journal): ShellGround => ({
    ...foundation,
    recorder,
    dialer: present(doors, 'the doors of a lab that is ready').dialer,
  });
  const shell =
    (recorder?: ExchangeRecorder): AdminContext['cmdlets']['run'] =>
    async (...call) => {
      const { createShell } = await import('../shared/cmdlets/shell.ts');
      try {
        return await createShell(shellGround(recorder)).run(...call);
      } finally {
        await follow();
      }
    };
  const own: AdminContext = {
    info: {
      version,
      pid: process.pid,
      world: foundation.world.name,
      era: foundation.world.organizations.find(({ era }) => era !== null)?.era ?? null,
      seed: foundation.world.seed,
      startedAt,
      dataDir: config.dataDir,
      exportDir: config.exportDir,
    },
    journal: foundation.journal,
    clock,
    faults,
    holds: () => holdControl(foundation),
    cmdlets: { run: shell() },
    wizard: async (asked) => (await import('../shared/cmdlets/hybrid/wizard.ts')).openWizard(shellGround(), asked),
    eras: eraControl(foundation),
    signIns: {
      authenticationCode: async (...call) => (await requireSignIns(doors)).authenticationCode(...call),
      decideDevice: async (...call) => (await requireSignIns(doors)).decideDevice(...call),
    },
    tokens: onceMade(async () => {
      const { createTokenControl } = await import('./admin/token-control.ts');
      return createTokenControl({ ...foundation, publishedPorts: () => doors?.published ?? new Map() });
    }),
    keys: onceMade(async () => (await import('./admin/key-control.ts')).createKeyControl(foundation)),
    topology: onceMade(async () => (await import('./topology.ts')).topologyOf(foundation, own, forget, shell)),
    inside: onceMade(async () => (await import('./admin/inside-control.ts')).createInsideControl(foundation)),
    labs: onceMade(async () => (await import('./exercises.ts')).exercisesOf(own, foundation.patience)),
    worlds: openWorlds,
    snapshots: onceMade(async () => (await import('./snapshots.ts')).snapshotsOf(foundation, config.dataDir, forget)),
    stories: onceMade(async () =>
      (await import('./told-stories.ts')).toldStories({
        ...foundation,
        seed: foundation.world.seed,
        world: foundation.world.name,
        endpoints: () => document(),
      }),
    ),
    pending: () => [...pending],
    services() {
      const authorityPort = doors?.published.get(authenticationService);
      return [...config.services].map((name) => ({
        name,
        state: pending.has('shutdown') ? 'stopping' : pending.size > 0 ? 'starting' : 'running',
        url:
          name === authenticationService && authorityPort !== undefined
            ? endpoints.httpsBase(config.host, { ...config, host: endpoints.authenticationHost, port: authorityPort })
            : null,
      }));
    },
    endpoints: document,
    async publish(told) {
      doors?.publish(told);
      endpoints.writeEndpoints(config.endpointsFile, document());
    },
    caPem: () => foundation.certificates.caPem,
    reset: (_to, at, keep) => reset(at, keep),
    async settled() {
      await settle();
      return lastExchange(foundation.journal);
    },
    shutdown: () => void setImmediate(() => void close()),
  };
  const parts = { foundation, doors: () => doors, forget: forgetHere, settle };
  const sharing = processes === undefined ? undefined : await import('./shared-controls.ts');
  const context = processes === undefined || sharing === undefined ? own : sharing.shareContext(own, { ...parts, processes });
  if (processes !== undefined) sharing?.followControls({ ...parts, processes });
  const admin = createAdminApp(context, { host: config.adminHost, token: adminToken });
  try {
    const ports = listenerPorts(config.ports, foundation.world.organizations, wellKnownOf(foundation.world, config));
    await admin.ready();
    adminPort = await listen(admin.server as Server, config.adminHost, ports.control, 'the control port');
    pending.delete('control');
    await foundation.seed();
    pending.delete('seed');
    doors = await openDoors(config, foundation, { ...ports, control: adminPort });
    doors.publish((await sharing?.publishedOutside(foundation.store)) ?? new Map());
    processes?.watch(() => void follow().catch(foundation.failed));
    await foundation.timers.start();
    await resumeBreaks(foundation, context);
    doors.work();
    pending.delete('listeners');
    endpoints.writeEndpoints(config.endpointsFile, document());
    told = doors.hosts();
    doors.loadLate();
    foundation.keys.keepReserve();
  } catch (error) {
    await close();
    throw error;
  }
  const { world, store, journal } = foundation;
  return {
    endpoints: document(),
    world,
    store,
    journal,
    clock,
    faults,
    reset: () => reset(),
    mailSent: async () => doors?.mailSent(),
    moved: async () => doors?.moved(),
    close,
    closed: ended.promise,
  };
}

async function requireSignIns(doors: Doors | undefined): Promise<SignInControl> {
  const signIns = await doors?.signIns();
  if (signIns === undefined) throw new Refusal('not-running', { detail: 'the authentication service is not running' });
  return signIns;
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
  tuneCollector();
  const lab = await withoutGrowth(() => start(config));
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
