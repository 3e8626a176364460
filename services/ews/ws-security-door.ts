import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExternalCaller } from '../../shared/bridges/access/external-caller.ts';
import { tenantGate } from '../../shared/bridges/access/tenant-gate.ts';
import { judgeWsSecurity, readSecuredMessage, type SecuredMessage, type WsSecurityDoor } from '../../shared/bridges/access/ws-security.ts';
import { allowsWsSecurity } from '../../shared/domain/organization/virtual-directories.ts';
import { requested } from '../../shared/protocols/ews/contract.ts';
import type { Contract } from '../../shared/protocols/ews/contract-type.ts';
import { writeFault } from '../../shared/protocols/ews/envelope.ts';
import { types } from '../../shared/protocols/ews/namespaces.ts';
import { readRequestHeader } from '../../shared/protocols/ews/request-header.ts';
import { soapNamespace } from '../../shared/protocols/soap/envelope.ts';
import { faultElement, type SoapFault } from '../../shared/protocols/soap/fault.ts';
import { addressingHeaders, faultAction } from '../../shared/protocols/wstrust/addressing.ts';
import { lacksCertificate, type Visited, visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { onClocks } from '../../shared/xml/clocks.ts';
import type { XmlElement } from '../../shared/xml/element.ts';
import { forbid, isKeptOut } from './access.ts';
import { clocksOf } from './calendar/named-zone.ts';
import { contextZone, readsOnClocks } from './calendar/read-zone.ts';
import type { EwsContext } from './context.ts';
import { ewsRefusal } from './failures.ts';
import { passCall } from './injected-error.ts';
import { type ExternalOperation, externalOperations } from './operations/external.ts';
import { answerWith, contractOf, octetsOf, operationName, refuse, refuseMediaType, send } from './soap-answer.ts';

type Door = (context: EwsContext, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * Answers a POST below `Exchange.asmx/WSSecurity`, where nobody signs in: the message holds a delegation token. Its
 * security is judged first, then the tenant is asked, then the operation runs, if it is one for strangers.
 */
export function postWsSecurity(door: WsSecurityDoor): Door {
  return async (context, request, reply) => {
    exchangeOf(request).exchange.note({ operation: 'Exchange.asmx' });
    const refused = refuseMediaType(request, reply);
    if (refused !== undefined) return refused;
    try {
      return await answer(context, request, reply, door);
    } catch (error) {
      return refuse(context, request, reply, error);
    }
  };
}

async function answer(context: EwsContext, request: FastifyRequest, reply: FastifyReply, door: WsSecurityDoor): Promise<FastifyReply> {
  const { instant, exchange } = exchangeOf(request);
  const visit = await visited(context, request);
  if (await lacksCertificate(request, visit, 'WebServicesVirtualDirectory')) return forbid(request, reply);
  const message = readSecuredMessage(octetsOf(request));
  const { body, addressing } = message;
  exchange.note({ operation: operationName(body) });
  const operation = operationFor(body);
  const judged = await judgeWsSecurity(message, {
    door,
    isOffered: allowsWsSecurity(visit.organization, visit.settings, 'WebServicesVirtualDirectory'),
    settings: visit.settings,
    at: instant,
    offers: operation && [operation.offer],
    identity: 'operation',
    understands,
  });
  exchange.judged(judged.verdict);
  if (judged.assertion !== undefined) exchange.note({ assertion: judged.assertion });
  if (judged.refusal !== undefined) {
    exchange.note({ code: judged.fault.code, detail: judged.refusal.message });
    exchange.conclude('refused');
    return send(context, request, reply, 500, faultDocument(judged.fault, addressing.messageId));
  }
  exchange.note({ caller: judged.caller.emailAddress });
  if (isKeptOut(request, visit.organization, visit.settings, undefined)) return forbid(request, reply);
  const gate = tenantGate(visit.organization, visit.settings, judged.caller);
  if (gate !== undefined) exchange.judged(gate.verdict);
  if (gate?.refusal !== undefined) {
    exchange.note({ code: gate.refusal.code, detail: gate.refusal.detail ?? '' });
    return forbid(request, reply);
  }
  return send(context, request, reply, 200, await run(context, request, message, visit, judged.caller));
}

function faultDocument(fault: SoapFault, messageId: string | undefined): string {
  return writeFault(faultElement(fault), addressingHeaders({ action: faultAction, relatesTo: messageId }, soapNamespace));
}

type AnyOperation = ExternalOperation<Contract<unknown, unknown>>;

/** What the body asks for, where that is open to strangers. */
function operationFor(body: XmlElement): AnyOperation | undefined {
  const asked = requested(body);
  return asked?.is === 'contract' ? (externalOperations[asked.name] as AnyOperation | undefined) : undefined;
}

const headers: ReadonlySet<string> = new Set([
  'RequestServerVersion',
  'ExchangeImpersonation',
  'MailboxCulture',
  'TimeZoneContext',
  'DateTimePrecision',
  'ManagementRole',
  'SerializedSecurityContext',
  'OpenAsAdminOrSystemService',
]);

/** Headers that readRequestHeader reads. */
function understands({ namespace, name }: XmlElement): boolean {
  return namespace === types && headers.has(name);
}

async function run(
  context: EwsContext,
  request: FastifyRequest,
  { header, body }: SecuredMessage,
  { organization, settings }: Visited,
  external: ExternalCaller,
): Promise<string> {
  const { instant, exchange } = exchangeOf(request);
  const { contract } = contractOf(body);
  const head = readRequestHeader(header);
  if (head.impersonation !== undefined || head.speaksFor !== undefined || head.claimsToBeServer)
    throw denied('a delegation token stands for its user alone');
  const operation = operationFor(body);
  if (operation === undefined) throw denied(`${contract.name} is not for callers of other organisations`);
  await passCall(context.seams, exchangeOf(request));
  const zone = contextZone(head.timeZone, contract.name);
  const clocks = clocksOf(zone);
  const decoded = onClocks(readsOnClocks(head) ? clocks : undefined, () => contract.request.decode(body));
  const call = { context, organization, settings, external, instant, exchange, zone };
  return answerWith(request, organization, contract, await operation.run(call, decoded), clocks);
}

function denied(detail: string): Error {
  return ewsRefusal('ErrorAccessDenied', { detail });
}
