import type { AddressInfo, Server } from 'node:net';
import type { ForwardProxyOptions } from '../../../services/proxy/options.ts';
import { createForwardProxy, type ForwardProxy } from '../../../services/proxy/service.ts';
import { buildHostMap, type Listener } from '../../../shared/domain/organization/host-map.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { type FrontendLab, openFrontendLab } from '../frontend/lab.ts';

/** Ports of the listeners behind a proxy; what is absent is not running. */
export type ListenerPorts = Partial<Record<'contoso' | 'contoso-cloud' | 'azure-auth' | 'gateway', number>>;

/** Front ends, and proxies before them. */
export interface ProxyLab extends FrontendLab {
  openProxy(listeners: ListenerPorts, changes?: Partial<ForwardProxyOptions>): Promise<{ port: number; proxy: ForwardProxy }>;
  /** Lets a server of the test listen until the lab closes; gives its port. */
  listen(server: Server): Promise<number>;
}

export async function openProxyLab(): Promise<ProxyLab> {
  const lab = await openFrontendLab();
  const closing: (() => unknown)[] = [];
  const listening = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  return {
    ...lab,
    async openProxy(listeners, changes = {}) {
      const map = hostMap(listeners);
      const proxy = createForwardProxy({ ...lab.options, hosts: () => map, ...changes });
      closing.push(() => proxy.close(0));
      return { port: await listening(proxy.server), proxy };
    },
    listen(server) {
      closing.push(() => new Promise((resolve) => server.close(resolve)));
      return listening(server);
    },
    async close(options) {
      for (const step of closing.reverse()) await step();
      await lab.close(options);
    },
  };
}

function hostMap({ gateway, ...https }: ListenerPorts) {
  const listeners = new Map<string, Listener>();
  for (const [name, port] of Object.entries(https)) listeners.set(name, { address: '127.0.0.1', port });
  return buildHostMap({
    organizations: [contoso, contosoCloud],
    listeners,
    gateway: gateway === undefined ? undefined : { address: '127.0.0.1', port: gateway },
  });
}
