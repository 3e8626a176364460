import { buildHostMap, type HostMap, type Listener } from '../shared/domain/organization/host-map.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import { authenticationService } from '../shared/domain/world/vocabulary.ts';
import { didYouMean } from '../shared/kernel/nearest.ts';
import { createDialer, type Dialer } from '../shared/net/dialer.ts';
import type { HttpDoorOptions } from '../shared/service/http-door.ts';
import { orTryAgain } from '../shared/store/database-away.ts';
import type { ProcessListener } from '../shared/store/process-table.ts';
import type { SignInControl } from './azure-auth/sign-in-control.ts';
import { openBackDoor, openBackLinks } from './back-doors.ts';
import { catalogue } from './catalogue.ts';
import type { Config } from './config.ts';
import { isWithin } from './distribution-flags.ts';
import { UsageError } from './flags.ts';
import { type Foundation, version } from './foundation.ts';
import { gather, gatherAll, hostSources, inTurn, type Listeners } from './gathered-listeners.ts';
import { listen, listenDatagrams } from './listeners.ts';
import { type MailDoors, openMail } from './mail-doors.ts';
import { openMoving } from './move-doors.ts';
import { type Names, openNames } from './names.ts';
import { offeredTls } from './offered-tls.ts';
import { openPerimeters, type Perimeters } from './perimeter-doors.ts';
import type { ListenerPorts } from './ports.ts';
import { type Apps, appOpener } from './running-services.ts';
import { type Closable, type Opening, openAuthority, openFrontends, openProxy, openSharedHttps, spellingOf } from './web-doors.ts';
import type { Waking } from './woken-worker.ts';

/** The ports of a lab that are open, and how they are closed. */
export interface Doors {
  readonly organizations: readonly Organization[];
  /** The https port under which clients reach each organisation, and `azure-auth`: the listener's own, or one told from outside. */
  readonly published: ReadonlyMap<string, number>;
  /** The ports that were told from outside. */
  readonly told: ReadonlyMap<string, number>;
  readonly hosts: () => HostMap;
  /** The way from server to server: every name leads to a listener here, or nowhere. */
  readonly dialer: Pick<Dialer, 'https' | 'hold' | 'imap'>;
  /** The hold of the authentication service's sign-ins; undefined where it does not run. */
  signIns(): Promise<SignInControl | undefined>;
  /** Has mail sent and mailboxes moved that an earlier run, or another process, has left. */
  work(): void;
  /** Loads what the lab was ready without, in a moment. */
  loadLate(): void;
  /** What the lab listens on: where several processes share it, in all of them. */
  readonly listeners: () => Listeners;
  /** Makes the servers forget where others are: the names that they have asked for, and the connections that stand. */
  forgetWays(): void;
  /** Lets go of the connections between servers that stand. */
  forgetConnections(): void;
  /** Resolves when no mail can be sent now. */
  mailSent(): Promise<void>;
  /** Resolves when no move of a mailbox can go on now. */
  moved(): Promise<void>;
  publish(ports: ReadonlyMap<string, number>): void;
  /** Resolves when names lead where it has been set by now: to a device in front of an organisation, or to its servers. */
  settled(): Promise<void>;
  close(graceMs: number): Promise<void>;
}

/** Whoever waits for the ready line is told first. */
const lateMs = 100;

