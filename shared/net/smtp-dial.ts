import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { assert } from '../kernel/assert.ts';
import type { OpenExchange } from '../kernel/exchange.ts';
import { Refusal } from '../kernel/refusal.ts';
import { formatTraceparent } from '../kernel/traceparent.ts';
import { insideTransaction } from '../kernel/transaction-scope.ts';
import { type TlsRange, versionOptions } from './agents.ts';
import type { DialRefusal } from './dial-refusals.ts';
import { consultWay, firstThatListens, InjectedRefusal, refused, type Target } from './dial-way.ts';
import { type DialerOptions, usualPatience } from './dialer.ts';
import { holdDial } from './held-dial.ts';
import { SmtpConnection } from './smtp-connection.ts';
import { SmtpLines } from './smtp-lines.ts';
import { openSmtpLink, type SmtpLink } from './smtp-link.ts';
import { refusalOf, type SmtpRefusal } from './smtp-refusals.ts';
import { tlsText } from './smtp-tls-text.ts';
import { judgeServer, type TlsAuthLevel } from './smtp-trust.ts';

/** TLS as a connector wants it. */
export interface SmtpTls {
  /** `opportunistic`: where the server offers it; whatever its certificate is then, it is better than none. */
  readonly use: 'never' | 'opportunistic' | 'required';
  readonly level: TlsAuthLevel;
  /** The name that the certificate must carry under DomainValidation. */
  readonly domain: string;
  /** Shown to a server that asks; PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
}

/** A session to be opened. */
export interface SmtpCall {
  /** A name, or an address with or without brackets. */
  readonly host: string;
  readonly port: number;
  /**
   * An administrator has named the host: a program of this machine's own may listen there, on a port that anybody may open. The
   * machine's own mail server on 25 is never meant.
   */
  readonly isSmartHost?: boolean | undefined;
  /** What this side calls itself in EHLO. */
  readonly name: string;
  readonly tls: SmtpTls;
  /** The address that the connection comes from; else the machine's choice. */
  readonly localAddress?: string | undefined;
  /** By AUTH LOGIN, once TLS stands where it is wanted. */
  readonly signIn?: { readonly userName: string; readonly password: string } | undefined;
  /** XOORG is told to a server that takes it: the organisation that vouches for the mail. */
  readonly originatorOrganization?: string | undefined;
  readonly service: string;
  readonly organization?: string | undefined;
  /** The connector, for the protocol log. */
  readonly connector: string;
  /** Whether the journal keeps the session for the connector's protocol log (ProtocolLoggingLevel). */
  readonly protocolLog: boolean;
  readonly parent?: Pick<OpenExchange, 'traceId' | 'spanId'> | undefined;
  /** From the name's resolution to the end of EHLO. */
  readonly timeoutMs: number;
  /** Without an octet from the server. */
  readonly idleMs: number;
}

/** Ports below are those of the machine's own services. */
const firstOpenPort = 1_024;

/** Opens a session: connection, greeting, EHLO, TLS. Refuses with {@link DialRefusal} or {@link SmtpRefusal}. */
export async function dialSmtp(options: DialerOptions, call: SmtpCall): Promise<SmtpLink> {
  assert(!insideTransaction(), `${call.service} dials ${call.host} while a transaction is open`);
  const host = call.host.replace(/^\[(.*)\]$/, '$1');
  const exchange = openSession(options, call, host);
  const lines = new SmtpLines(() => options.clock.now(call.organization));
  const limit = (options.patience ?? usualPatience).limits(call.timeoutMs);
  const late = limit.signal;
  const end = (outcome: 'refused' | 'fault' | 'defect', error?: unknown): void => {
    lines.tell(exchange, call);
    exchange.close(outcome, options.clock.now(call.organization), error);
  };
  try {
    const { service, organization, port, isSmartHost } = call;
    const resolve = isSmartHost === true && port >= firstOpenPort ? (options.resolveListener ?? options.resolve) : options.resolve;
    await holdDial(options, { exchange, service, organization, host, target: `session ${call.connector}` }, late);
    const target = await consultWay(
      { ...options, resolve },
      exchange,
      { service, organization, host, port, tls: call.tls.use !== 'never' },
      late,
    );
    lines.add('*', 'attempting to connect');
    const connection = await shakeHands(options, call, host, target, lines, late);
    return openSmtpLink({ options, call, host, exchange, connection, lines });
  } catch (error) {
    const why =
      late.aborted && !(error instanceof Refusal) ? refused('Timeout', `no session within ${call.timeoutMs} ms`) : refusalOf(error);
    if (why instanceof Refusal) {
      exchange.note({ code: why.code, ...(why.detail === undefined ? {} : { detail: why.detail }) });
      end(why instanceof InjectedRefusal ? 'fault' : 'refused');
    } else end('defect', why);
    throw why;
  } finally {
    limit.end();
  }
}

function openSession({ recorder, clock }: DialerOptions, call: SmtpCall, host: string): OpenExchange {
  const exchange = recorder.open({
    service: call.service,
    direction: 'outgoing',
    protocol: 'smtp',
    target: `session ${call.connector}`.trimEnd(),
    host,
    at: clock.now(call.organization),
    ...(call.organization === undefined ? {} : { organization: call.organization }),
    ...(call.parent === undefined ? {} : { traceparent: formatTraceparent(call.parent) }),
  });
  exchange.note({ operation: 'SESSION' });
  return exchange;
}

type Endpoint = { readonly address: string; readonly port: number };

/** With TLS where the call wants it; a handshake that fails although TLS is not required is done once more without it. */
async function shakeHands(
  options: DialerOptions,
  call: SmtpCall,
  host: string,
  target: Target,
  lines: SmtpLines,
  late: AbortSignal,
): Promise<SmtpConnection> {
  const { tls, organization } = call;
  const range = organization === undefined ? undefined : await options.tlsOf?.(organization);
  const session = async (secured: TlsRange | 'plain' | undefined): Promise<SmtpConnection> =>
    sessionOn(await firstThatListens(target, (to) => connected(to, call.localAddress, late)), options, call, host, lines, secured, late);
  try {
    if (range === 'none' && tls.use !== 'never') throw refused('TlsFailed', 'no version of TLS is enabled');
    return await session(range === 'none' || tls.use === 'never' ? 'plain' : range);
  } catch (error) {
    const why = refusalOf(error);
    if (tls.use !== 'opportunistic' || !(why instanceof Refusal) || why.code !== 'TlsFailed') throw why;
    lines.add('*', 'TLS negotiation failed; going on without TLS');
    return session('plain');
  }
}

async function sessionOn(
  socket: Socket,
  { caPem, connectTimeoutMs = 5_000, patience = usualPatience }: DialerOptions,
  { tls, name, idleMs, signIn }: SmtpCall,
  host: string,
  lines: SmtpLines,
  secured: TlsRange | 'plain' | undefined,
  late: AbortSignal,
): Promise<SmtpConnection> {
  lines.connected(endpoint(socket.localAddress, socket.localPort), endpoint(socket.remoteAddress, socket.remotePort));
  const connection = new SmtpConnection({
    socket,
    name,
    startTls: secured !== 'plain',
    setUpMs: connectTimeoutMs * 2,
    idleMs,
    patience,
    heard: (event, text) => lines.add(event, text),
    tls: {
      ca: caPem,
      servername: isIP(host) === 0 ? host : '',
      // The certificate is judged when the handshake is over, by what the connector says of it.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(secured === 'plain' ? {} : versionOptions(secured)),
      ...tls.certificate,
    },
  });
  const abort = (): void => connection.close();
  late.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([connection.handshake(), aborted(late)]);
    judge(connection, tls, lines);
    if (signIn !== undefined) await Promise.race([proveOn(connection, signIn), aborted(late)]);
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    late.removeEventListener('abort', abort);
  }
  return connection;
}

