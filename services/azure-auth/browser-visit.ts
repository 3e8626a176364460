import type { FastifyReply, FastifyRequest } from 'fastify';
import { Judgement } from '../../shared/bridges/authority/judgement.ts';
import type { Authority } from '../../shared/domain/organization/advertised-urls.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';
import { type EntraErrorCode, entraErrorBody } from '../../shared/protocols/oauth/entra-errors.ts';
import { readForm } from '../../shared/protocols/oauth/form.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { TrackedExchange } from '../../shared/service/tracked-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { beginAnswer, isEntraRefusal, sendJson } from './failures.ts';
import type { WrittenPage } from './pages/page.ts';
import { messagePage } from './pages/sign-in-pages.ts';

/** One request of a browser, or of a client to a door that has no grant: what its handler works with. */
export interface BrowserVisit {
  readonly context: AzureAuthContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly exchange: TrackedExchange;
  readonly at: Instant;
  /** Scheme and authority by which the service was reached: `https://localhost:4445`. */
  readonly origin: string;
  readonly judgement: Judgement;
}

/** A longer parameter is refused: what is echoed must fit into a header. */
const mostCharacters = 8_192;

/** Begins the work on a request. */
export function openBrowserVisit(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply, operation: string): BrowserVisit {
  const { exchange, instant, authority } = visitOf(request);
  exchange.note({ operation });
  const judgement = new Judgement();
  underWay.set(request, judgement);
  return { context, request, reply, exchange, at: instant, origin: originOf(authority), judgement };
}

/** Scheme and authority as a URL has them: without the port that goes without saying. */
export function originOf({ host, port }: Pick<Authority, 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  const text = `https://${name}${port === undefined ? '' : `:${port}`}`;
  return URL.canParse(text) ? new URL(text).origin : 'https://localhost';
}

/** The parameters of a GET. Throws the refusal of a query that is none, has a parameter twice or one that is too long. */
export function queryOf({ request, judgement }: BrowserVisit): ReadonlyMap<string, string> {
  const url = request.raw.url ?? '';
  const question = url.indexOf('?');
  return readParameters(judgement, question < 0 ? undefined : Buffer.from(url.slice(question + 1), 'latin1'));
}

/** The parameters of a POST; what the query has besides (telemetry) does not count. Throws as {@link queryOf}. */
export function formOf({ request, judgement }: BrowserVisit): ReadonlyMap<string, string> {
  return readParameters(judgement, Buffer.isBuffer(request.body) ? request.body : undefined);
}

/** The one or the other. */
export function parametersOf(visit: BrowserVisit): ReadonlyMap<string, string> {
  return visit.request.method === 'POST' ? formOf(visit) : queryOf(visit);
}

function readParameters(judgement: Judgement, octets: Buffer | undefined): ReadonlyMap<string, string> {
  const read = readForm(octets);
  if ('problem' in read) return judgement.refuse('request.form', { actual: read.problem, reference: 'RFC 6749 section 3.1' }, '9002313');
  for (const [name, value] of read) {
    if (value.length <= mostCharacters) continue;
    const facts = { expected: `at most ${mostCharacters} characters`, actual: `${name}: ${value.length}` };
    return judgement.refuse('request.form', facts, '9002313');
  }
  judgement.pass('request.form');
  return read;
}

/** A parameter that must be there. */
export function required({ judgement }: Pick<BrowserVisit, 'judgement'>, parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '')
    return judgement.refuse(`request.${name}`, { expected: name, actual: 'nothing' }, '900144', { name });
  return value;
}

/** The words for a refusal, and a note of it in the journal. */
export function tellError(visit: BrowserVisit, refusal: Refusal<EntraErrorCode>): ReturnType<typeof entraErrorBody> {
  const { exchange, context, at, origin, request, reply } = visit;
  exchange.note({ code: `AADSTS${refusal.code}`, detail: refusal.detail ?? '' });
  exchange.conclude('refused');
  return entraErrorBody([refusal.code], refusal.values, { at, ...beginAnswer(context, request, reply), origin });
}

/** Runs a handler; a refusal becomes the answer that `told` makes of it. */
export async function judged(
  visit: BrowserVisit,
  work: () => Promise<FastifyReply>,
  told: (visit: BrowserVisit, refusal: Refusal<EntraErrorCode>) => FastifyReply,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (!isEntraRefusal(error)) throw error;
    return told(visit, error);
  }
}

const underWay = new WeakMap<FastifyRequest, Judgement>();

/** Enters the checks of a browser's request in the journal; to be called as its answer is sent, for afterwards it is closed. */
export function enterJudgement(request: FastifyRequest): void {
  const verdict = underWay.get(request)?.verdict;
  if (verdict !== undefined && verdict.checks.length > 0) visitOf(request).exchange.judged(verdict);
}

/** Says an error as JSON. */
export function sendErrorBody(visit: BrowserVisit, refusal: Refusal<EntraErrorCode>): FastifyReply {
  const { status, body } = tellError(visit, refusal);
  return sendJson(visit.reply, status, body);
}

/** Says an error on a page: whoever is at fault, it must not be told to an address that nobody has vouched for. */
export function sendErrorPage(visit: BrowserVisit, refusal: Refusal<EntraErrorCode>): FastifyReply {
  const { error_description } = tellError(visit, refusal).body;
  return sendPage(visit.reply.code(400), messagePage('Sorry, but we’re having trouble signing you in.', error_description));
}

export function sendPage(reply: FastifyReply, { headers, body }: WrittenPage): FastifyReply {
  return reply.headers(headers).send(body);
}

/** What the user did with the tenant and account, for journal and fault rules. */
export function noteUser({ exchange }: BrowserVisit, caller: string, organization?: string): void {
  exchange.note({ caller, ...(organization === undefined ? {} : { organization }) });
}

/** The identifier of a session or flow is a secret of one browser; whoever posts a form must come from a page of ours. */
export function comesFromOwnPage({ request, origin }: BrowserVisit): boolean {
  const { origin: sender, 'sec-fetch-site': site } = request.headers;
  return (sender === undefined || sender === origin) && (site === undefined || site === 'same-origin' || site === 'none');
}

/** `oid` and `tid` as MSAL reads them from `client_info`. */
export function clientInfo(user: Guid, tenantId: Guid): string {
  return Buffer.from(JSON.stringify({ uid: user, utid: tenantId })).toString('base64url');
}
