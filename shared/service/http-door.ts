import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Authority } from '../domain/organization/advertised-urls.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { profileOf } from '../domain/organization/profiles.ts';
import { frontEndOf } from '../domain/organization/servers.ts';
import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { ExchangeRecorder, WebRequest } from '../kernel/exchange.ts';
import type { Identifiers } from '../kernel/ids.ts';
import type { Patience } from '../kernel/patience.ts';
import type { Decision, Effect, Seams } from '../kernel/seams.ts';
import { headerPairs } from '../net/header-pairs.ts';
import { DatabaseAway } from '../store/database-away.ts';
import { parseAuthority } from './authority.ts';
import type { Connection } from './connection.ts';
import { holdRequest } from './held-exchange.ts';
import { methodWritten } from './rpc-methods.ts';
import { TrackedExchange } from './tracked-exchange.ts';

/** What a listener needs to open exchanges. */
export interface HttpDoorOptions {
  readonly recorder: ExchangeRecorder;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly seams: Seams;
  /** Time-outs stand while something is held; absent: nothing ever is. */
  readonly patience?: Patience | undefined;
  /** Version of the product, for `x-coexist`. */
  readonly version: string;
  /** Whether answers carry `x-coexist` and `x-coexist-trace`; off for octet-exact comparisons. */
  readonly traceHeaders: boolean;
}

/** One request that has been let in. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly exchange: TrackedExchange;
  readonly instant: Instant;
  readonly commonHeaders: Readonly<Record<string, string>>;
}

/**
 * Reads the clock, opens the exchange and prepares the headers that every answer carries: Exchange's (learn.microsoft.com
 * "Instrumenting client requests for EWS and REST in Exchange") where an organisation answers, and ours.
 */
export function openVisit(
  options: HttpDoorOptions,
  raw: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly connection: Connection },
  facts: {
    readonly protocol: 'https' | 'http';
    readonly service: string;
    readonly organization: Organization | undefined;
    readonly host: string;
  },
): Visit {
  const { request, response, connection } = raw;
  const organization = facts.organization?.name;
  const instant = options.clock.now(organization);
  const { traceparent } = request.headers;
  const recorded = options.recorder.open({
    service: facts.service,
    direction: 'incoming',
    protocol: facts.protocol,
    target: `${methodWritten(request)} ${request.url ?? ''}`,
    host: facts.host,
    peer: connection.peer,
    at: instant,
    web: webRequest(request, connection),
    ...(organization === undefined ? {} : { organization }),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  });
  const { clock } = options;
  const exchange = new TrackedExchange(recorded, { request, response, clock, service: facts.service, organization, host: facts.host });
  connection.current = { exchange, response };
  const frontEnd = facts.organization && frontEndOf(facts.organization, connection.ordinal);
  const headers = commonHeaders(options, request, exchange, facts.organization, frontEnd);
  const requestId = headers['request-id'];
  if (requestId !== undefined && frontEnd !== undefined) exchange.note({ requestId, frontEnd });
  return { request, response, connection, exchange, instant, commonHeaders: headers };
}

/** Answers without a service; `body` is text. */
export function answer(visit: Visit, status: number, headers: OutgoingHttpHeaders, body = ''): void {
  const { request, response, exchange } = visit;
  const bodyLength = Buffer.byteLength(body);
  const all: OutgoingHttpHeaders = { ...visit.commonHeaders, ...headers, 'content-length': bodyLength };
  exchange.sent(headerPairs(all), body);
  response.writeHead(status, all);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The status of what nobody has an answer to: a defect, or a database that is away. */
export function defectStatus(error: unknown): 500 | 503 {
  return error instanceof DatabaseAway ? 503 : 500;
}

/** Answers without a service, and without a body, what nobody has an answer to; where an answer has begun the connection ends. */
export function answerDefect(visit: Visit, error: unknown): void {
  visit.exchange.conclude('defect', error);
  if (visit.response.headersSent) visit.response.destroy();
  else answer(visit, defectStatus(error), {});
}

/**
 * Asks the seam `http.request` and goes on with `proceed`, now or later, unless a rule or whoever holds it ends the exchange here. Where a
 * rule writes another Host into the request, that is the authority to go on with.
 */
export function passRequestSeam(seams: Seams, visit: Visit, proceed: (rewritten?: Authority) => void): void {
  const held = holdRequest(seams, visit);
  if (held === undefined) meetRequestFault(seams, visit, proceed);
  else void held.then((how) => how === 'go' && meetRequestFault(seams, visit, proceed));
}

function meetRequestFault(seams: Seams, visit: Visit, proceed: (rewritten?: Authority) => void): void {
  const decision = seams.at('http.request', visit.exchange.seamFacts);
  if (decision === undefined) proceed();
  else if (decision.effect.kind === 'host') {
    const { host } = decision.effect;
    visit.exchange.faulted(decision.rule, decision.effect.kind);
    visit.request.headers.host = host;
    // A name was written, so a name is what is asked for, known or not.
    proceed({ ...present(parseAuthority(host), 'the host of a fault rule'), byName: true });
  } else execute(decision, visit, proceed, ({ status, headers, body }) => answer(visit, status, headers, body));
}

/** Does to an http exchange what a fault rule decided: it goes on (later), is answered otherwise, or loses its connection. */
export function execute(
  { rule, effect }: Decision,
  target: Pick<Visit, 'exchange' | 'connection' | 'response'>,
  proceed: () => void,
  substitute: (effect: Effect & { readonly kind: 'status' }) => void,
): void {
  const { exchange, connection, response } = target;
  exchange.faulted(rule, effect.kind);
  if (effect.kind === 'latency') {
    const timer = setTimeout(() => {
      response.off('close', leave);
      proceed();
    }, effect.delayMs);
    const leave = (): void => clearTimeout(timer);
    response.once('close', leave);
    return;
  }
  exchange.conclude('fault');
  if (effect.kind === 'status') substitute(effect);
  else if (effect.kind === 'reset') connection.reset();
  // The connection stands already: what is left of a refusal is to close it without an answer.
  else connection.drop();
}

const echoedIdLimit = 256;
const longestField = 512;
const schemes = ['Basic', 'Bearer', 'NTLM', 'Negotiate', 'Digest'];

function webRequest({ headers }: IncomingMessage, { local }: Connection): WebRequest {
  const field = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value.slice(0, longestField) : null);
  const word = /^\s*(\w+)/.exec((headers.authorization ?? '').slice(0, 64))?.[1]?.toLowerCase();
  const length = headers['content-length'];
  return {
    server: local.address,
    port: local.port,
    userAgent: field(headers['user-agent']),
    referer: field(headers.referer),
    scheme: schemes.find((one) => one.toLowerCase() === word) ?? null,
    clientRequestId: field(headers['client-request-id']),
    bodyBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
  };
}

function commonHeaders(
  options: HttpDoorOptions,
  request: IncomingMessage,
  exchange: TrackedExchange,
  organization: Organization | undefined,
  frontEnd = '',
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (organization !== undefined) {
    const { serverHeader } = profileOf(organization.product);
    headers['request-id'] = options.identifiers.guid();
    headers['server'] = serverHeader;
    headers['x-feserver'] = frontEnd;
    const clientId = request.headers['client-request-id'];
    if (typeof clientId === 'string' && clientId.length <= echoedIdLimit && request.headers['return-client-request-id'] === 'true') {
      headers['client-request-id'] = clientId;
    }
  }
  if (options.traceHeaders) {
    headers['x-coexist'] = options.version;
    headers['x-coexist-trace'] = exchange.traceId;
  }
  return headers;
}
