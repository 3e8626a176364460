import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createTokenCache, type TokenCache } from '../shared/bridges/hybrid/token-cache.ts';
import type { TransportGround } from '../shared/bridges/mailflow/accept.ts';
import { type Directory, openDirectory } from '../shared/domain/directory/directory.ts';
import { queueTimer } from '../shared/domain/mailflow/queue-hold.ts';
import type { NetworkFacts } from '../shared/domain/organization/dns-zones.ts';
import { microsoftNames } from '../shared/domain/organization/host-map.ts';
import { mailNamesOutsideTest } from '../shared/domain/organization/mail-hosts.ts';
import { openRegistry, type Registry } from '../shared/domain/organization/registry.ts';
import { createWorldClock, type WorldClock } from '../shared/domain/world/clock.ts';
import { loadClockState, saveClockState } from '../shared/domain/world/clock-state.ts';
import type { Processes } from '../shared/domain/world/processes.ts';
import { createTimerRunner, type TimerRunner } from '../shared/domain/world/timers.ts';
import { authenticationService } from '../shared/domain/world/vocabulary.ts';
import type { World } from '../shared/domain/world/world.ts';
import { createFaultBook, type FaultBook } from '../shared/faults/book.ts';
import type { Holds } from '../shared/faults/holds.ts';
import { createJournal, type Journal } from '../shared/journal/journal.ts';
import { createLog, type Log } from '../shared/journal/log.ts';
import { present } from '../shared/kernel/assert.ts';
import type { Instant } from '../shared/kernel/clock.ts';
import { createIdentifiers, type Identifiers } from '../shared/kernel/ids.ts';
import { machineNow as realNow } from '../shared/kernel/machine-clock.ts';
import { createPatience, type Patience } from '../shared/kernel/patience.ts';
import { seededRandom } from '../shared/kernel/random.ts';
import type { Seams } from '../shared/kernel/seams.ts';
import { type CertificateStore, createCertificateStore } from '../shared/net/certificates.ts';
import { createKeyPool, type KeyPool } from '../shared/net/key-pool.ts';
import { readBlob } from '../shared/store/blob.ts';
import type { Store } from '../shared/store/database.ts';
import { applyBaseline, hasSnapshot, resetToBaseline } from './baseline.ts';
import { type Config, isDatabase, productVersion } from './config.ts';
import { openHolds } from './held-hops.ts';
import type { Beginning, Onlookers } from './shared-lab.ts';
import { type LateHandler, timerHandlers } from './timer-handlers.ts';
import { openWorld } from './world-source.ts';
import { openWorldStore, overruled } from './world-store.ts';

export const version = productVersion();

/** What a lab stands on before anything listens: the world, its state, its time, and the record of what happens. */
export interface Foundation {
  readonly world: World;
  readonly store: Store;
  readonly clock: WorldClock;
  /** World time at which the lab began. */
  readonly startedAt: Instant;
  readonly version: string;
  readonly timers: TimerRunner;
  /** What timers of the queues of mail set off: whoever sends puts itself here. */
  readonly mailTimers: LateHandler;
  /** The same of whoever moves mailboxes. */
  readonly moveTimers: LateHandler;
  /** Names this process among those that share the store, the same after a restart where it has the store for itself. */
  readonly holder: string;
  /** All of them; undefined where it has the store for itself. */
  readonly processes: Processes | undefined;
  /** The others among them; undefined as `processes` is. */
  readonly onlookers: Onlookers | undefined;
  /** Under which listeners of this process are reached. */
  readonly address: string;
  /** As which an organisation's server that sends mail is known, by its address; undefined: as that. */
  readonly knownAs: ((address: string) => string | undefined) | undefined;
  /** Logs what failed while nobody waited for it. */
  readonly failed: (error: unknown) => void;
  readonly faults: FaultBook;
  /** Breakpoints; undefined where several processes share the lab: time and time-outs would go on in the others. */
  readonly holds: Holds | undefined;
  /** What happens at seams: who holds a hop there, and what the fault rules say. */
  readonly seams: Seams;
  /** How long the lab's own calls wait. */
  readonly patience: Patience;
  readonly journal: Journal;
  readonly log: Log;
  readonly identifiers: Identifiers;
  readonly certificates: CertificateStore;
  readonly keys: KeyPool;
  /** Tokens that the organisations' servers hold for each other. */
  readonly tokens: TokenCache;
  readonly registry: Registry;
  /** Where the servers of the world are. */
  readonly network: NetworkFacts;
  directory(organization: string): Directory;
  /** Puts the seeded content into an empty store. */
  seed(): Promise<void>;
  /** Puts the world back to where it started: content, clock and fault rules. `at`: the content of a lab that had started then. */
  reset(at?: Instant, keep?: readonly 'breakpoints'[]): Promise<void>;
  /** Lets go of everything. `exporting` writes the state where the configuration wants it, and rejects when it cannot be written. */
  close(how?: { readonly exporting: boolean }): Promise<void>;
}

