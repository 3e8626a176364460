import type { ResourceRecord, SoaData } from '../../kernel/resource-record.ts';
import { authenticationHosts, authenticationService } from '../world/vocabulary.ts';
import { type DnsRecordSet, dnsRecordSets } from './dns-records.ts';
import { microsoftNames } from './host-map.ts';
import { edgeZone, mailExchanger, mailHosts } from './mail-hosts.ts';
import { certificateNames, type Organization } from './organization.ts';
import type { Settings } from './settings.ts';

/** Where the servers of the world are, and what exists without one. */
export interface NetworkFacts {
  /** Addresses under which the listeners are reached. */
  readonly addresses: readonly string[];
  /** Further names that exist and refuse every connection. */
  readonly refused: readonly string[];
  /** Those of an owner's servers where they are not all in one place; none: nothing listens. */
  of?(owner: string, kind: 'https' | 'smtp'): readonly string[];
  /** Tells one state of all this from another. */
  state?(): string;
  /** Addresses by which servers that send mail are known, where theirs are not; see `egressAddress`. */
  readonly egress?: readonly string[];
}

/** What zones are made from. `settings`: those of the world (scope `''`). */
export interface ZoneSources {
  readonly organizations: readonly Organization[];
  readonly network: NetworkFacts;
  readonly settings: Settings;
}

/** Every resource record there is. */
export interface Zones {
  /** Whether there is a record at a name or below it (RFC 8020). */
  has(name: string): boolean;
  /** In lower case, as the names of all records are. */
  at(name: string): readonly ResourceRecord[];
  /** Of the zone that a name lies in; '' is the root, which holds what lies in none. */
  soa(name: string): ResourceRecord & SoaData;
  /** The records of one zone, by name; those of zones below it are not among them. */
  within(zone: string): readonly ResourceRecord[];
  /** Whose server answers at a name that has no listener of its own: that of whoever owns the zone. */
  ownerOf(name: string): Organization | undefined;
}

/** Of records that the world has by itself, like those of a zone that Windows makes (DnsServer, -TimeToLive): one hour. */
export const defaultTtlSeconds = 3_600;
/** For how long a negative answer holds. */
const negativeTtlSeconds = 300;
/**
 * The address of names that exist while nothing listens there, such as a company's domain: a loopback address of its
 * own, so that a connection is refused wherever the client runs.
 */
const silentAddress = '127.0.0.2';

/** The zones that an organisation may change: its accepted domains, and those that its hosts lie in. */
export function zonesOf(organization: Organization): readonly string[] {
  const domains = organization.domains.map((domain) => domain.toLowerCase());
  const foreign = hostsOf(organization).filter((host) => enclosing(host, domains) === undefined);
  return [...new Set([...domains, ...foreign.map(parentZone)])];
}

/** Makes the zones: what the world has by itself, what administrators made of it, and Microsoft's own spellings of both. */
export function buildZones({ organizations, network, settings }: ZoneSources): Zones {
  const names = new Map<string, ResourceRecord[]>();
  const add = (record: ResourceRecord): void => {
    names.set(record.name, [...(names.get(record.name) ?? []), record]);
  };
  const written = dnsRecordSets.all(settings);
  const atName = Map.groupBy(written, ({ name }) => name);
  for (const record of worldRecords(organizations, network)) {
    if (!(atName.get(record.name) ?? []).some((set) => replaces(set, record))) add(record);
  }
  for (const record of written.flatMap(recordsOf)) add(record);
  for (const [real, ours] of Object.entries(microsoftNames)) {
    const same = names.get(ours)?.map((record) => ({ ...record, name: real }));
    for (const record of same ?? addressRecords(real, [silentAddress])) add(record);
  }

  const real = Object.keys(microsoftNames).map(parentZone);
  const zones = [...new Set([...organizations.flatMap(zonesOf), ...authenticationHosts.map(parentZone), edgeZone, ...real])];
  const existing = new Set([...names.keys(), ...zones].flatMap(selfAndAbove));
  const zoneOf = (name: string): string => enclosing(name, zones) ?? '';
  for (const zone of zones) add(soaOf(zone));
  return {
    has: (name) => existing.has(name),
    at: (name) => names.get(name) ?? [],
    soa: (name) => soaOf(zoneOf(name)),
    within: (zone) =>
      [...names.entries()]
        .filter(([name]) => zoneOf(name) === zone)
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .flatMap(([, records]) => records),
    ownerOf(name) {
      const zone = zoneOf(name);
      return preferred(
        organizations.filter((organization) => zonesOf(organization).includes(zone)),
        zone,
      );
    },
  };
}

