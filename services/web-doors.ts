import type { Server as WebServer } from 'node:http';
import type { Server } from 'node:net';
import { asItIs, type Spelling } from '../shared/domain/organization/advertised-urls.ts';
import { type HostMap, type Listener, realSpelling } from '../shared/domain/organization/host-map.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import { authenticationService } from '../shared/domain/world/vocabulary.ts';
import type { HttpDoorOptions } from '../shared/service/http-door.ts';
import type { ProcessListener } from '../shared/store/process-table.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { BackLinks } from './frontend/back-links.ts';
import type { ListenerPorts } from './ports.ts';
import type { Apps } from './running-services.ts';

/** What listens, and how it ends. */
export interface Closable {
  readonly server: Server;
  readonly carriers?: readonly WebServer[];
  close(graceMs: number): Promise<void>;
}

/** What is needed to open a listener; `bind` binds it and sees to it that it is closed with the others. */
export interface Opening {
  readonly config: Config;
  readonly certificates: Foundation['certificates'];
  /** Those that this process opens listeners for. */
  readonly organizations: readonly Organization[];
  readonly everyone: readonly Organization[];
  readonly ports: ListenerPorts;
  readonly door: HttpDoorOptions;
  readonly apps: Apps;
  readonly settings: Foundation['registry']['settings'];
  /** The front ends' way to services in other processes. */
  readonly links: BackLinks | undefined;
  readonly published: Map<string, number>;
  /** The https listeners that are open. */
  readonly listeners: Map<string, Listener>;
  bind(closable: Closable, port: number, purpose: string): Promise<Listener>;
}

/** https of the authentication service, where it runs here. */
export async function openAuthority({ door, apps, certificates, ports, bind, listeners, published }: Opening): Promise<void> {
  const app = apps.get(authenticationService);
  if (app === undefined) return;
  const { createAuthorityListener } = await import('./azure-auth/listener.ts');
  const authority = await createAuthorityListener({ ...door, certificates, app, graph: apps.get('graph') });
  const listener = await bind(authority, ports.azureAuth, 'https of the authentication service');
  listeners.set(authenticationService, listener);
  published.set(authenticationService, listener.port);
}

/** https of each organisation whose doors are here, and http of all names. */
export async function openFrontends(opening: Opening, mine: ProcessListener[]): Promise<void> {
  const { config, door, apps, certificates, settings, links, organizations, ports, bind, listeners, published } = opening;
  if (!config.services.has('frontend')) return;
  const [{ createFrontend }, { createHttpGateway }] = await Promise.all([import('./frontend/service.ts'), import('./frontend/gateway.ts')]);
  for (const organization of organizations) {
    const { name } = organization;
    const own = { organizations: [organization], defaultOrganization: name };
    const frontend = await createFrontend({ ...door, ...own, apps, certificates, settings, links });
    const listener = await bind(frontend, ports.organizations.get(name) ?? 0, `https of ${name}`);
    listeners.set(name, listener);
    published.set(name, listener.port);
  }
  // Whichever is asked knows every name: port 80 of all leads to any of them.
  const gateway = createHttpGateway({
    ...door,
    organizations: opening.everyone,
    publishedPorts: () => published,
    spell: spellingOf(config),
  });
  mine.push({ kind: 'http', owner: '', ...(await bind(gateway, ports.http, 'http')) });
}

/** https of all names together, each led to its own listener: a client in a network of containers finds every name at 443. */
export async function openSharedHttps({ ports, bind }: Opening, listenerOf: (name: string) => Closable | undefined): Promise<void> {
  if (ports.sharedHttps === null) return;
  const { createNameSplitter } = await import('../shared/service/name-splitter.ts');
  await bind(createNameSplitter(listenerOf), ports.sharedHttps, 'https of all names');
}

/** The forward proxy, where it is wanted here. */
export async function openProxy({ config, door, ports, bind }: Opening, mine: ProcessListener[], hosts: () => HostMap): Promise<void> {
  if (!config.proxy || !config.services.has('proxy')) return;
  const { createForwardProxy } = await import('./proxy/service.ts');
  mine.push({ kind: 'proxy', owner: '', ...(await bind(createForwardProxy({ ...door, hosts }), ports.proxy, 'the forward proxy')) });
}

/** How addresses that are given out are spelt. */
export function spellingOf({ realNames }: Config): Spelling {
  return realNames ? realSpelling : asItIs;
}