/** Opens everything that has no port; nothing is left open when it fails. `write` takes log lines. */
export async function layFoundation(
  config: Config,
  write: (text: string) => void,
  keys: KeyPool = createKeyPool({ folder: join(config.dataDir, 'keys') }),
): Promise<Foundation> {
  const cacheDir = join(config.dataDir, 'cache');
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  try {
    const world = overruled(await openWorld(config.world, cacheDir), config);
    const opening = openWorldStore(config, world);
    try {
      return await layUpon(opening, { config, world, cacheDir, keys, write });
    } catch (error) {
      const [opened] = await Promise.allSettled([opening]);
      if (opened.status === 'fulfilled') await opened.value.close();
      throw error;
    }
  } catch (error) {
    await keys.close();
    throw error;
  }
}

interface Plan {
  readonly config: Config;
  readonly world: World;
  readonly cacheDir: string;
  readonly keys: KeyPool;
  readonly write: (text: string) => void;
}

async function layUpon(opening: Promise<Store>, { config, world, cacheDir, keys, write }: Plan): Promise<Foundation> {
  // Several processes may share a database; what they need for that is loaded there alone.
  const shared = config.persistDir !== null && isDatabase(config.persistDir) ? await import('./shared-lab.ts') : undefined;
  const openCertificates = async (): Promise<CertificateStore> =>
    createCertificateStore({
      folder: join(config.dataDir, 'certificates'),
      realNow,
      permittedNames: [...Object.keys(microsoftNames), ...mailNamesOutsideTest, ...foreignHosts(world)],
      shared: shared?.storeShelf(await opening),
    });
  const [store, certificates] = await Promise.all([opening, openCertificates()]);
  const random = seededRandom(world.seed);
  // Ids of exchanges need not repeat from run to run, and must not repeat across processes that share a store.
  const identifiers = createIdentifiers(seededRandom(`${world.seed}/${process.pid}/${realNow()}`));
  const organizations = [...world.organizations.map(({ name }) => name), authenticationService];
  const clock = createWorldClock({ setting: world.clock, skewMs: world.skewMs, organizations, realNow });
  const log = createLog({ ...config.log, clock, write });
  const failed = (error: unknown): void => log.log('error', `it failed: ${error instanceof Error ? error.stack : String(error)}`);
  // Containers that share a database all have process 1, and may begin in the same millisecond.
  const holder = shared === undefined ? 'lab' : `lab ${hostname()} ${process.pid} ${realNow()}`;
  const processes = await shared?.joinLab(store, world, config, holder, failed);
  const kept = await loadClockState(store.read);
  if (kept !== undefined && config.clock === null) clock.restore(kept);
  let beginning: Beginning = { clock: clock.state(), startedAt: clock.now() };
  const { startedAt } = beginning;
  const journal = await createJournal({
    // Tables that end with this process keep nothing longer than its memory does, at the cost of redacting and writing every exchange.
    ...(config.persistDir === null ? {} : { store }),
    ...{ identifiers, logger: log, octets: config.trace, isShared: processes !== undefined },
  });
  journal.subscribe(log.exchange, log.outcomes);
  const faults = createFaultBook({ random: random.fork('faults'), acted: (rule) => void processes?.tell('hit', { rule }).catch(failed) });
  addWorldFaults(faults, world);
  const onlookers = processes === undefined ? undefined : shared?.openOnlookers(store, processes, faults);
  const patience = createPatience();
  const holds = processes === undefined ? openHolds({ clock, patience, journal, store, failed }) : undefined;
  const seams: Seams = { at: faults.at, ...(holds === undefined ? {} : { hold: holds.hold }) };
  const registry = openRegistry(store);
  const directories = new Map<string, Directory>();
  const directory = (organization: string): Directory => {
    const open = directories.get(organization) ?? openDirectory(store, organization);
    directories.set(organization, open);
    return open;
  };
  /** How an organisation takes messages that nobody sends in a request. */
  const groundOf = async (name: string): Promise<TransportGround> => ({
    ...{ read: store.read, blobs: (hash) => readBlob(store.read, hash), directory: directory(name), identifiers },
    organization: present((await registry.current()).byName(name), name),
    settings: await registry.settings(name),
  });
  const mailTimers: LateHandler = { fire: async () => {} };
  const moveTimers: LateHandler = { fire: async () => {} };
  const timers = createTimerRunner({
    store,
    clock,
    handlers: timerHandlers({ store, identifiers, groundOf, services: config.services, mailTimers, moveTimers }),
    // A lab that comes back goes on with its timers; of several that share a store none takes those of another.
    owner: holder,
    // Mail of an organisation is sent by the processes that are its.
    except: world.organizations.flatMap(({ name }) =>
      config.organizations === null || config.organizations.has(name.toLowerCase()) ? [] : [`${queueTimer}/${name}/`],
    ),
    realNow,
    others: onlookers === undefined ? undefined : shared?.otherRunners(store, onlookers),
    onDefect: (error) => log.log('error', `a timer failed: ${error instanceof Error ? error.stack : String(error)}`),
  });
  const tokens = createTokenCache();
  const address = shared?.advertisedAddress(config) ?? addressesOf(config.host)[0] ?? config.host;
  const baseline = { cacheDir, version, keys };
  // One for each organisation, one for the authentication service, and one by which the cloud is federated.
  const cloudKeys = world.organizations.some(({ kind }) => kind === 'cloud') ? 1 : 0;
  if (kept === undefined && !hasSnapshot(world, startedAt, baseline)) keys.prepare(world.organizations.length + 1 + cloudKeys);
  return {
    world,
    store,
    clock,
    startedAt,
    version,
    timers,
    mailTimers,
    moveTimers,
    holder,
    processes,
    onlookers,
    address,
    failed,
    faults,
    holds,
    seams,
    patience,
    journal,
    log,
    identifiers,
    certificates,
    keys,
    tokens,
    registry,
    network:
      shared === undefined || processes === undefined
        ? { addresses: addressesOf(config.host), refused: world.refusedHosts }
        : shared.networkOf(processes, address, world.refusedHosts),
    knownAs: processes === undefined ? undefined : shared?.senderNames(processes, world),
    directory,
    async seed() {
      await store.alone('world', async () => {
        const origin = await applyBaseline(store, world, startedAt, baseline);
        log.log('debug', `the world ${world.name} is there (${origin})`);
        if (shared !== undefined && processes !== undefined) {
          beginning = await shared.agreeUpon(store, processes, world, clock, beginning);
          // The rules of those that came before hold; the first brings the world's.
          if (processes.live()[0]?.id === processes.self) await shared.shareFaults(store, faults);
          else await shared.followFaults(store, faults);
        }
        await store.transaction((tx) => saveClockState(tx, clock.state(), clock.now()));
      });
    },
    async reset(at, keep = []) {
      if (keep.includes('breakpoints')) holds?.letGo();
      else holds?.clear();
      await store.alone('world', async () => {
        await resetToBaseline(store, world, at ?? beginning.startedAt, baseline);
        clock.restore(beginning.clock);
        await store.transaction((tx) => saveClockState(tx, beginning.clock, clock.now()));
      });
      for (const name of organizations) tokens.clear(name);
      faults.clear();
      addWorldFaults(faults, world);
    },
    async close({ exporting } = { exporting: false }) {
      holds?.clear();
      await keys.close();
      await timers.stop();
      try {
        if (exporting && config.exportDir !== null) {
          const { exportState } = await import('./exported-state.ts');
          await exportState(store, world, config.exportDir, { version, worldTime: clock.now(), exportedAt: realNow() });
          log.log('info', `the state of the world is in ${config.exportDir}`);
        }
      } finally {
        registry.close();
        for (const directory of directories.values()) directory.close();
        await journal.stop();
        await processes?.close();
        await store.close();
      }
    },
  };
}

/** Hosts of the world outside `.test`, for which the CA must be told that it may vouch. */
function foreignHosts(world: World): readonly string[] {
  const hosts = world.organizations.flatMap(({ hosts: { web, autodiscover, smtp } }) => [
    web,
    autodiscover,
    ...(smtp === null ? [] : [smtp]),
  ]);
  return hosts.filter((host) => !host.toLowerCase().endsWith('.test'));
}

function addWorldFaults(book: FaultBook, world: World): void {
  for (const { match, times, ...rule } of world.faults) {
    const { service: svc, organization: org, operation: op, host, user, traceId: trace } = match;
    book.add({ ...rule, match: { svc, org, op, host, user, trace }, ...(times === null ? {} : { times }) });
  }
}

/** The addresses under which this machine reaches listeners that are bound to a host. */
function addressesOf(host: string): readonly string[] {
  if (host === '0.0.0.0' || host === 'localhost') return ['127.0.0.1'];
  return host === '::' ? ['::1', '127.0.0.1'] : [host];
}