async function proveOn(connection: SmtpConnection, signIn: NonNullable<SmtpCall['signIn']>): Promise<void> {
  const isOffered = connection.extensions.some((line) => /^AUTH[ =](.* )?LOGIN( |$)/i.test(line));
  if (!isOffered) throw new Refusal<SmtpRefusal>('SignInNotOffered', { detail: 'the server does not offer AUTH LOGIN' });
  await connection.signIn(signIn);
}

function judge(connection: SmtpConnection, tls: SmtpTls, lines: SmtpLines): void {
  const socket = connection.tlsSocket;
  if (socket === undefined) {
    if (tls.use !== 'required') return;
    const reply = /^[45]\d\d/.test(String(connection.lastServerResponse)) ? String(connection.lastServerResponse) : '';
    throw new Refusal<SmtpRefusal>('TlsNotOffered', { detail: reply || 'the server does not offer STARTTLS', values: { Reply: reply } });
  }
  lines.add('*', tlsText({ version: socket.getProtocol() ?? '', cipher: socket.getCipher().standardName }, 'CLIENT'));
  const shown = socket.getPeerX509Certificate();
  if (shown !== undefined)
    lines.add('*', `Remote certificate ${shown.subject.replaceAll('\n', ', ')} ${shown.fingerprint.replaceAll(':', '')}`);
  if (tls.use !== 'required') return;
  const status = judgeServer(socket, shown, tls.level, tls.domain);
  if (status === undefined) return;
  lines.add('*', `Certificate validation failed: ${status}`);
  throw new Refusal<SmtpRefusal>('ServerCertificateRefused', {
    detail: `${status} under ${tls.level}${tls.level === 'DomainValidation' ? ` for ${tls.domain}` : ''}`,
    values: { Status: status },
  });
}

function connected({ address, port }: Endpoint, localAddress: string | undefined, late: AbortSignal): Promise<Socket> {
  // From an address of the machine's own to another machine there is no way.
  const isWay =
    localAddress !== undefined && isIPv6(localAddress) === isIPv6(address) && (!isLoopback(localAddress) || isLoopback(address));
  const local = isWay ? { localAddress } : {};
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true, ...local });
    const abort = (): void => void socket.destroy(new Error('no connection in time'));
    late.addEventListener('abort', abort, { once: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      late.removeEventListener('abort', abort);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(new Error('no session in time'));
    else signal.addEventListener('abort', () => reject(new Error('no session in time')), { once: true });
  });
}

function endpoint(address = '', port = 0): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
