import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { SecureVersion, TLSSocket } from 'node:tls';
import type { Authority } from '../../shared/domain/organization/advertised-urls.ts';
import { realSpellings } from '../../shared/domain/organization/host-map.ts';
import { certificateNames, type Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import type { CertificateStore, ServerIdentity } from '../../shared/net/certificates.ts';
import { parseAuthority } from '../../shared/service/authority.ts';
import { nameOf, type TlsFacts, trackConnections } from '../../shared/service/connection.ts';
import { answer, type HttpDoorOptions, openVisit, passRequestSeam, type Visit } from '../../shared/service/http-door.ts';
import { attachExchange } from '../../shared/service/http-exchange.ts';
import { defaultServerLimits, drain, type ServerLimits, serverOptions } from '../../shared/service/server-limits.ts';
import { recordBrokenConnections } from './broken-connections.ts';
import { type Route, routeOf } from './routes.ts';

/** What a service offers to the front end: a Fastify instance that is ready. */
export interface LocalApp {
  routing(request: IncomingMessage, response: ServerResponse): void;
}

export interface FrontendOptions extends HttpDoorOptions {
  /** Whom this listener answers for. */
  readonly organizations: readonly Organization[];
  /** Who answers a client that came by `localhost`, an address or an unknown name; absent: nobody, 404. */
  readonly defaultOrganization?: string | undefined;
  /** The services that run, by name. */
  readonly apps: ReadonlyMap<string, LocalApp>;
  readonly certificates: Pick<CertificateStore, 'leafFor' | 'secureContextFor'>;
  readonly tls?: { readonly minVersion?: SecureVersion; readonly maxVersion?: SecureVersion; readonly requestClientCertificate?: boolean };
  readonly limits?: Partial<ServerLimits>;
}

/** A front end that does not listen yet. */
export interface Frontend {
  readonly server: Server;
  /** Stops accepting, gives requests under way `graceMs`, then closes. */
  close(graceMs: number): Promise<void>;
}

/**
 * The client access front end of one organisation, or of several that share a listener: TLS, virtual hosts, and the
 * table path -> service. It works on raw requests and has no Fastify of its own, because a request must be able to go
 * on unread: to the Fastify instance of a local service, which reads body and headers itself.
 */
export async function createFrontend(options: FrontendOptions): Promise<Frontend> {
  const limits = { ...defaultServerLimits, ...options.limits };
  const identities = await openIdentities(options);
  const server = createServer({
    ...serverOptions(limits),
    key: identities.fallback.keyPem,
    cert: identities.fallback.certPem,
    minVersion: options.tls?.minVersion ?? 'TLSv1.2',
    ...(options.tls?.maxVersion === undefined ? {} : { maxVersion: options.tls.maxVersion }),
    requestCert: options.tls?.requestClientCertificate === true,
    rejectUnauthorized: false,
    handshakeTimeout: 10_000,
    // A name without a context of its own gets the listener's usual certificate, which does not carry it.
    SNICallback: (name, done) => done(null, identities.byName.get(name.toLowerCase())?.context),
  });
  server.maxConnections = limits.maxConnections;
  const connectionOf = trackConnections(server, (socket) => tlsFacts(socket, identities));
  const hosts = hostTable(options.organizations);
  const byDefault = options.organizations.find(({ name }) => name === options.defaultOrganization);
  recordBrokenConnections(server, 'https', options, connectionOf, (host) => (hosts.get(host) ?? byDefault)?.name);
  const askedOf = authorityReader(hosts);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connectionOf(request.socket);
    const asked = askedOf(request.headers.host) ?? {
      host: connection.serverName,
      port: undefined,
      byName: hosts.has(connection.serverName),
    };
    const organization = hosts.get(asked.host) ?? hosts.get(connection.serverName) ?? byDefault;
    receive(options, { request, response, connection }, asked, organization);
  });
  return { server, close: (graceMs) => drain(server, graceMs) };
}

function receive(
  options: FrontendOptions,
  raw: Pick<Visit, 'request' | 'response' | 'connection'>,
  authority: Authority,
  organization: Organization | undefined,
): void {
  const { request, connection } = raw;
  const route = routeOf(normalizeTarget(request));
  const service = route.kind === 'dispatch' ? route.to.service : 'frontend';
  const visit = openVisit(options, raw, { protocol: 'https', service, organization, host: authority.host });
  passRequestSeam(options.seams, visit, () => {
    if (organization === undefined) answer(visit, 404, {});
    else if (route.kind !== 'dispatch') answerHere(options, visit, route, organization);
    else {
      const { exchange, instant, commonHeaders } = visit;
      const { peer, tls } = connection;
      attachExchange(request, { organization, instant, exchange, authority, peer, tls, connection, commonHeaders });
      dispatch(options.apps.get(service), visit, service);
    }
  });
}

