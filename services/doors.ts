import type { Server } from 'node:net';
import { buildHostMap, type HostMap, type Listener } from '../shared/domain/organization/host-map.ts';
import type { Organization } from '../shared/domain/organization/organization.ts';
import type { HttpDoorOptions } from '../shared/service/http-door.ts';
import { catalogue } from './catalogue.ts';
import type { Config } from './config.ts';
import { type Foundation, version } from './foundation.ts';
import type { LocalApp } from './frontend/service.ts';
import { listen } from './listeners.ts';
import type { ListenerPorts } from './ports.ts';

/** The ports of a lab that are open, and how they are closed. */
export interface Doors {
  readonly organizations: readonly Organization[];
  /** The https port under which clients reach each organisation: the listener's own, or one told from outside. */
  readonly published: ReadonlyMap<string, number>;
  readonly hosts: () => HostMap;
  readonly proxyUrl: string | null;
  /** `address:port` of the plain-http gateway. */
  readonly http: string | null;
  publish(ports: ReadonlyMap<string, number>): void;
  close(graceMs: number): Promise<void>;
}

interface Closable {
  readonly server: Server;
  close(graceMs: number): Promise<void>;
}

/** Opens the front end of each organisation, the plain-http gateway and the forward proxy. */
export async function openDoors(config: Config, foundation: Foundation, ports: ListenerPorts): Promise<Doors> {
  const { journal, clock, identifiers, faults: seams, registry, certificates } = foundation;
  const organizations = (await registry.current()).all;
  const published = new Map<string, number>();
  const listeners = new Map<string, Listener>();
  const open: Closable[] = [];
  let gatewayListener: Listener | undefined;
  let hosts = buildHostMap({ organizations, listeners });
  const door: HttpDoorOptions = { recorder: journal, clock, identifiers, seams, version, traceHeaders: true };
  const bind = async (closable: Closable, port: number, purpose: string): Promise<Listener> => {
    const bound = await listen(closable.server, config.host, port, purpose);
    open.push(closable);
    return { address: dialable(config.host), port: bound };
  };
  const apps = await startServices(config, foundation, () => published);
  const close = async (graceMs: number): Promise<void> => {
    await Promise.all(open.map((closable) => closable.close(graceMs)));
    await Promise.all([...apps.values()].map((app) => app.close()));
  };
  try {
    if (config.services.has('frontend')) {
      const [{ createFrontend }, { createHttpGateway }] = await Promise.all([
        import('./frontend/service.ts'),
        import('./frontend/gateway.ts'),
      ]);
      for (const organization of organizations) {
        const { name } = organization;
        const frontend = await createFrontend({ ...door, organizations: [organization], defaultOrganization: name, apps, certificates });
        const listener = await bind(frontend, ports.organizations.get(name) ?? 0, `https of ${name}`);
        listeners.set(name, listener);
        published.set(name, listener.port);
      }
      gatewayListener = await bind(createHttpGateway({ ...door, organizations, publishedPorts: () => published }), ports.http, 'http');
    }
    hosts = buildHostMap({ organizations, listeners, gateway: gatewayListener, refused: foundation.world.refusedHosts });
    let proxyUrl: string | null = null;
    if (config.proxy && config.services.has('proxy')) {
      const { createForwardProxy } = await import('./proxy/service.ts');
      const { address, port } = await bind(createForwardProxy({ ...door, hosts: () => hosts }), ports.proxy, 'the forward proxy');
      proxyUrl = `http://${authorityOf({ address, port })}`;
    }
    return {
      organizations,
      published,
      hosts: () => hosts,
      proxyUrl,
      http: gatewayListener === undefined ? null : authorityOf(gatewayListener),
      publish(told) {
        for (const [name, port] of told) published.set(name, port);
      },
      close,
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}

async function startServices(
  config: Config,
  { store, registry, directory, faults: seams, identifiers }: Foundation,
  publishedPorts: () => ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, LocalApp & { close(): PromiseLike<unknown> }>> {
  const parts = {
    store,
    organizations: () => registry.current(),
    settings: registry.settings,
    directory,
    publishedPorts,
    seams,
    identifiers,
  };
  const apps = new Map<string, LocalApp & { close(): PromiseLike<unknown> }>();
  for (const [name, create] of Object.entries(catalogue)) {
    if (!(config.services as ReadonlySet<string>).has(name)) continue;
    const app = create(parts);
    await app.ready();
    apps.set(name, app);
  }
  return apps;
}

function authorityOf({ address, port }: Listener): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** An address under which this machine reaches a listener that binds all of them. */
function dialable(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
