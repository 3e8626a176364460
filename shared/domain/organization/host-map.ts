import { Refusal } from '../../kernel/refusal.ts';
import { certificateNames, type Organization } from './organization.ts';

/** A socket address that something of ours listens on. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** Where a name leads: the https listener of an organisation, or nowhere (`refused`: the name exists, nothing listens). */
export type HostEntry = (Listener & { readonly organization: string }) | 'refused';

/** Every name that exists here, and what becomes of a connection to it. */
export interface HostMap {
  /** By name in lower case, Microsoft's own spellings included. */
  readonly hosts: ReadonlyMap<string, HostEntry>;
  /**
   * Where a connection to `host:port` goes. A name answers on 443, on its listener's own port and, where there is a
   * plain-http gateway, on 80 and the gateway's port; `localhost` and loopback addresses answer on our listeners'
   * ports. `unknown`: no such name. `refused`: the name exists and nothing listens there.
   */
  resolve(host: string, port: number): Listener | 'unknown' | 'refused';
}

/**
 * Names that clients have built in, and the spelling they have here. They never leave this machine: the forward proxy
 * and the certificates answer them with our own hosts. Names: reference auth.md part 8, ews.md 4.6.
 */
export const microsoftNames: Readonly<Record<string, string>> = {
  'outlook.office365.com': 'outlook.office365.test',
  'outlook.office.com': 'outlook.office365.test',
  'autodiscover-s.outlook.com': 'autodiscover-s.outlook.test',
  'autodiscover.outlook.com': 'autodiscover-s.outlook.test',
  'login.microsoftonline.com': 'login.microsoftonline.test',
  'login.windows.net': 'login.microsoftonline.test',
  'login.microsoft.com': 'login.microsoftonline.test',
  'sts.windows.net': 'login.microsoftonline.test',
  'accounts.accesscontrol.windows.net': 'accounts.accesscontrol.test',
  'graph.microsoft.com': 'graph.microsoft.test',
  'nexus.microsoftonline-p.com': 'nexus.microsoftonline-p.test',
  'domains.live.com': 'domains.live.test',
};

/** What the map is made from. `listeners`: the https listener by organisation; one that is absent is not running. */
export interface HostMapSources {
  readonly organizations: readonly Organization[];
  readonly listeners: ReadonlyMap<string, Listener>;
  /** The plain-http gateway. */
  readonly gateway?: Listener | undefined;
  /** Further names that exist and refuse every connection. */
  readonly refused?: readonly string[];
}

/**
 * The map of a world. Accepted domains exist and refuse connections, unless they are a host of their own; so do
 * Microsoft's names whose service is not running. Throws a {@link Refusal} `DuplicateHostName` when two organisations
 * claim one name.
 */
export function buildHostMap(sources: HostMapSources): HostMap {
  const hosts = new Map<string, HostEntry>();
  for (const organization of sources.organizations) {
    const listener = sources.listeners.get(organization.name);
    const entry = listener === undefined ? 'refused' : { organization: organization.name, address: listener.address, port: listener.port };
    for (const name of hostNames(organization)) {
      if (hosts.has(name)) throw new Refusal('DuplicateHostName', { detail: `two organisations claim ${name}`, values: { Host: name } });
      hosts.set(name, entry);
    }
  }
  const refused = [...sources.organizations.flatMap(({ domains }) => domains), ...(sources.refused ?? [])];
  for (const name of refused) if (!hosts.has(name.toLowerCase())) hosts.set(name.toLowerCase(), 'refused');
  for (const [real, ours] of Object.entries(microsoftNames)) hosts.set(real, hosts.get(ours) ?? 'refused');

  const own = [...sources.listeners.values(), ...(sources.gateway === undefined ? [] : [sources.gateway])];
  const resolve: HostMap['resolve'] = (host, port) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    if (isLoopbackName(name)) return own.find((listener) => listener.port === port) ?? 'refused';
    const entry = hosts.get(name);
    if (entry === undefined) return 'unknown';
    if (entry === 'refused') return 'refused';
    if (port === 443 || port === entry.port) return { address: entry.address, port: entry.port };
    if (sources.gateway !== undefined && (port === 80 || port === sources.gateway.port)) return sources.gateway;
    return 'refused';
  };
  return { hosts, resolve };
}

/** Microsoft's own spellings of an organisation's hosts: they belong in its certificate beside the names it has here. */
export function realSpellings(organization: Organization): readonly string[] {
  const own = new Set(certificateNames(organization));
  return Object.entries(microsoftNames).flatMap(([real, ours]) => (own.has(ours) ? [real] : []));
}

/** True for names and addresses by which a machine reaches itself. */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function hostNames(organization: Organization): readonly string[] {
  return [...new Set([...certificateNames(organization), ...organization.hosts.redirectOnly].map((name) => name.toLowerCase()))];
}