/** Reads `Host` headers and remembers those it has read: clients send the same few again and again. */
function authorityReader(hosts: ReadonlyMap<string, Organization>): (header: string | undefined) => Authority | undefined {
  const read = new Map<string, Authority | undefined>();
  return (header = '') => {
    if (header.length > longestHost) return undefined;
    if (!read.has(header)) {
      const parsed = parseAuthority(header);
      if (read.size >= rememberedHosts) read.clear();
      read.set(header, parsed === undefined ? undefined : { ...parsed, byName: hosts.has(parsed.host) });
    }
    return read.get(header);
  };
}

const rememberedHosts = 256;
/** A name of 255 characters, a port, and a little. */
const longestHost = 272;

function dispatch(app: LocalApp | undefined, visit: Visit, service: string): void {
  if (app === undefined) {
    answer(visit, 503, text, `The service ${service} is not running.\r\n`);
    return;
  }
  try {
    app.routing(visit.request, visit.response);
  } catch (error) {
    visit.exchange.conclude('defect', error);
    if (visit.response.headersSent) visit.response.destroy();
    else answer(visit, 500, {});
  }
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

function answerHere(options: FrontendOptions, visit: Visit, route: Exclude<Route, { kind: 'dispatch' }>, organization: Organization): void {
  switch (route.kind) {
    case 'health': {
      const { serverName } = profileOf(organization.product);
      const running = options.apps.has(route.service);
      const body = running ? `200 OK<br/>${serverName}.${organization.domains[0] ?? ''}` : '';
      answer(visit, running ? 200 : 503, { 'content-type': 'text/html' }, body);
      return;
    }
    case 'front-page': {
      // As in life, also though nothing is found there: clients and probes look for the redirection.
      const { host } = visit.request.headers;
      answer(visit, 302, { location: `https://${parseAuthority(host) === undefined ? organization.hosts.web : host}/owa/` });
      return;
    }
    case 'absent':
      answer(visit, 404, text, `${route.title} is not part of this simulation.\r\n`);
      return;
    case 'unknown':
      answer(visit, 404, {});
  }
}

/** The path of the request's target; an absolute target (RFC 9112 section 3.2.2) is brought into origin form first. */
function normalizeTarget(request: IncomingMessage): string {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(request.url ?? '');
  if (absolute !== null) {
    const rest = (request.url ?? '').slice(absolute[0].length);
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
  }
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

interface Identities {
  readonly byName: ReadonlyMap<string, ServerIdentity>;
  readonly fallback: { readonly certPem: string; readonly keyPem: string; readonly identity: ServerIdentity };
}

/** One certificate per organisation: its names, Microsoft's spellings of them, and this machine's own names. */
async function openIdentities({ organizations, defaultOrganization, certificates }: FrontendOptions): Promise<Identities> {
  const machine = ['localhost', '127.0.0.1', '::1'];
  const byName = new Map<string, ServerIdentity>();
  let fallbackNames = machine;
  for (const organization of organizations) {
    const own = [...certificateNames(organization), ...realSpellings(organization)];
    const names = [...own, ...machine];
    const identity = await certificates.secureContextFor(names);
    for (const name of own) byName.set(name.toLowerCase(), identity);
    if (organization.name === defaultOrganization) fallbackNames = names;
  }
  const leaf = await certificates.leafFor(fallbackNames);
  const certPem = [leaf.certPem, ...leaf.chain].join('');
  return { byName, fallback: { certPem, keyPem: leaf.keyPem, identity: await certificates.secureContextFor(fallbackNames) } };
}

function tlsFacts(socket: TLSSocket, identities: Identities): TlsFacts {
  const { certificateHash } = identities.byName.get(nameOf(socket)) ?? identities.fallback.identity;
  const clientCertificate = socket.getPeerX509Certificate();
  return clientCertificate === undefined ? { certificateHash } : { certificateHash, clientCertificate };
}

/** Which organisation answers for a host; Microsoft's spellings and the names missing from the certificate included. */
function hostTable(organizations: readonly Organization[]): ReadonlyMap<string, Organization> {
  const table = new Map<string, Organization>();
  for (const organization of organizations) {
    for (const name of [...certificateNames(organization), ...realSpellings(organization), ...organization.hosts.redirectOnly]) {
      const taken = table.get(name.toLowerCase());
      if (taken !== undefined && taken !== organization) throw new Error(`defect: ${taken.name} and ${organization.name} claim ${name}`);
      table.set(name.toLowerCase(), organization);
    }
  }
  return table;
}
