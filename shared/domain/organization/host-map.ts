import { Refusal } from '../../kernel/refusal.ts';
import { authenticationHosts, authenticationService } from '../world/vocabulary.ts';
import { mailHosts } from './mail-hosts.ts';
import { certificateNames, type Organization } from './organization.ts';

/** A socket address that something of ours listens on. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/**
 * Where a name leads: the https listener of its owner, an organisation or `azure-auth`, or nowhere (`refused`: the name
 * exists, nothing listens).
 */
export type HostEntry =
  | (Listener & { readonly owner: string /** It is the device in front of its owner that listens. */; readonly isDevice?: true })
  | 'refused';

/** Every name that exists here, and what becomes of a connection to it. */
export interface HostMap {
  /** By name in lower case, Microsoft's own spellings included. */
  readonly hosts: ReadonlyMap<string, HostEntry>;
  /**
   * Where a connection to `host:port` goes. A name answers on 443, on its listener's own port and, where there is a
   * plain-http gateway, on 80 and the gateway's port; hosts of mail on 25 and their listener's port; `localhost` and loopback addresses answer on our listeners'
   * ports. `unknown`: no such name. `refused`: the name exists and nothing listens there.
   */
  resolve(host: string, port: number): Listener | 'unknown' | 'refused';
}

/**
 * Names that clients have built in, and the spelling they have here. They never leave this machine: the forward proxy
 * and the certificates answer them with our own hosts.
 */
export const microsoftNames: Readonly<Record<string, string>> = {
  'outlook.office365.com': 'outlook.office365.test',
  'outlook.office.com': 'outlook.office365.test',
  'smtp.office365.com': 'smtp.office365.test',
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
  'login.live.com': 'login.live.test',
  'nexus.passport.com': 'nexus.passport.test',
};

/** The names of the authentication service, Microsoft's own spellings included. */
export const authenticationNames: readonly string[] = [...authenticationHosts, ...spellingsOf(new Set(authenticationHosts))];

/** What the map is made from. `listeners`: the https listener by organisation, and that of `azure-auth`; one that is absent is not running. */
export interface HostMapSources {
  readonly organizations: readonly Organization[];
  readonly listeners: ReadonlyMap<string, Listener>;
  /** Devices in front of organisations, by organisation: names lead to them instead. */
  readonly perimeters?: ReadonlyMap<string, Listener> | undefined;
  /** The listener of port 25 by organisation. */
  readonly mailListeners?: ReadonlyMap<string, Listener> | undefined;
  /** The plain-http gateway. */
  readonly gateway?: Listener | undefined;
  /** Further names that exist and refuse every connection. */
  readonly refused?: readonly string[];
}

/**
 * The map of a world. Accepted domains exist and refuse connections, unless they are a host of their own; so do
 * Microsoft's names whose service is not running. Throws a {@link Refusal} `DuplicateHostName` when two organisations
 * claim one name, or one claims a name of the authentication service.
 */
export function buildHostMap(sources: HostMapSources): HostMap {
  const hosts = new Map<string, HostEntry>();
  const owners = [
    ...sources.organizations.map((organization) => ({ owner: organization.name, names: hostNames(organization) })),
    { owner: authenticationService, names: authenticationHosts },
  ];
  for (const { owner, names } of owners) {
    const device = sources.perimeters?.get(owner);
    const listener = device ?? sources.listeners.get(owner);
    const entry: HostEntry =
      listener === undefined
        ? 'refused'
        : { owner, address: listener.address, port: listener.port, ...(device === undefined ? {} : { isDevice: true }) };
    for (const name of names) {
      if (hosts.has(name)) throw new Refusal('DuplicateHostName', { detail: `${name} has two owners`, values: { Host: name } });
      hosts.set(name, entry);
    }
  }
  const mail = new Map<string, Listener>();
  for (const organization of sources.organizations) {
    const listener = sources.mailListeners?.get(organization.name);
    if (listener !== undefined) for (const name of mailHosts(organization)) if (!mail.has(name)) mail.set(name, listener);
  }
  const refused = [
    ...sources.organizations.flatMap((organization) => [...organization.domains, ...mailHosts(organization)]),
    ...(sources.refused ?? []),
  ];
  for (const name of refused) if (!hosts.has(name.toLowerCase())) hosts.set(name.toLowerCase(), 'refused');
  for (const [real, ours] of Object.entries(microsoftNames)) hosts.set(real, hosts.get(ours) ?? 'refused');

  const own = [
    ...sources.listeners.values(),
    ...(sources.perimeters?.values() ?? []),
    ...(sources.mailListeners?.values() ?? []),
    ...(sources.gateway === undefined ? [] : [sources.gateway]),
  ];
  const resolve: HostMap['resolve'] = (host, port) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    if (isLoopbackName(name)) return own.find((listener) => listener.port === port) ?? 'refused';
    const entry = hosts.get(name);
    if (entry === undefined) return 'unknown';
    const exchanger = mail.get(name);
    if (exchanger !== undefined && (port === 25 || port === exchanger.port)) return exchanger;
    if (entry === 'refused') return 'refused';
    if (port === 443 || port === entry.port) return { address: entry.address, port: entry.port };
    if (sources.gateway !== undefined && (port === 80 || port === sources.gateway.port)) return sources.gateway;
    return 'refused';
  };
  return { hosts, resolve };
}

/** Microsoft's own spellings of an organisation's hosts: they belong in its certificate beside the names it has here. */
export function realSpellings(organization: Organization): readonly string[] {
  return spellingsOf(new Set(certificateNames(organization)));
}

/** The first of Microsoft's own spellings of a host of ours; the host itself where it has none. */
export function realSpelling(host: string): string {
  return spellingsOf(new Set([host.toLowerCase()]))[0] ?? host;
}

function spellingsOf(names: ReadonlySet<string>): readonly string[] {
  return Object.entries(microsoftNames).flatMap(([real, ours]) => (names.has(ours) ? [real] : []));
}

/** True for names and addresses by which a machine reaches itself. */
export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function hostNames(organization: Organization): readonly string[] {
  return [...new Set([...certificateNames(organization), ...organization.hosts.redirectOnly].map((name) => name.toLowerCase()))];
}
