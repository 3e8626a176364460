import { hash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { releaseQueues } from '../shared/domain/mailflow/queue-hold.ts';
import { releaseMoveRequests } from '../shared/domain/migration/move-hold.ts';
import type { NetworkFacts } from '../shared/domain/organization/dns-zones.ts';
import { egressAddress } from '../shared/domain/organization/mail-hosts.ts';
import type { ClockState, WorldClock } from '../shared/domain/world/clock.ts';
import { loadClockState } from '../shared/domain/world/clock-state.ts';
import { joinProcesses, type Processes } from '../shared/domain/world/processes.ts';
import type { OtherRunners } from '../shared/domain/world/timers.ts';
import type { World } from '../shared/domain/world/world.ts';
import type { FaultBook } from '../shared/faults/book.ts';
import type { Instant } from '../shared/kernel/clock.ts';
import type { CertificateShelf } from '../shared/net/certificate-shelf.ts';
import { everyScope } from '../shared/store/change-feed.ts';
import { controlScope } from '../shared/store/control-table.ts';
import type { Store } from '../shared/store/database.ts';
import { claimInstalled, putInstalled, readInstalled } from '../shared/store/installation-table.ts';
import { appliedScope, type ProcessListener, processScope } from '../shared/store/process-table.ts';
import { releaseTimers } from '../shared/store/timer-table.ts';
import type { Config } from './config.ts';
import { UsageError } from './flags.ts';

/** What is announced to the processes of a lab, by its kind. */
export const controls = {
  /** Configuration, clock, fault rules or ports outside are others. `fires`: timers that are due by the clock are run. */
  look: 'look',
  /** The same, and tokens and ways are forgotten. */
  forget: 'forget',
  /** What is in the journal is stored. */
  flush: 'flush',
  /** A fault rule has acted. */
  hit: 'hit',
  /** Mail and moves go as far as they can, and what they have left in the journal is stored. */
  settle: 'settle',
} as const;

/** How the other processes are told that something is not as it was. Each resolves when all that live have looked. */
export interface Onlookers {
  /** `forget`: what they remember of tokens and ways is void as well. */
  look(kind: 'look' | 'forget', payload?: object): Promise<void>;
  /** The same, unless they have been told since what this process knows of was changed: most cmdlets change nothing. */
  lookIfChanged(): Promise<void>;
}

/** What belongs to the processes and not to their world. */
const ofProcesses = new Set([processScope, appliedScope, controlScope]);

/** Counts what is committed, here or elsewhere, from now on. */
export function openOnlookers(store: Store, processes: Processes, faults: Pick<FaultBook, 'list'>): Onlookers {
  let changes = 0;
  let told = 0;
  store.changes.watch(everyScope, (scope) => {
    if (!ofProcesses.has(scope)) changes += 1;
  });
  const areRulesShared = async (): Promise<boolean> => (await readInstalled(store.read, 'faults')) === rulesOf(faults);
  const look: Onlookers['look'] = async (kind, payload) => {
    // What is committed while they look, they may have missed.
    const seen = changes;
    if (!(await areRulesShared())) await shareFaults(store, faults);
    await processes.announce(controls[kind], payload);
    told = Math.max(told, seen);
  };
  return {
    look,
    async lookIfChanged() {
      if (changes !== told || !(await areRulesShared())) await look('look');
    },
  };
}

/** The runners of timers in the other processes. */
export function otherRunners(store: Store, onlookers: Onlookers): OtherRunners {
  return { alone: (work) => store.alone('clock', work), follow: () => onlookers.look('look', { fires: true }) };
}

/** Enters this process among those that share the store, with what it serves. */
export function joinLab(
  store: Store,
  world: World,
  { services, organizations }: Pick<Config, 'services' | 'organizations'>,
  self: string,
  onDefect: (error: unknown) => void,
): Promise<Processes> {
  const names = world.organizations.map(({ name }) => name);
  const served = names.filter((name) => organizations === null || organizations.has(name.toLowerCase()));
  return joinProcesses({
    ...{ store, self, onDefect, facts: { services: [...services], organizations: served } },
    async bury(tx, id) {
      await releaseTimers(tx, id);
      for (const name of names) {
        await releaseQueues(tx, name, id);
        await releaseMoveRequests(tx, name, { name: id });
      }
    },
  });
}

/** Keys and certificates in the store; whoever reads the database is trusted with them. */
export function storeShelf(store: Store): CertificateShelf {
  const named = (name: string): string => `certificate/${name}`;
  return {
    read: (name) => readInstalled(store.read, named(name)),
    claim: (name, text) => store.transaction((tx) => claimInstalled(tx, named(name), text)),
    put: (name, text) => store.transaction((tx) => putInstalled(tx, named(name), text)),
  };
}

/** How the world of a store began, by which every process puts it back. */
export interface Beginning {
  readonly clock: ClockState;
  readonly startedAt: Instant;
}

/**
 * Agrees upon how the world began, while no other process does: the first to come decides, the others follow its clock. Throws a
 * {@link UsageError} where processes that live serve another world.
 */
export async function agreeUpon(
  store: Store,
  processes: Pick<Processes, 'live' | 'self'>,
  world: World,
  clock: Pick<WorldClock, 'restore'>,
  beginning: Beginning,
): Promise<Beginning> {
  const own: Agreement = { ...beginning, world: world.name, digest: digestOf(world) };
  // Those that came before it have agreed, or wait for their turn.
  const isFirst = processes.live()[0]?.id === processes.self;
  if (isFirst) {
    await store.transaction(async (tx) => {
      await putInstalled(tx, 'beginning', JSON.stringify(own));
      await putInstalled(tx, 'published', '[]');
    });
    return own;
  }
  const agreed = await store.transaction((tx) => claimInstalled(tx, 'beginning', JSON.stringify(own)));
  const theirs = JSON.parse(agreed) as Agreement;
  if (theirs.world !== own.world)
    throw new UsageError(`--persist: processes that share this database serve the world ${theirs.world}, not ${own.world}`);
  if (theirs.digest !== own.digest)
    throw new UsageError(
      `--persist: processes that share this database serve another world of the name ${own.world}: its file, --seed or --era is not the same`,
    );
  const kept = await loadClockState(store.read);
  if (kept !== undefined) clock.restore(kept);
  return theirs;
}

/** What is kept of a beginning. */
type Agreement = Beginning & {
  readonly world: string;
  /** Of all that the world says but its clock, which whoever comes later follows. */
  readonly digest: string;
};

function digestOf({ clock: _clock, ...world }: World): string {
  return hash('sha256', JSON.stringify(world));
}

/** Gives the fault rules of this process to all. */
export async function shareFaults(store: Store, faults: Pick<FaultBook, 'list'>): Promise<void> {
  const rules = rulesOf(faults);
  await store.transaction((tx) => putInstalled(tx, 'faults', rules));
}

function rulesOf(faults: Pick<FaultBook, 'list'>): string {
  return JSON.stringify(faults.list().map(({ matched: _matched, acted: _acted, ...rule }) => rule));
}

/** Takes the fault rules of all over: those that stand here already go on counting. */
export async function followFaults(store: Store, faults: FaultBook): Promise<void> {
  const rules = JSON.parse((await readInstalled(store.read, 'faults')) ?? '[]') as readonly { readonly id: string }[];
  const texts = new Map(rules.map((rule) => [rule.id, JSON.stringify(rule)]));
  for (const { matched: _matched, acted: _acted, ...rule } of faults.list())
    if (texts.get(rule.id) === JSON.stringify(rule)) texts.delete(rule.id);
    else faults.remove(rule.id);
  for (const rule of rules) if (texts.has(rule.id)) faults.add(rule);
}

/** The ports outside that all processes were told of. */
export async function publishedOutside(store: Store): Promise<ReadonlyMap<string, number>> {
  return new Map(JSON.parse((await readInstalled(store.read, 'published')) ?? '[]') as readonly (readonly [string, number])[]);
}

/** Tells all processes of ports outside. */
export async function publishOutside(store: Store, told: ReadonlyMap<string, number>): Promise<void> {
  const all = new Map([...(await publishedOutside(store)), ...told]);
  await store.transaction((tx) => putInstalled(tx, 'published', JSON.stringify([...all])));
}

/** Where the servers of a lab are that several processes share. */
export function networkOf(processes: Processes, own: string, refused: readonly string[]): NetworkFacts {
  const unique = (addresses: readonly string[]): readonly string[] => [...new Set(addresses)];
  const listeners = (): readonly ProcessListener[] => processes.live().flatMap((one) => one.listeners);
  return {
    refused,
    get addresses() {
      return unique([own, ...listeners().map(({ address }) => address)]);
    },
    of: (owner, kind) => unique(listeners().flatMap((one) => (one.owner === owner && one.kind === kind ? [one.address] : []))),
    state: () => JSON.stringify(listeners()),
    egress: ['127.0.0.1'],
  };
}

/** As which servers that send mail are known: on a machine of its own a process that serves one organisation is that one's. */
export function senderNames(processes: Processes, { organizations }: World): (address: string) => string | undefined {
  return (address) => {
    const bare = address.replace(/^::ffff:/i, '');
    if (bare.startsWith('127.')) return undefined;
    const sender = processes
      .live()
      .find(({ services, listeners }) => services.includes('smtp') && listeners.some((one) => one.address === bare));
    const [only, ...others] = sender?.organizations ?? [];
    return only === undefined || others.length > 0 ? undefined : egressAddress(organizations, only, ['127.0.0.1']);
  };
}

/** Where the other processes reach listeners that are bound to a host. */
export function advertisedAddress({ host, advertise }: Pick<Config, 'host' | 'advertise'>): string {
  if (advertise !== null) return advertise;
  if (host !== '0.0.0.0' && host !== '::') return host === 'localhost' ? '127.0.0.1' : host;
  const outside = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return outside.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
