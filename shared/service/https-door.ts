import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse, Server as WebServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Server as NetServer } from 'node:net';
import { createSecureContext, type SecureContext, type SecureVersion, type TLSSocket } from 'node:tls';
import type { Authority } from '../domain/organization/advertised-urls.ts';
import type { SchannelVersion } from '../domain/organization/schannel-protocols.ts';
import type { CertificateStore, ServerIdentity } from '../net/certificates.ts';
import { parseAuthority } from './authority.ts';
import { recordBrokenConnections } from './broken-connections.ts';
import { nameOf, type TlsFacts, trackConnections } from './connection.ts';
import { standWhileHeld } from './held-idle.ts';
import type { HttpDoorOptions, Visit } from './http-door.ts';
import { acceptRpcMethods } from './rpc-methods.ts';
import { defaultServerLimits, drain, type ServerLimits, serverOptions } from './server-limits.ts';
import { shownCertificates } from './shown-certificates.ts';
import { splitListener } from './split-listener.ts';
import { takenVersionsOf } from './taken-versions.ts';
import { passAccept, passCertificate } from './tls-faults.ts';

/** What every https listener is given. */
export interface HttpsDoorOptions extends HttpDoorOptions {
  readonly certificates: Pick<CertificateStore, 'caPem' | 'leafFor' | 'secureContextFor' | 'authorityFor'>;
  readonly tls?: { readonly minVersion?: SecureVersion; readonly maxVersion?: SecureVersion; readonly requestClientCertificate?: boolean };
  readonly limits?: Partial<ServerLimits>;
}

/** What one kind of https listener does with its connections. */
export interface HttpsDoorPlan {
  /** Sets of host names; each set has a certificate of its own, which carries this machine's own names too. */
  readonly certificateNames: readonly (readonly string[])[];
  /** The set whose certificate a client gets that asked for no name or for an unknown one; absent: this machine's names alone. */
  readonly usualNames: readonly string[] | undefined;
  /** What is shown for a name instead of the usual certificate of its set, with these ciphers; undefined: that one. */
  presented?(name: string, ciphers: string | undefined): Promise<SecureContext | undefined>;
  /** The versions of TLS that are taken now, where they are not those of `tls`; absent: they always are. */
  takenVersions?(): Promise<readonly SchannelVersion[] | undefined>;
  /** Whether clients are asked for a certificate now; absent: as `tls` says, always or never. */
  asksForCertificate?(): Promise<boolean>;
  /** True for the virtual hosts that answer here, those included that are missing from the certificate. */
  isHost(name: string): boolean;
  /** To whom connections are put down that never become a request. */
  readonly broken: { readonly service: string; readonly organizationOf?: (host: string) => string | undefined };
  /**
   * Takes a request. `path` is that of its target, without query; an absolute target (RFC 9112 section 3.2.2) has been
   * brought into origin form.
   */
  receive(raw: RawRequest, authority: Authority, path: string): void;
}

export type RawRequest = Pick<Visit, 'request' | 'response' | 'connection'>;

/** A listener that does not listen yet. */
export interface HttpsDoor {
  readonly server: NetServer;
  /** What has the connections in the end; a listener that knows names may give it connections of its own. */
  readonly carriers: readonly WebServer[];
  /** Stops accepting, gives requests under way `graceMs`, then closes. */
  close(graceMs: number): Promise<void>;
}

/** An https listener with virtual hosts: certificates by name, connections followed, the authority of each request read. */
export async function createHttpsDoor(options: HttpsDoorOptions, plan: HttpsDoorPlan): Promise<HttpsDoor> {
  const limits = { ...defaultServerLimits, ...options.limits };
  const identities = await openIdentities(options.certificates, plan);
  const usual = openServer(options, plan, identities, options.tls?.requestClientCertificate === true);
  const asking = plan.asksForCertificate === undefined ? undefined : openServer(options, plan, identities, true);
  const both = asking === undefined ? [usual] : [usual, asking];
  const carriers = both.map(({ server }) => server);
  const old = new Map<SecureVersion, Server>();
  const speakingOnly = (version: SecureVersion): Server => {
    const known = old.get(version);
    if (known !== undefined) return known;
    const made = openServer({ ...options, tls: { minVersion: version, maxVersion: version } }, plan, identities, false).server;
    made.emit('listening');
    old.set(version, made);
    carriers.push(made);
    return made;
  };
  const handshakes = { options, ...plan.broken };
  const listener = splitListener(carriers, async (socket) => {
    const met = await passAccept(handshakes, socket);
    if (met !== undefined) return met === 'gone' ? undefined : speakingOnly(met);
    const [versions, asks] = await Promise.all([plan.takenVersions?.(), plan.asksForCertificate?.()]);
    for (const one of both) one.take(versions);
    return asks === true ? asking?.server : usual.server;
  });
  listener.maxConnections = limits.maxConnections;
  return { server: listener, carriers, close: (graceMs) => drain(listener, graceMs, carriers) };
}

interface SecureServer {
  readonly server: Server;
  /** From the next connection on these versions of TLS are taken; undefined: those of the options. */
  take(versions: readonly SchannelVersion[] | undefined): void;
}

