import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { type Guid, parseGuid } from '../../shared/kernel/ids.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { type EntraErrorCode, entraErrorBody, entraErrors } from '../../shared/protocols/oauth/entra-errors.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';

/** Ids by which a request is talked of; the client may have chosen the second. */
export interface RequestIds {
  readonly traceId: Guid;
  readonly correlationId: Guid;
}

/** The ids of a request, and the headers that every answer of the service has. `told`: a `client-request-id` from the body. */
export function beginAnswer(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply, told?: string): RequestIds {
  const query = request.query as Readonly<Record<string, unknown>>;
  const chosen = [told, request.headers['client-request-id'], query['client-request-id']].find((one) => typeof one === 'string');
  const sent = typeof chosen === 'string' ? parseGuid(chosen) : undefined;
  const ids = { traceId: context.identifiers.guid(), correlationId: sent ?? context.identifiers.guid() };
  reply.headers({
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': ids.traceId,
  });
  if (sent !== undefined && /^true$/i.test(String(request.headers['return-client-request-id']))) reply.header('client-request-id', sent);
  return ids;
}

/** Whether an error is a refusal of this service, in AADSTS numbers. */
export function isEntraRefusal(error: unknown): error is Refusal<EntraErrorCode> {
  return error instanceof Refusal && Object.hasOwn(entraErrors, error.code);
}

/** How a refusal is worded: its numbers, the gravest first, and a sentence where the table's does not do. */
export interface Wording {
  readonly codes: readonly EntraErrorCode[];
  readonly description?: string;
}

/** Answers a refusal with its JSON body and enters it in the journal; anything else is thrown on, as a defect. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    error,
    judgement,
    ids,
    wording,
  }: { error: unknown; judgement: Judgement; ids: RequestIds; wording?: (refusal: Refusal<EntraErrorCode>) => Wording },
): FastifyReply {
  const { exchange, instant, authority } = visitOf(request);
  exchange.judged(judgement.verdict);
  if (!isEntraRefusal(error)) throw error;
  const { codes, description } = wording?.(error) ?? { codes: [error.code] };
  exchange.note({ code: `AADSTS${codes.at(-1)}`, detail: error.detail ?? '' });
  exchange.conclude('refused');
  const port = authority.port === undefined || authority.port === 443 ? '' : `:${authority.port}`;
  const origin = `https://${authority.host}${port}`;
  const { status, body } = entraErrorBody(codes, error.values, { at: instant, ...ids, origin }, description, error.values['error']);
  return sendJson(reply, status, body);
}

export function sendJson(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}