/** Names that have servers lead to their listeners, domains to nothing; mail and Autodiscover are announced. */
function worldRecords(organizations: readonly Organization[], network: NetworkFacts): readonly ResourceRecord[] {
  const { refused } = network;
  const at = (owner: string, kind: 'https' | 'smtp'): readonly string[] => network.of?.(owner, kind) ?? network.addresses;
  const records: ResourceRecord[] = [];
  const known = new Set<string>();
  const host = (name: string, addresses: readonly string[]): void => {
    if (known.has(name)) return;
    known.add(name);
    // A server that is down has its address, and nobody need forget it when it is up again.
    records.push(...(addresses.length === 0 ? addressRecords(name, [silentAddress], 0) : addressRecords(name, addresses)));
  };
  for (const organization of organizations) {
    const { name: owner, hosts } = organization;
    // Mail that is brought to the web host, too, finds it where that is.
    for (const name of mailHosts(organization)) if (name !== hosts.web.toLowerCase()) host(name.toLowerCase(), at(owner, 'smtp'));
    for (const name of certificateNames(organization)) host(name.toLowerCase(), at(owner, 'https'));
    for (const name of organization.hosts.redirectOnly.map((one) => one.toLowerCase())) {
      if (known.has(name)) continue;
      known.add(name);
      records.push({ name, ttlSeconds: defaultTtlSeconds, type: 'CNAME', target: organization.hosts.autodiscover.toLowerCase() });
    }
  }
  for (const name of authenticationHosts) host(name, at(authenticationService, 'https'));
  for (const domain of new Set(organizations.flatMap(({ domains }) => domains.map((one) => one.toLowerCase())))) {
    host(domain, [silentAddress]);
    records.push(...domainRecords(domain, organizations));
  }
  for (const name of refused) host(name.toLowerCase(), [silentAddress]);
  return records;
}

/**
 * Where two organisations share a domain, the records are those of the one on-premises: the cloud's come later in life. Domains
 * that Microsoft gave a tenant are the tenant's, whoever else accepts them.
 */
function domainRecords(domain: string, organizations: readonly Organization[]): readonly ResourceRecord[] {
  const sharing = organizations.filter(({ domains }) => domains.some((one) => one.toLowerCase() === domain));
  const records: ResourceRecord[] = [];
  const taking = preferred(
    sharing.filter((organization) => mailExchanger(organization, domain) !== undefined),
    domain,
  );
  const exchange = taking && mailExchanger(taking, domain);
  if (exchange !== undefined) records.push({ name: domain, ttlSeconds: defaultTtlSeconds, type: 'MX', exchange, preference: 10 });
  const target = preferred(sharing, domain)?.hosts.autodiscover.toLowerCase();
  if (target !== undefined) {
    const service = { type: 'SRV', target, priority: 0, weight: 0, port: 443 } as const;
    records.push({ name: `_autodiscover._tcp.${domain}`, ttlSeconds: defaultTtlSeconds, ...service });
  }
  return records;
}

function preferred(organizations: readonly Organization[], domain: string): Organization | undefined {
  const owner = /\.onmicrosoft\.[a-z]+$/.test(domain) ? 'cloud' : 'on-premises';
  return organizations.find(({ kind }) => kind === owner) ?? organizations[0];
}

function addressRecords(name: string, addresses: readonly string[], ttlSeconds = defaultTtlSeconds): readonly ResourceRecord[] {
  return addresses.map((address) => ({ name, ttlSeconds, type: address.includes(':') ? 'AAAA' : 'A', address }));
}

/** An alias stands alone at its name (RFC 1034, 3.6.2), and an address of either family replaces all that led somewhere before. */
function replaces({ type, records }: DnsRecordSet, before: ResourceRecord): boolean {
  if (before.type === type) return true;
  if (records.length === 0) return false;
  if (type === 'CNAME') return true;
  return (type === 'A' || type === 'AAAA') && (before.type === 'CNAME' || before.type === 'A' || before.type === 'AAAA');
}

function recordsOf({ name, records }: DnsRecordSet): readonly ResourceRecord[] {
  return records.map(({ ttlSeconds, data }) => ({ ...data, name, ttlSeconds }));
}

function soaOf(zone: string): ResourceRecord & SoaData {
  return {
    name: zone,
    ttlSeconds: defaultTtlSeconds,
    type: 'SOA',
    primary: 'localhost',
    responsible: zone === '' ? 'hostmaster' : `hostmaster.${zone}`,
    serial: 1,
    minimumSeconds: negativeTtlSeconds,
  };
}

function hostsOf(organization: Organization): readonly string[] {
  return [...certificateNames(organization), ...organization.hosts.redirectOnly].map((host) => host.toLowerCase());
}

/** The zone of a host outside the accepted domains: what it lies in, but never a top-level domain. */
function parentZone(host: string): string {
  const parent = host.slice(host.indexOf('.') + 1);
  return parent.includes('.') ? parent : host;
}

/** The longest of some zones that a name lies in. */
function enclosing(name: string, zones: readonly string[]): string | undefined {
  return selfAndAbove(name).find((one) => zones.includes(one));
}

function selfAndAbove(name: string): readonly string[] {
  const labels = name.split('.');
  return labels.map((_label, index) => labels.slice(index).join('.'));
}
