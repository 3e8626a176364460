import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../shared/bridges/access/caller.ts';
import { actAs, type ImpersonationGround } from '../../shared/bridges/access/impersonation.ts';
import type { Principal } from '../../shared/bridges/access/principal.ts';
import { speakFor } from '../../shared/bridges/access/security-context.ts';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Contract } from '../../shared/protocols/ews/contract-type.ts';
import { hasOperation } from '../../shared/protocols/ews/first-versions.ts';
import { newerPart } from '../../shared/protocols/ews/newer-parts.ts';
import { type RequestHeader, readRequestHeader } from '../../shared/protocols/ews/request-header.ts';
import { openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { onClocks } from '../../shared/xml/clocks.ts';
import { type ParseLimits, parseXml } from '../../shared/xml/parse.ts';
import { type Admitted, admit, isFromServer } from './access.ts';
import { tellServer } from './affinity.ts';
import { clocksOf } from './calendar/named-zone.ts';
import { contextZone, readsOnClocks } from './calendar/read-zone.ts';
import type { EwsCall, EwsContext } from './context.ts';
import { ewsRefusal } from './failures.ts';
import { passCall } from './injected-error.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';
import { answerWith, contractOf, octetsOf, operationName, refuse, refuseMediaType, send } from './soap-answer.ts';
import { StreamedAnswer, type Streaming, sendStream } from './streamed-answer.ts';
import { throttle } from './throttling/throttle.ts';

/** Bounds of a request. Exchange takes 35 MB with attachments in it by default (maxAllowedContentLength of EWS). */
export const requestLimits: ParseLimits = { maxBytes: 36_700_160, maxDepth: 64, maxElements: 500_000 };

/** Answers a POST to `Exchange.asmx`: sign-in, then the message, then the operation. */
export async function postSoap(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  exchangeOf(request).exchange.note({ operation: 'Exchange.asmx' });
  const admitted = await admit(context, request, reply);
  if (admitted === undefined) return reply;
  const server = await tellServer(context, request, reply, admitted);
  const refused = refuseMediaType(request, reply);
  if (refused !== undefined) return refused;
  try {
    const answered = await answer(context, request, { ...admitted, server });
    if (typeof answered === 'string') return await send(context, request, reply, 200, answered);
    return await sendStream(context, request, reply, answered);
  } catch (error) {
    return refuse(context, request, reply, isActionAlone(request, error) ? ewsRefusal('ErrorInvalidRequest') : error);
  }
}

/** A SOAPAction and nothing in the body: ErrorInvalidRequest of Microsoft's page "ResponseCode". */
function isActionAlone({ headers }: FastifyRequest, error: unknown): boolean {
  return headers['soapaction'] !== undefined && error instanceof Refusal && error.code === 'EmptyBody';
}

async function answer(
  context: EwsContext,
  request: FastifyRequest,
  { principal, organization, settings, server }: Admitted & Pick<EwsCall, 'server'>,
): Promise<string | Streaming> {
  const { instant, exchange } = exchangeOf(request);
  const { header, body } = openEnvelope(parseXml(octetsOf(request), requestLimits));
  exchange.note({ operation: operationName(body) });
  const { name, contract } = contractOf(body);
  const head = readRequestHeader(header);
  if (!hasOperation(head.version, name)) throw ewsRefusal('ErrorIncorrectSchemaVersion', { detail: `${name} in ${head.version}` });
  const fromServer = isFromServer(request);
  const ground = { organization, settings, directory: context.directory(organization.name), isFromServer: fromServer };
  const caller = await callerIn(head, principal, ground, exchange);
  if (head.claimsToBeServer) throw ewsRefusal('ErrorAccessDenied', { detail: 'the caller is no server' });
  if (head.speaksFor !== undefined && name !== 'GetUserAvailability')
    throw ewsRefusal('ErrorAccessDenied', { detail: `${name} in the name of a user of another forest` });
  const operation = operations[name] as Operation<Contract<unknown, unknown>>;
  const zone = contextZone(head.timeZone, name);
  const clocks = clocksOf(zone);
  const met = passCall(context.seams, exchangeOf(request));
  if (met !== undefined) await met;
  const call = {
    context,
    organization,
    caller,
    instant,
    exchange,
    operation: name,
    zone,
    clocks: readsOnClocks(head) ? clocks : undefined,
    server,
  };
  return throttle(name, call, async () => {
    const decoded = onClocks(call.clocks, () => contract.request.decode(body));
    // In the schema, but not in the one that is named: observed of Exchange 2010 with the Notes of a contact (nmarus/node-ews#18).
    const newer = newerPart(head.version, body);
    if (newer !== undefined) throw ewsRefusal('ErrorIncorrectSchemaVersion', { detail: `${newer} in ${head.version}` });
    const response: unknown = await operation({ ...call, isFromServer: fromServer || head.speaksFor !== undefined }, decoded);
    if (response instanceof StreamedAnswer) return { organization, contract, stream: response, clocks };
    return answerWith(request, organization, contract, response, clocks);
  });
}

/** In whose name the request is carried out: the sender's, or that of whom the header names. Throws what the verdict says. */
async function callerIn(head: RequestHeader, principal: Principal, ground: ImpersonationGround, exchange: OpenExchange): Promise<Caller> {
  const acting = await actAs(principal, head.impersonation, ground, head.roles?.application);
  if (acting.verdict !== undefined) exchange.judged(acting.verdict);
  if (acting.refusal !== undefined) throw acting.refusal;
  const spoken = head.speaksFor === undefined ? undefined : await speakFor(acting.caller, head.speaksFor, ground);
  if (spoken !== undefined) exchange.judged(spoken.verdict);
  if (spoken?.refusal !== undefined) throw spoken.refusal;
  const { caller } = spoken ?? acting;
  if (caller.impersonatedBy !== undefined) exchange.note({ caller: caller.primarySmtpAddress });
  return caller;
}
