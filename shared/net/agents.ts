import { isIP } from 'node:net';
import { type ConnectionOptions, type SecureVersion, TLSSocket } from 'node:tls';
import type { Agent, buildConnector as BuildConnector } from 'undici';
import type { Target } from './dial-way.ts';

/** The versions of TLS that a caller offers: all from one to another. */
export interface TlsRange {
  readonly oldest: SecureVersion;
  readonly newest: SecureVersion;
}

/** How one listener is connected to. */
export interface AgentPlan {
  /** The authorities that are trusted, PEM. */
  readonly caPem: string;
  /** For one connection, TLS included; default 5 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Undefined: what Node offers. */
  readonly tls: TlsRange | undefined;
  readonly connections?: number;
  /** Is told every connection that stands. */
  readonly secured?: (socket: TLSSocket) => void;
}

/** Connections kept per destination. */
const connectionsPerOrigin = 32;

/** Connects to one listener, whatever the name. undici is loaded when something is dialled for the first time. */
export async function openAgent(target: Target, plan: AgentPlan): Promise<Agent> {
  const { caPem: ca, connectTimeoutMs: timeout = 5_000, tls, connections = connectionsPerOrigin, secured } = plan;
  const { Agent: UndiciAgent, buildConnector } = await import('undici');
  // A resumed session skips the certificate check, and certificates change here while processes run: no session cache.
  const connect = buildConnector({ ca, timeout, allowH2: false, maxCachedSessions: 0, ...versionOptions(tls) });
  return new UndiciAgent({
    allowH2: false,
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: mapped(connect, target, secured),
  });
}

/** Connects to where the name leads, while TLS still speaks of, and checks, the name. */
function mapped(
  connect: BuildConnector.connector,
  { address, port }: Target,
  secured: ((socket: TLSSocket) => void) | undefined,
): BuildConnector.connector {
  return (options, callback) => {
    const host = bareHost(options.hostname);
    const asked = { ...options, servername: isIP(host) === 0 ? host : '', hostname: address, port: String(port) };
    connect(asked, (...result) => {
      if (result[1] instanceof TLSSocket) secured?.(result[1]);
      callback(...result);
    });
  };
}

/** OpenSSL offers what is older than TLS 1.2 at its lowest level alone. */
const oldCiphers = 'DEFAULT@SECLEVEL=0';

/** What a handshake is given so that it offers these versions; undefined: as Node does it. */
export function versionOptions(range: TlsRange | undefined): Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers'> {
  if (range === undefined) return {};
  const { oldest: minVersion, newest: maxVersion } = range;
  return { minVersion, maxVersion, ...(maxVersion < 'TLSv1.2' ? { ciphers: oldCiphers } : {}) };
}

/** A host as it stands in an address, without the brackets of IPv6. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