function openServer(options: HttpsDoorOptions, plan: HttpsDoorPlan, identities: Identities, requestCert: boolean): SecureServer {
  const shown = { key: identities.usual.keyPem, cert: identities.usual.certPem };
  const { minVersion = 'TLSv1.2', maxVersion } = options.tls ?? {};
  const usualVersions = { minVersion, ...(maxVersion === undefined ? {} : { maxVersion }) };
  let taken: string | undefined;
  // OpenSSL speaks what is older than TLS 1.2 at its lowest level alone.
  let ciphers = isOld(maxVersion) ? 'DEFAULT@SECLEVEL=0' : undefined;
  const server = createServer({
    ...serverOptions({ ...defaultServerLimits, ...options.limits }),
    ...shown,
    ...usualVersions,
    ...(ciphers === undefined ? {} : { ciphers }),
    requestCert,
    rejectUnauthorized: false,
    handshakeTimeout: 10_000,
    // A name without a context of its own gets the listener's usual certificate, which does not carry it.
    SNICallback(name, done) {
      const host = name.toLowerCase();
      const usual = identities.byName.get(host)?.contextFor(ciphers);
      const presented = (): Promise<SecureContext | undefined> | undefined =>
        usual === undefined ? undefined : plan.presented?.(host, ciphers);
      const met = passCertificate({ options, ...plan.broken }, host);
      const asked = met === undefined ? presented() : met.then((context) => context ?? presented());
      if (asked === undefined) done(null, usual);
      else void present(asked, usual, done);
    },
  });
  standWhileHeld(server, options.patience);
  const authority = new X509Certificate(options.certificates.caPem);
  const remembered = shownCertificates();
  const connectionOf = trackConnections(server, (socket) => tlsFacts(socket, identities, authority, remembered));
  const rpc = acceptRpcMethods(server);
  recordBrokenConnections(server, options, (socket) => connectionOf(rpc.carrierOf(socket)), {
    protocol: 'https',
    ...plan.broken,
    takesOver: rpc.takesOver,
  });
  const askedOf = authorityReader(plan);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connectionOf(rpc.carrierOf(request.socket));
    rpc.received(request);
    const { serverName } = connection;
    const asked = askedOf(request.headers.host) ?? { host: serverName, port: undefined, byName: plan.isHost(serverName) };
    plan.receive({ request, response, connection }, asked, normalizeTarget(request));
  });
  return {
    server,
    take(versions) {
      if (versions?.join() === taken) return;
      taken = versions?.join();
      const set = versions === undefined ? usualVersions : takenVersionsOf(versions);
      // What a name is shown brings its own level of ciphers; the versions are the listener's.
      ciphers = 'ciphers' in set ? set.ciphers : undefined;
      server.setSecureContext({ ...shown, ...set });
    },
  };
}

function isOld(version: SecureVersion | undefined): boolean {
  return version === 'TLSv1' || version === 'TLSv1.1';
}

async function present(
  asked: Promise<SecureContext | undefined>,
  usual: SecureContext | undefined,
  done: (error: Error | null, context?: SecureContext) => void,
): Promise<void> {
  let context: SecureContext | undefined;
  try {
    context = (await asked) ?? usual;
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  done(null, context);
}

/** Reads `Host` headers and remembers those it has read: clients send the same few again and again. */
export function authorityReader({ isHost }: Pick<HttpsDoorPlan, 'isHost'>): (header: string | undefined) => Authority | undefined {
  const read = new Map<string, Authority | undefined>();
  return (header = '') => {
    if (header.length > longestHost) return undefined;
    if (!read.has(header)) {
      const parsed = parseAuthority(header);
      if (read.size >= rememberedHosts) read.clear();
      read.set(header, parsed === undefined ? undefined : { ...parsed, byName: isHost(parsed.host) });
    }
    return read.get(header);
  };
}

const rememberedHosts = 256;
/** A name of 255 characters, a port, and a little. */
const longestHost = 272;

/** Brings an absolute target into origin form; gives its path. */
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
  readonly byName: ReadonlyMap<string, ServerIdentity & { contextFor(ciphers: string | undefined): SecureContext }>;
  readonly usual: { readonly certPem: string; readonly keyPem: string; readonly identity: ServerIdentity };
}

const machineNames = ['localhost', '127.0.0.1', '::1'];

async function openIdentities(certificates: HttpsDoorOptions['certificates'], plan: HttpsDoorPlan): Promise<Identities> {
  const byName = new Map<string, ServerIdentity & { contextFor(ciphers: string | undefined): SecureContext }>();
  for (const names of plan.certificateNames) {
    const identity = await certificates.secureContextFor([...names, ...machineNames]);
    const { certPem, chain, keyPem: key } = await certificates.leafFor([...names, ...machineNames]);
    let other: { readonly ciphers: string; readonly context: SecureContext } | undefined;
    const contextFor = (ciphers: string | undefined): SecureContext => {
      if (ciphers === undefined) return identity.context;
      if (other?.ciphers !== ciphers)
        other = { ciphers, context: createSecureContext({ cert: [certPem, ...chain].join(''), key, ciphers }) };
      return other.context;
    };
    for (const name of names) byName.set(name.toLowerCase(), { ...identity, contextFor });
  }
  const usualNames = [...(plan.usualNames ?? []), ...machineNames];
  const leaf = await certificates.leafFor(usualNames);
  const certPem = [leaf.certPem, ...leaf.chain].join('');
  return { byName, usual: { certPem, keyPem: leaf.keyPem, identity: await certificates.secureContextFor(usualNames) } };
}

function tlsFacts(
  socket: TLSSocket,
  identities: Identities,
  authority: X509Certificate,
  remembered: ReturnType<typeof shownCertificates>,
): TlsFacts {
  const shown = socket.getX509Certificate()?.fingerprint256.replaceAll(':', '');
  const { certificateHash: usual } = identities.byName.get(nameOf(socket)) ?? identities.usual.identity;
  const certificateHash = shown === undefined ? usual : Buffer.from(shown, 'hex');
  const clientCertificate = remembered(socket);
  return clientCertificate === undefined ? { certificateHash } : { certificateHash, clientCertificate, authority };
}