/** Opens the front end of each organisation, the authentication service, the plain-http gateway, the forward proxy, SMTP and DNS. */
export async function openDoors(config: Config, foundation: Foundation, ports: ListenerPorts): Promise<Doors> {
  const { journal, clock, identifiers, seams, patience, registry, certificates, processes } = foundation;
  const organizations = (await registry.current()).all;
  const own = ownOrganizations(organizations, config);
  const published = new Map<string, number>();
  const toldPorts = new Map<string, number>();
  const listeners = new Map<string, Listener>();
  const mine: ProcessListener[] = [];
  let devices: ReadonlyMap<string, Listener> = new Map();
  let all: Listeners = new Map();
  const open: Closable[] = [];
  /** What listens here, by its port. */
  const local = new Map<number, Closable>();
  let hosts = buildHostMap({ organizations, listeners });
  let perimeters: Perimeters | undefined;
  let publishing: Promise<void> | undefined;
  const settled = async (): Promise<void> => {
    await perimeters?.settled();
    await publishing;
  };
  const machine = { controlPort: ports.control, isNeighbour: isWithin(config.neighbours) };
  const names = openNames(registry, foundation.network, clock, () => hosts, machine, settled);
  const { resolve, resolveListener } = names;
  const tlsOf = async (organization: string): Promise<ReturnType<typeof offeredTls>> => offeredTls(await registry.settings(organization));
  const dialer = createDialer({ resolve, resolveListener, caPem: certificates.caPem, tlsOf, clock, recorder: journal, seams, patience });
  const door: HttpDoorOptions = { recorder: journal, clock, identifiers, seams, patience, version, traceHeaders: true };
  const ending = new AbortController();
  const openApp = appOpener(foundation, {
    publishedPorts: () => published,
    dialer,
    names: names.cache,
    spell: spellingOf(config),
    ending: ending.signal,
  });
  const apps: Apps = new Map([...config.services].flatMap((name) => (name in catalogue ? [[name, openApp(name)]] : [])));
  const hiddenAuthority = openApp(authenticationService);
  let lateTimer: NodeJS.Timeout | undefined;
  let mail: MailDoors | undefined;
  let moving: Waking | undefined;
  let unwatch: (() => void) | undefined;
  const close = async (graceMs: number): Promise<void> => {
    clearTimeout(lateTimer);
    unwatch?.();
    ending.abort();
    await Promise.all([mail?.stop(), moving?.stop(), perimeters?.stop()]);
    await Promise.all(open.map((closable) => closable.close(graceMs)));
    await Promise.all([...apps.values(), hiddenAuthority].map((app) => app.close()));
    await dialer.close();
  };
  const bind: Opening['bind'] = async (closable, port, purpose) => {
    const bound = await listen(closable.server, config.host, port, purpose);
    open.push(closable);
    const listener = { address: foundation.address, port: bound };
    local.set(bound, closable);
    closable.server.once('close', () => local.delete(bound));
    return listener;
  };
  const rebuild = (): void => {
    const { refusedHosts: refused } = foundation.world;
    all = processes === undefined ? gather(ownListeners(mine, listeners, devices)) : gatherAll(processes.live());
    hosts = inTurn(buildHostMap({ ...hostSources(all), organizations, refused }), all);
    published.clear();
    for (const [owner, { port }] of hostSources(all).listeners) published.set(owner, toldPorts.get(owner) ?? port);
  };
  /** Says what this process listens on; its own view follows that of all. */
  const tell = (): void => {
    publishing = processes?.publish(ownListeners(mine, listeners, devices)).catch(orTryAgain(tell, foundation.failed));
    if (processes === undefined) rebuild();
  };
  try {
    const { settings } = registry;
    const links = await openBackLinks(config, foundation);
    const places = { organizations: own, everyone: organizations, ports, published, listeners };
    const opening: Opening = { ...places, config, certificates, door, apps, settings, links, bind };
    await openAuthority(opening);
    await openFrontends(opening, mine);
    const back = await openBackDoor(config, foundation, { door, apps, organizations });
    if (back !== undefined) mine.push({ kind: 'back', owner: '', ...(await bind(back, ports.back, 'requests from front ends')) });
    mail = await openMail({ config, ports, foundation, organizations: own, dialer, names: names.cache, bind });
    mine.push(...(mail?.listeners ?? []));
    moving = openMoving({ config, foundation, organizations, dialer });
    unwatch = processes?.watch(rebuild);
    const changed = (now: ReadonlyMap<string, Listener>): void => {
      devices = now;
      tell();
    };
    perimeters = openPerimeters({ config, foundation, organizations: own, ports, fronts: listeners, door, bind, changed });
    await perimeters?.settled();
    await openProxy(opening, mine, () => hosts);
    await openDns(opening, mine, names);
    tell();
    await publishing;
    rebuild();
    await openSharedHttps(opening, (name) => {
      const entry = hosts.hosts.get(name);
      const own = entry === undefined || entry === 'refused' ? undefined : (devices.get(entry.owner) ?? listeners.get(entry.owner));
      return own && local.get(own.port);
    });
    return {
      organizations,
      published,
      told: toldPorts,
      hosts: () => hosts,
      dialer,
      listeners: () => all,
      forgetWays() {
        names.cache.clear();
        dialer.forget();
      },
      forgetConnections: () => dialer.forget(),
      async signIns() {
        // What the service knows is in the store: where another process runs it, this one's looks at the same.
        const isElsewhere = processes?.live().some(({ services }) => services.includes(authenticationService)) === true;
        const its = apps.get(authenticationService) ?? (isElsewhere ? hiddenAuthority : undefined);
        const [app, { signInControl }] = await Promise.all([its?.load(), import('./azure-auth/service.ts')]);
        return app?.getDecorator<SignInControl>(signInControl);
      },
      work() {
        mail?.begin();
        moving?.begin();
      },
      loadLate() {
        lateTimer = setTimeout(() => {
          // What cannot be loaded now is loaded, or told of, by its first request.
          for (const app of apps.values()) app.load().catch(() => {});
        }, lateMs).unref();
      },
      mailSent: async () => mail?.settled(),
      moved: async () => moving?.settled(),
      settled,
      publish(told) {
        for (const [name, port] of told) toldPorts.set(name, port);
        rebuild();
      },
      close,
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}

/** udp and tcp share a port; where the system chooses it, another one is taken when only one of them is free. */
async function openDns({ config, door, ports, bind }: Opening, mine: ProcessListener[], { zones }: Names): Promise<void> {
  if (!config.dns || !config.services.has('dns')) return;
  const { createDnsListener } = await import('./dns/listener.ts');
  for (let attempt = 1; ; attempt += 1) {
    const listener = createDnsListener({ ...door, zones }, config.host);
    try {
      const port = await listenDatagrams(listener.datagrams, config.host, ports.dns, 'DNS over udp');
      mine.push({ kind: 'dns', owner: '', ...(await bind(listener, port, 'DNS over tcp')) });
      return;
    } catch (error) {
      await listener.close(0);
      if (ports.dns !== 0 || attempt === 5) throw error;
    }
  }
}

/** Those of the world that this process opens listeners for. Throws a {@link UsageError} for a name that is none of them. */
function ownOrganizations(all: readonly Organization[], { organizations: wanted, origins }: Config): readonly Organization[] {
  if (wanted === null) return all;
  const names = all.map(({ name }) => name.toLowerCase());
  const unknown = [...wanted].find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${origins.organizations}: the world has no organisation ${unknown}${didYouMean(unknown, names)}`);
  return all.filter(({ name }) => wanted.has(name.toLowerCase()));
}

function ownListeners(
  others: readonly ProcessListener[],
  fronts: ReadonlyMap<string, Listener>,
  devices: ReadonlyMap<string, Listener>,
): readonly ProcessListener[] {
  const ofKind = (kind: ProcessListener['kind'], some: ReadonlyMap<string, Listener>): readonly ProcessListener[] =>
    [...some].map(([owner, { address, port }]) => ({ kind, owner, address, port }));
  return [...ofKind('https', fronts), ...ofKind('perimeter', devices), ...others];
}
