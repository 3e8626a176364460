import { createHash, randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Agent } from 'undici';
import { assert, present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { ExchangeRecorder, OpenExchange } from '../kernel/exchange.ts';
import { createPatience, type Patience } from '../kernel/patience.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Seams } from '../kernel/seams.ts';
import { formatTraceparent } from '../kernel/traceparent.ts';
import { insideTransaction } from '../kernel/transaction-scope.ts';
import { bareHost, openAgent, type TlsRange } from './agents.ts';
import { type DialRefusal, dialRefusalOf } from './dial-refusals.ts';
import { consultWay, firstThatListens, InjectedRefusal, type Resolution, type Resolve, refused, type Target } from './dial-way.ts';
import { eitherSignal } from './either-signal.ts';
import { editedCall, holdDial } from './held-dial.ts';
import type { ImapCall, ImapLink } from './imap-dial.ts';
import { roundTrip } from './round-trip.ts';
import type { SmtpCall } from './smtp-dial.ts';
import type { SmtpLink } from './smtp-link.ts';

export type { Resolve };

/** One call over https. */
export interface HttpsCall {
  /** Absolute, `https:` unless a client named it, without user and password. */
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** The service that asks: `ews`, `autodiscover` ... */
  readonly service: string;
  /** The organisation whose server asks. */
  readonly organization?: string | undefined;
  /** What causes the call: it becomes the parent in the trace. */
  readonly parent?: Pick<OpenExchange, 'traceId' | 'spanId'> | undefined;
  /** For the whole call, from the name's resolution to the last octet. */
  readonly timeoutMs: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
  /** Ends the call when it aborts, by `Timeout`: nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** Who calls, proven to a connection of its own instead of in each request (NTLM). */
  readonly proof?: ConnectionProof | undefined;
}

/** A proof in two steps on one connection: an offer without a body, a challenge, and the call itself with the answer to it. */
export interface ConnectionProof {
  /** `Authorization` of the first request. */
  readonly offer: string;
  /** `Authorization` of the call; undefined where there is no challenge to answer: then that is the call's answer. */
  respond(challenged: HttpsAnswer, connection: ConnectionFacts): string | undefined;
}

/** What a proof may go by. */
export interface ConnectionFacts {
  /** The caller's time. */
  readonly at: Instant;
  /** SHA-256 of the certificate that the other side has shown. */
  readonly certificateHash: Buffer;
  /** Octets that nobody can foresee. */
  random(length: number): Buffer;
}

/** One connection of a caller's own; made anew, and the proof with it, when it has ended. One call at a time. */
export interface HeldConnection {
  /** As {@link Dialer.https}; the proof is made where this connection has none yet, or where the other side asks again. */
  https(call: HttpsCall): Promise<HttpsAnswer>;
  close(): Promise<void>;
}

export interface HttpsAnswer {
  readonly status: number;
  /** The reason phrase; absent where nobody has sent one. */
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** The only way out of a service. */
export interface Dialer {
  /**
   * Calls and waits for the whole answer; redirects are answers. Refuses with a {@link DialRefusal}. A call while a
   * database transaction is open is a defect.
   */
  https(call: HttpsCall): Promise<HttpsAnswer>;
  /**
   * The same by http or https, to a listener that a client named: where that may be, {@link DialerOptions.resolveListener} says.
   */
  listener(call: Omit<HttpsCall, 'proof'>): Promise<HttpsAnswer>;
  /** A connection that only its holder uses, for calls that are proven once and not each time. Costs nothing until it is called on. */
  hold(): HeldConnection;
  /** Opens a session with an SMTP server. Refuses with a {@link DialRefusal} or an `SmtpRefusal`. A defect while a transaction is open. */
  smtp(call: SmtpCall): Promise<SmtpLink>;
  /** Opens a session with an IMAP server. Refuses with a {@link DialRefusal} or an `ImapRefusal`. A defect while a transaction is open. */
  imap(call: ImapCall): Promise<ImapLink>;
  /** Lets go of the connections that stand: calls under way end on theirs, the next one opens another. */
  forget(): void;
  /** Ends when the calls under way have ended. */
  close(): Promise<void>;
}

export interface DialerOptions {
  readonly resolve: Resolve;
  /** Where a client's own listener is; by default what `resolve` says. */
  readonly resolveListener?: Resolve | undefined;
  /** The authorities that are trusted, PEM; no others are. */
  readonly caPem: string;
  /** What the servers of an organisation offer; undefined: what Node does. `none`: they offer nothing. */
  readonly tlsOf?: (organization: string) => Promise<TlsRange | 'none' | undefined>;
  readonly clock: Clock;
  readonly recorder: ExchangeRecorder;
  readonly seams: Seams;
  /** By which calls are given up; by default the machine's time. */
  readonly patience?: Patience | undefined;
  /** For one connection, TLS included; default 5 s. */
  readonly connectTimeoutMs?: number;
}

/** Of those that nobody holds. */
export const usualPatience = createPatience();

/** A dialer with one pool of keep-alive connections per destination. Names are resolved by `resolve` alone, never by the machine. */
export function createDialer(options: DialerOptions): Dialer {
  // One for each listener: when a name leads elsewhere, the connections that stand are not its own any more.
  const agents = new Map<string, Promise<Agent>>();
  const leaving = new Set<Promise<void>>();
  const pooled: AgentTo = (target, tls) => {
    const key = `${target.address} ${target.port} ${tls?.oldest} ${tls?.newest}`;
    const agent = agents.get(key) ?? openAgent(target, { ...options, tls });
    agents.set(key, agent);
    return agent;
  };
  return {
    async https(call) {
      assert(new URL(call.url).protocol === 'https:', 'the dialer calls https addresses, but for listeners of clients');
      return call.proof === undefined ? dial(options, call, pooled) : dialWithProof(options, call);
    },
    smtp: async (call) => (await import('./smtp-dial.ts')).dialSmtp(options, call),
    imap: async (call) => (await import('./imap-dial.ts')).dialImap(options, call),
    listener: (call) => dial({ ...options, resolve: options.resolveListener ?? options.resolve }, call, pooled),
    hold: () => hold(options),
    forget() {
      for (const agent of agents.values()) {
        // Whoever wanted one that could not be opened has been told so.
        const gone = agent.then((one) => one.close()).catch(() => {});
        leaving.add(gone);
        void gone.then(() => leaving.delete(gone));
      }
      agents.clear();
    },
    async close() {
      await Promise.all([...leaving, ...[...agents.values()].map(async (agent) => (await agent).close())]);
    },
  };
}

/**
 * Two requests on a connection that nothing else uses, one exchange each. The connection ends with the call: whoever called
 * next on it would be taken for this caller.
 */
async function dialWithProof(options: DialerOptions, call: HttpsCall): Promise<HttpsAnswer> {
  const held = hold(options);
  try {
    return await held.https(call);
  } finally {
    await held.close();
  }
}

function hold(dialing: DialerOptions): HeldConnection {
  let own: { readonly to: string; readonly agent: Promise<Agent> } | undefined;
  let certificateHash: Buffer | undefined;
  let isProven = false;
  const { patience = usualPatience } = dialing;
  // Of several servers under a name, the one that it is connected to.
  const options: DialerOptions = { ...dialing, resolve: async (host, port) => nearest(await dialing.resolve(host, port), own?.to) };
  const secured = (socket: TLSSocket): void => {
    isProven = false;
    const shown = socket.getPeerX509Certificate();
    if (shown !== undefined) certificateHash = createHash('sha256').update(shown.raw).digest();
  };
  const letGo = async (): Promise<void> => {
    const ended = own;
    own = undefined;
    isProven = false;
    await (await ended?.agent)?.destroy();
  };
  const agentTo: AgentTo = async (target, tls) => {
    const to = `${target.address} ${target.port} ${tls?.oldest} ${tls?.newest}`;
    if (own !== undefined && own.to !== to) await letGo();
    own ??= { to, agent: openAgent(target, { ...options, tls, connections: 1, secured }) };
    return own.agent;
  };
  const prove = async (call: HttpsCall, proof: ConnectionProof, end: number): Promise<HttpsAnswer> => {
    const left = (): number => Math.max(0, end - patience.now());
    const offer = { ...call, timeoutMs: left(), body: '', headers: { ...call.headers, authorization: proof.offer } };
    const challenged = await dial(options, offer, agentTo);
    const at = options.clock.now(call.organization);
    const facts = { at, certificateHash: present(certificateHash, 'the certificate of a connection'), random: randomBytes };
    const authorization = challenged.status === 401 ? proof.respond(challenged, facts) : undefined;
    if (authorization === undefined) return challenged;
    const answer = await dial(options, { ...call, timeoutMs: left(), headers: { ...call.headers, authorization } }, agentTo);
    isProven = answer.status !== 401;
    return answer;
  };
  return {
    async https(call) {
      assert(new URL(call.url).protocol === 'https:', 'the dialer calls https addresses, but for listeners of clients');
      const end = patience.now() + call.timeoutMs;
      const { proof } = call;
      if (proof === undefined) return dial(options, call, agentTo);
      if (!isProven) return prove(call, proof, end);
      const answer = await dial(options, call, agentTo);
      return answer.status === 401 ? prove(call, proof, end) : answer;
    },
    close: letGo,
  };
}

function nearest(found: Resolution, to: string | undefined): Resolution {
  if (typeof found === 'string' || found.others === undefined || to === undefined) return found;
  const all = [found, ...found.others].map(({ address, port }) => ({ address, port }));
  const at = all.findIndex(({ address, port }) => to.startsWith(`${address} ${port} `));
  const [own] = at < 0 ? [] : all.splice(at, 1);
  return own === undefined ? found : { ...own, others: all };
}

type AgentTo = (target: Target, tls: TlsRange | undefined) => Promise<Agent>;

async function dial(options: DialerOptions, call: HttpsCall, agentTo: AgentTo): Promise<HttpsAnswer> {
  assert(!insideTransaction(), `${call.service} dials ${call.url} while a transaction is open`);
  const url = new URL(call.url);
  assert(
    /^https?:$/.test(url.protocol) && url.username === '' && url.password === '',
    'the dialer calls http and https addresses without credentials',
  );
  const exchange = openExchange(options, call, url);
  const end = (outcome: 'answered' | 'refused' | 'fault' | 'defect', error?: unknown): void =>
    exchange.close(outcome, options.clock.now(call.organization), error);
  const late = (options.patience ?? usualPatience).limits(call.timeoutMs);
  const either = call.signal === undefined ? undefined : eitherSignal(late.signal, call.signal);
  const { signal } = either ?? late;
  try {
    const isSecure = url.protocol === 'https:';
    const host = bareHost(url.hostname);
    const way = {
      service: call.service,
      organization: call.organization,
      host,
      port: Number(url.port || (isSecure ? 443 : 80)),
      tls: isSecure,
    };
    const { service, organization } = call;
    const shown = { exchange, service, organization, host, target: `${call.method} ${url.pathname}` };
    const edit = await holdDial(options, { ...shown, headers: call.headers ?? {}, body: call.body }, signal);
    const asked = edit === undefined ? call : editedCall(call, edit);
    const target = await consultWay(options, exchange, way, signal);
    const tls = call.organization === undefined ? undefined : await options.tlsOf?.(call.organization);
    if (tls === 'none') throw refused('TlsFailed', 'no version of TLS is enabled');
    const answer = await firstThatListens(target, async (to) => roundTrip(await agentTo(to, tls), asked, url, exchange, signal));
    end('answered');
    return answer;
  } catch (error) {
    const why = late.signal.aborted ? `no whole answer within ${call.timeoutMs} ms` : 'the caller waits no longer';
    const refusal = signal.aborted && !(error instanceof Refusal) ? refused('Timeout', why) : dialRefusalOf(error);
    if (refusal instanceof Refusal) {
      exchange.note({ code: refusal.code, ...(refusal.detail === undefined ? {} : { detail: refusal.detail }) });
      end(refusal instanceof InjectedRefusal ? 'fault' : 'refused');
    } else {
      end('defect', refusal);
    }
    throw refusal;
  } finally {
    late.end();
    either?.end();
  }
}

function openExchange(options: DialerOptions, call: HttpsCall, url: URL): OpenExchange {
  return options.recorder.open({
    service: call.service,
    direction: 'outgoing',
    protocol: url.protocol === 'https:' ? 'https' : 'http',
    target: `${call.method} ${url.pathname}${url.search}`,
    host: url.host,
    at: options.clock.now(call.organization),
    ...(call.organization === undefined ? {} : { organization: call.organization }),
    ...(call.parent === undefined ? {} : { traceparent: formatTraceparent(call.parent) }),
  });
}
