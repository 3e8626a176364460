import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { autodiscoverUrls, type Spelling } from '../../shared/domain/organization/advertised-urls.ts';
import { authenticationNames, realSpellings } from '../../shared/domain/organization/host-map.ts';
import { certificateNames, type Organization } from '../../shared/domain/organization/organization.ts';
import { parseAuthority } from '../../shared/service/authority.ts';
import { recordBrokenConnections } from '../../shared/service/broken-connections.ts';
import { trackConnections } from '../../shared/service/connection.ts';
import { standWhileHeld } from '../../shared/service/held-idle.ts';
import { answer, type HttpDoorOptions, openVisit, passRequestSeam } from '../../shared/service/http-door.ts';
import { defaultServerLimits, drain, type ServerLimits, serverOptions } from '../../shared/service/server-limits.ts';

export interface GatewayOptions extends HttpDoorOptions {
  readonly organizations: readonly Organization[];
  /** The port under which clients reach each organisation's https listener; asked when a redirection is written. */
  readonly publishedPorts: () => ReadonlyMap<string, number>;
  /** How virtual hosts are called in redirections. */
  readonly spell: Spelling;
  readonly limits?: Partial<ServerLimits>;
}

/** A plain-http listener for all organisations; it does not listen yet. */
export interface Gateway {
  readonly server: Server;
  close(graceMs: number): Promise<void>;
}

/** What a host does with plain http. */
interface GatewayHost {
  /** Undefined: the authentication service's. */
  readonly organization: Organization | undefined;
  /** Where Autodiscover is redirected: the https host, and whose it is; undefined where nothing is redirected. */
  readonly redirectsTo: { readonly host: string; readonly organization: Organization } | undefined;
}

/**
 * Port 80 of the world: it redirects the Autodiscover probe that clients send without credentials and
 * refuses everything else, as IIS does where SSL is required (403.4).
 */
export function createHttpGateway(options: GatewayOptions): Gateway {
  const limits = { ...defaultServerLimits, ...options.limits };
  const hosts = gatewayHosts(options.organizations);
  const server = createServer(serverOptions(limits));
  server.maxConnections = limits.maxConnections;
  standWhileHeld(server, options.patience);
  const connectionOf = trackConnections(server);
  recordBrokenConnections(server, options, connectionOf, {
    protocol: 'http',
    service: 'frontend',
    organizationOf: (host) => hosts.get(host)?.organization?.name,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connectionOf(request.socket);
    const target = URL.parse(request.url ?? '/', 'http://unknown.invalid');
    const named = parseAuthority(request.headers.host);
    const organization = hosts.get(named?.host ?? '')?.organization;
    const facts = { protocol: 'http', service: 'frontend', organization, host: named?.host ?? '' } as const;
    const visit = openVisit(options, { request, response, connection }, facts);
    passRequestSeam(options.seams, visit, (rewritten) => {
      const asked = rewritten ?? named;
      const host = hosts.get(asked?.host ?? '');
      const page = pages[target?.pathname.toLowerCase() ?? ''];
      if (host === undefined || asked === undefined) answer(visit, 404, {});
      else if (host.redirectsTo !== undefined && page !== undefined) {
        answer(visit, 302, { location: autodiscoverUrl(page, host.redirectsTo, asked.port, options) });
      } else answer(visit, 403, { 'content-type': 'text/plain; charset=utf-8' }, 'This host answers over https only.\r\n');
    });
  });
  return { server, close: (graceMs) => drain(server, graceMs, [server]) };
}

/** What is redirected. That of SOAP is inferred: exchangelib finds mailboxes of Exchange Online so. */
const pages: Readonly<Record<string, 'autodiscoverPox' | 'autodiscoverSoap'>> = {
  '/autodiscover/autodiscover.xml': 'autodiscoverPox',
  '/autodiscover/autodiscover.svc': 'autodiscoverSoap',
};

/** A client that named a port of its own here is told the published https port, any other the bare name. */
function autodiscoverUrl(
  page: 'autodiscoverPox' | 'autodiscoverSoap',
  { organization, host }: { readonly organization: Organization; readonly host: string },
  askedPort: number | undefined,
  { publishedPorts, spell }: Pick<GatewayOptions, 'publishedPorts' | 'spell'>,
): string {
  const port = askedPort === 80 ? undefined : askedPort;
  const named: Organization = { ...organization, hosts: { ...organization.hosts, autodiscover: host } };
  // No organisation answers on a plain-http port: the port asked for is never carried over.
  const asked = { authority: { host, port, byName: true }, organization: '' };
  return autodiscoverUrls(named, { asked, publishedPorts: publishedPorts(), spell })[page];
}

function gatewayHosts(organizations: readonly Organization[]): ReadonlyMap<string, GatewayHost> {
  const hosts = new Map<string, GatewayHost>();
  for (const name of authenticationNames) hosts.set(name, { organization: undefined, redirectsTo: undefined });
  for (const organization of organizations) {
    const { autodiscover, redirectOnly } = organization.hosts;
    for (const name of [...certificateNames(organization), ...realSpellings(organization)]) {
      hosts.set(name.toLowerCase(), { organization, redirectsTo: undefined });
    }
    hosts.set(autodiscover, { organization, redirectsTo: { host: autodiscover, organization } });
    for (const real of realSpellings({ ...organization, hosts: { web: autodiscover, autodiscover, redirectOnly: [] } })) {
      hosts.set(real, { organization, redirectsTo: { host: real, organization } });
    }
    for (const name of redirectOnly) hosts.set(name.toLowerCase(), { organization, redirectsTo: { host: autodiscover, organization } });
  }
  return hosts;
}
