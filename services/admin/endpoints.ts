import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Spelling } from '../../shared/domain/organization/advertised-urls.ts';
import { type HostEntry, isLoopbackName } from '../../shared/domain/organization/host-map.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { authenticationHosts, authenticationService } from '../../shared/domain/world/vocabulary.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { ClientRegistration, EndpointsDocument, OrganizationEndpoints } from '../../shared/service/endpoints-document.ts';

type ToldAsItIs = 'version' | 'pid' | 'adminUrl' | 'adminToken' | 'caFile' | 'proxyUrl' | 'http' | 'dns' | 'users';

/** What the document is made from. */
export interface EndpointsSource extends Pick<EndpointsDocument, ToldAsItIs> {
  readonly startedAt: Instant;
  /** `address:port` of SMTP submission, one for all organisations; null where it does not run. */
  readonly submission: string | null;
  /** `address:port` of port 25 by organisation; one that is absent is not running. */
  readonly smtp: ReadonlyMap<string, string>;
  /** Port 587 of organisations on-premises: submission by receive connectors. */
  readonly clientSmtp: ReadonlyMap<string, string>;
  /** The address that the https listeners bind. */
  readonly host: string;
  readonly organizations: readonly Organization[];
  /** The https port under which clients reach each organisation, and `azure-auth`; one that is absent is not running. */
  readonly httpsPorts: ReadonlyMap<string, number>;
  /** Addresses of https listeners on other machines than the reader's, by owner; absent: all are on his. */
  readonly elsewhere?: ReadonlyMap<string, string>;
  /** How a name is written in addresses. */
  readonly spell: Spelling;
  /** Names answer on 443: an address by name has no port. */
  readonly wellKnownPorts: boolean;
  /** Services that run: an address is given only for these. */
  readonly services: ReadonlySet<string>;
  readonly hosts: ReadonlyMap<string, HostEntry>;
  /** Applications registered in each tenant, by organisation. */
  readonly clients: ReadonlyMap<string, readonly ClientRegistration[]>;
}

/** Builds the document; pure. */
export function endpointsDocument(source: EndpointsSource): EndpointsDocument {
  const { version, pid, adminUrl, adminToken, caFile, proxyUrl, http, dns, users } = source;
  const hosts = [...source.hosts].flatMap(([name, entry]) =>
    entry === 'refused' ? [] : [[name, `${bracketed(entry.address)}:${portOf(entry, source)}`] as const],
  );
  return {
    version,
    pid,
    startedAt: new Date(source.startedAt).toISOString(),
    adminUrl,
    adminToken,
    caFile,
    proxyUrl,
    http,
    dns,
    organizations: Object.fromEntries(
      source.organizations.map((organization) => [organization.name, organizationEndpoints(organization, source)]),
    ),
    hosts: Object.fromEntries(hosts),
    users,
  };
}

/** A device in front has the port that it has, whatever was told of the servers'. */
function portOf({ owner, port, isDevice }: Exclude<HostEntry, 'refused'>, { httpsPorts }: EndpointsSource): number {
  return isDevice === true ? port : (httpsPorts.get(owner) ?? port);
}

function organizationEndpoints(organization: Organization, source: EndpointsSource): OrganizationEndpoints {
  const { name, kind, product, domains, tenantId, servers, hosts } = organization;
  const at = (service: string, path: string, owner = name): string | null => {
    const port = source.httpsPorts.get(owner);
    if (port === undefined || !source.services.has(service)) return null;
    const host = source.spell(owner === authenticationService ? authenticationHost : hosts.web);
    return `${httpsBase(source.elsewhere?.get(owner) ?? source.host, { host, port, wellKnownPorts: source.wellKnownPorts })}${path}`;
  };
  const authority = at(authenticationService, `/${tenantId}`, authenticationService);
  return {
    kind,
    product,
    domains,
    ...(servers === undefined ? {} : { servers }),
    ...(tenantId === undefined ? {} : { tenantId, authority, clients: authority === null ? [] : (source.clients.get(name) ?? []) }),
    ews: at('ews', '/EWS/Exchange.asmx'),
    autodiscover: at('autodiscover', '/autodiscover/autodiscover.xml'),
    mrsProxy: kind === 'on-premises' ? at('mrsproxy', '/EWS/mrsproxy.svc') : null,
    smtp: source.smtp.get(name) ?? null,
    clientSmtp: source.clientSmtp.get(name) ?? null,
    submission: source.submission,
  };
}

/** The name by which the authentication service's addresses are told. */
export const authenticationHost: string = present(authenticationHosts[0], 'a name of the authentication service');

interface Named {
  /** A name of the world that leads to the listener. */
  readonly host: string;
  readonly port: number;
  readonly wellKnownPorts: boolean;
}

/**
 * Where an https listener is reached, given the address that it has: on this machine by `localhost`, which is in every certificate; on
 * another one by a name of the world, because no certificate of the lab's authority carries an address that leads to another machine.
 */
export function httpsBase(address: string, { host, port, wellKnownPorts }: Named): string {
  if (isLoopbackName(address) || address === '0.0.0.0' || address === '::') return `https://localhost:${port}`;
  return wellKnownPorts ? `https://${host}` : `https://${host}:${port}`;
}

/**
 * The host by which somebody on another machine has come to the control port itself, given the `Host` of his request; undefined for whoever
 * is on this machine, or came by a port that is published for it.
 */
export function cameFromNetwork(host: string, controlPort: number): string | undefined {
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  return url === undefined || Number(url.port || 80) !== controlPort || isLoopbackName(url.hostname) ? undefined : url.hostname;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Writes the document whole or not at all, readable by its owner only: it holds passwords. */
export function writeEndpoints(file: string, document: EndpointsDocument): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${document.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** Removes the document, unless another process has written its own since. */
export function removeEndpoints(file: string, pid: number): void {
  try {
    const { pid: owner } = JSON.parse(readFileSync(file, 'utf8')) as Partial<EndpointsDocument>;
    if (owner === pid) rmSync(file);
  } catch {
    // Absent, or not ours to read: there is nothing of ours to remove.
  }
}

/** A host that a listener is bound to, as an address of this machine names it. */
export function hostText(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1';
  return host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
}
