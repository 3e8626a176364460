import { isIP } from 'node:net';
import { assert } from '../kernel/assert.ts';
import type { OpenExchange } from '../kernel/exchange.ts';
import { Refusal } from '../kernel/refusal.ts';
import { formatTraceparent } from '../kernel/traceparent.ts';
import { insideTransaction } from '../kernel/transaction-scope.ts';
import { versionOptions } from './agents.ts';
import { type DialRefusal, dialRefusalOf } from './dial-refusals.ts';
import { consultWay, InjectedRefusal, refused } from './dial-way.ts';
import { type DialerOptions, usualPatience } from './dialer.ts';
import { holdDial } from './held-dial.ts';
import { ImapConnection, type ImapFolder, type ImapFolderState, type ImapMessage, type ImapRefusal } from './imap-connection.ts';

export type { ImapFolder, ImapMessage };

/** How the line is secured: TLS from the first octet, by STARTTLS, or not at all. */
export type ImapSecurity = 'Ssl' | 'Tls' | 'None';

/** A session to be opened. */
export interface ImapCall {
  readonly host: string;
  readonly port: number;
  readonly security: ImapSecurity;
  /** Absent: the connection is all that is wanted, and ends when it stands. */
  readonly signIn?: { readonly userName: string; readonly password: string } | undefined;
  readonly service: string;
  readonly organization?: string | undefined;
  readonly parent?: Pick<OpenExchange, 'traceId' | 'spanId'> | undefined;
  /** From the name's resolution to the end of the sign-in. */
  readonly timeoutMs: number;
  /** Without an octet from the server. */
  readonly idleMs: number;
}

/** A session with an IMAP server. One question at a time; each refuses with {@link DialRefusal} or {@link ImapRefusal}. */
export interface ImapLink extends Pick<ImapConnection, 'folders' | 'messages' | 'message' | 'subject'> {
  select(path: string): Promise<ImapFolderState>;
  close(): void;
}

/** Ports below are those of the machine's own services. */
const firstOpenPort = 1_024;

/** Opens a session. Refuses with {@link DialRefusal} or {@link ImapRefusal}. An administrator has named the host: it may be a program of this machine's own. */
export async function dialImap(options: DialerOptions, call: ImapCall): Promise<ImapLink> {
  const { service, organization, port, security, timeoutMs, signIn } = call;
  assert(!insideTransaction(), `${service} dials ${call.host} while a transaction is open`);
  const host = call.host.replace(/^\[(.*)\]$/, '$1');
  const exchange = openSession(options, call, host);
  const limit = (options.patience ?? usualPatience).limits(timeoutMs);
  const late = limit.signal;
  let connection: ImapConnection | undefined;
  const fail = (error: unknown): never => {
    const why = meaningOf(error);
    close(options, call, exchange, why);
    throw why;
  };
  try {
    const resolve = port >= firstOpenPort ? (options.resolveListener ?? options.resolve) : options.resolve;
    const way = { service, organization, host, port, tls: security !== 'None' };
    await holdDial(options, { exchange, service, organization, host, target: 'session' }, late);
    const target = await consultWay({ ...options, resolve }, exchange, way, late);
    const range = organization === undefined ? undefined : await options.tlsOf?.(organization);
    if (range === 'none' && security !== 'None') throw refused('TlsFailed', 'no version of TLS is enabled');
    const versions = range === 'none' ? {} : versionOptions(range);
    connection = new ImapConnection({
      ...{ address: target.address, port: target.port, servername: isIP(host) === 0 ? host : '', security, signIn },
      ...{ tls: { ca: options.caPem, ...versions }, idleMs: call.idleMs, patience: options.patience ?? usualPatience },
    });
    await Promise.race([connection.open(), expired(late, timeoutMs)]);
  } catch (error) {
    connection?.close();
    return fail(late.aborted && !(error instanceof Refusal) ? refused('Timeout', `no session within ${timeoutMs} ms`) : error);
  } finally {
    limit.end();
  }
  return linkOf(connection, (error) => close(options, call, exchange, error));
}

/** The exchange is closed with the session, or with the first question that gets no answer. */
function linkOf(connection: ImapConnection, closed: (error?: unknown) => void): ImapLink {
  let isOpen = true;
  const end = (error?: unknown): void => {
    connection.close();
    if (isOpen) closed(error);
    isOpen = false;
  };
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      const why = meaningOf(error);
      // A server that says no to one question answers the next.
      if (!(why instanceof Refusal && why.code === 'CommandRefused')) end(why);
      throw why;
    }
  };
  return {
    folders: () => asked(connection.folders()),
    select: (path) => asked(connection.select(path)),
    messages: () => asked(connection.messages()),
    message: (uid) => asked(connection.message(uid)),
    subject: (uid) => asked(connection.subject(uid)),
    close: () => end(),
  };
}

function openSession({ recorder, clock }: DialerOptions, { service, organization, parent }: ImapCall, host: string): OpenExchange {
  const exchange = recorder.open({
    ...{ service, direction: 'outgoing', protocol: 'imap', target: 'session', host, at: clock.now(organization) },
    ...(organization === undefined ? {} : { organization }),
    ...(parent === undefined ? {} : { traceparent: formatTraceparent(parent) }),
  });
  exchange.note({ operation: 'SESSION' });
  return exchange;
}

function close({ clock }: DialerOptions, { organization }: ImapCall, exchange: OpenExchange, why?: unknown): void {
  const at = clock.now(organization);
  if (why === undefined) exchange.close('answered', at);
  else if (why instanceof Refusal) {
    exchange.note({ code: why.code, ...(why.detail === undefined ? {} : { detail: why.detail }) });
    exchange.close(why instanceof InjectedRefusal ? 'fault' : 'refused', at);
  } else exchange.close('defect', at, why);
}

/** Codes of the library that mean what befalls any connection. */
const libraryCodes: Readonly<Record<string, DialRefusal>> = {
  CONNECT_TIMEOUT: 'Timeout',
  GREETING_TIMEOUT: 'Timeout',
  UPGRADE_TIMEOUT: 'Timeout',
  ETIMEOUT: 'Timeout',
  NoConnection: 'ConnectionReset',
  EConnectionClosed: 'ConnectionReset',
  ClosedAfterConnectTLS: 'ConnectionReset',
  ClosedAfterConnectText: 'ConnectionReset',
};

/** What an error of a session means: a refusal, or the error itself when it is a defect. */
function meaningOf(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = libraryCodes[code];
  return known === undefined ? dialRefusalOf(error) : refused(known, `${code}: ${error.message}`);
}

function expired(signal: AbortSignal, timeoutMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(refused('Timeout', `no session within ${timeoutMs} ms`));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
