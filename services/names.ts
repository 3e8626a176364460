import { isIP } from 'node:net';
import { answerQuestion } from '../shared/domain/organization/dns-answer.ts';
import { buildZones, type NetworkFacts, type Zones } from '../shared/domain/organization/dns-zones.ts';
import { type HostMap, isLoopbackName } from '../shared/domain/organization/host-map.ts';
import type { Organizations, Registry } from '../shared/domain/organization/registry.ts';
import type { Settings } from '../shared/domain/organization/settings.ts';
import type { Clock } from '../shared/kernel/clock.ts';
import type { ResourceRecord } from '../shared/kernel/resource-record.ts';
import type { Resolve } from '../shared/net/dialer.ts';
import { createNameCache, type NameCache } from '../shared/net/dns-cache.ts';

/** How names are resolved in a lab: the records, and what the servers of the world remember of them. */
export interface Names {
  /** As they are now. */
  zones(): Promise<Zones>;
  /** What the servers know: a change is seen when what was known before has expired. */
  readonly cache: NameCache;
  /** Where a server's connection goes: the name by its records, the address and the port by what listens there. */
  readonly resolve: Resolve;
  /**
   * The same for a listener that a client named, who wants to be called: it may also be any port of this machine's own or of a
   * neighbour's, but for the control port. Nothing beyond them is ever reached.
   */
  readonly resolveListener: Resolve;
}

/**
 * @param hosts what listens under which name, as it is when asked
 * @param machine the port that no client may have called, and whether an address is a neighbour's
 * @param settled resolves when {@link hosts} tells what has been set by now
 */
export function openNames(
  registry: Pick<Registry, 'current' | 'settings'>,
  network: NetworkFacts,
  clock: Clock,
  hosts: () => HostMap,
  { controlPort, isNeighbour }: { readonly controlPort: number; readonly isNeighbour: (address: string) => boolean },
  settled: () => Promise<void>,
): Names {
  let made:
    | { readonly organizations: Organizations; readonly settings: Settings; readonly state: string; readonly zones: Zones }
    | undefined;
  const zones = async (): Promise<Zones> => {
    const settings = await registry.settings('');
    const organizations = await registry.current();
    const state = network.state?.() ?? '';
    if (made?.organizations !== organizations || made.settings !== settings || made.state !== state) {
      made = { organizations, settings, state, zones: buildZones({ organizations: organizations.all, network, settings }) };
    }
    return made.zones;
  };
  const cache = createNameCache({ clock, ask: async (question) => answerQuestion(await zones(), question) });
  const machines = new Set<string>();
  /** The addresses that servers know, and the name that they are of. */
  const addressesOf = async (host: string): ReturnType<typeof askedFor> => {
    const now = network.addresses;
    for (const address of now) machines.add(address);
    const known = await askedFor(cache, host);
    // That a process has come back on another machine is nothing that happens in the world: there its server is where it was.
    const hasMoved = known.addresses.some((address) => machines.has(address)) && !known.addresses.some((address) => now.includes(address));
    if (!hasMoved) return known;
    for (const type of families) cache.forget(host, type);
    return askedFor(cache, host);
  };
  const names: Pick<Names, 'resolve'> = {
    async resolve(host, port) {
      await settled();
      if (isLoopbackName(host) || isIP(host) !== 0) return hosts().resolve(host, port);
      const { name, addresses } = await addressesOf(host);
      if (addresses.length === 0) return 'unknown';
      // All listeners share their address, so it is the name at the end of the aliases that tells them apart.
      if (!addresses.some((address) => network.addresses.includes(address))) return 'refused';
      const target = hosts().resolve(name, port);
      if (typeof target !== 'string') return target;
      const owner = (await zones()).ownerOf(name);
      const atOwner = owner === undefined || hosts().hosts.get(name) !== undefined ? 'refused' : hosts().resolve(owner.hosts.web, port);
      return atOwner === 'unknown' ? 'refused' : atOwner;
    },
  };
  return {
    ...names,
    zones,
    cache,
    resolveListener(host, port) {
      if (!isLoopbackName(host) && !isNeighbour(host)) return names.resolve(host, port);
      return port === controlPort ? 'refused' : { address: host === 'localhost' ? '127.0.0.1' : host, port };
    },
  };
}

const families = ['A', 'AAAA'];

/** Of both families, and the name that they are of. */
async function askedFor(cache: NameCache, host: string): Promise<{ readonly name: string; readonly addresses: readonly string[] }> {
  const answers = (await Promise.all(families.map(async (type) => (await cache.lookUp(host, type)).answers))).flat();
  const found = answers.flatMap((record) => (record.type === 'A' || record.type === 'AAAA' ? [record] : []));
  return { name: nameOf(found[0], host), addresses: found.map(({ address }) => address) };
}

function nameOf(record: ResourceRecord | undefined, host: string): string {
  return record?.name ?? host;
}
