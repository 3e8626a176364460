import type { FastifyReply, FastifyRequest } from 'fastify';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { actionOf } from '../../shared/protocols/autodiscover/contract.ts';
import { type RequestHeader, requestedServerVersions, writeFault, writeResponse } from '../../shared/protocols/autodiscover/envelope.ts';
import type { SoapFault } from '../../shared/protocols/soap/fault.ts';
import { execute } from '../../shared/service/http-door.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';
import type { Asked, AutodiscoverContext } from './context.ts';
import { type SoapRefusal, soapFaults, soapTexts } from './failures.ts';
import type { SoapResult } from './operations/index.ts';
import type { SoapCall, UnansweredSoap } from './soap-request.ts';
import { sendXml } from './xml-body.ts';

/** Operations that nobody signs in for (learn.microsoft.com "GetFederationInformation operation (SOAP)"). */
export const anonymous: ReadonlySet<string> = new Set(['GetFederationInformation']);

/** Carries out what was asked by somebody who has been let in, and answers. */
export async function answerCall(
  context: AutodiscoverContext,
  request: FastifyRequest,
  reply: FastifyReply,
  call: SoapCall | UnansweredSoap,
  asked: Asked = exchangeOf(request),
): Promise<FastifyReply> {
  const { organization, exchange } = exchangeOf(request);
  if (call.refusal !== undefined) return sendFault(context, request, reply, call.refusal, call.about, call.header);
  const { header, operation } = call;
  const result = await resultOf(context, request, call, asked);
  if (result === undefined) return sendFault(context, request, reply, 'Defect', operation.name, header);
  exchange.note({ code: result.code });
  if (result.isRefused) exchange.conclude('refused');
  const { version } = profileOf(organization.product);
  const action = `${actionOf(operation.name)}Response`;
  const named = { ...version, name: version.autodiscoverSchema };
  return send(context, request, reply, 200, writeResponse(result.body, { action, relatesTo: header.messageId, version: named }));
}

/** Runs the operation; undefined: something of ours failed, and the journal knows. */
async function resultOf(
  context: AutodiscoverContext,
  request: FastifyRequest,
  { header, operation, body }: SoapCall,
  asked: Asked,
): Promise<SoapResult | undefined> {
  // Whoever asks for federation information need not say a version (the vendor's example does not).
  const mayBeSilent = anonymous.has(operation.name) && header.requestedServerVersion === undefined;
  if (!mayBeSilent && !requestedServerVersions.has(header.requestedServerVersion ?? ''))
    return operation.refuse(soapTexts.RequestedServerVersion);
  try {
    return await operation.run(context, asked, body);
  } catch (error) {
    if (error instanceof DatabaseAway) throw error;
    exchangeOf(request).exchange.conclude('defect', error);
    return undefined;
  }
}

/** Answers a fault of this service. */
export function sendFault(
  context: AutodiscoverContext,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: SoapRefusal,
  about: string,
  header: RequestHeader,
): FastifyReply {
  const { status, code, codeNamespace, text, action } = soapFaults[refusal];
  exchangeOf(request).exchange.note({ code, detail: `${refusal}: ${about}` });
  return sendSoapFault(context, request, reply, { code, codeNamespace, reason: text(about) }, { status, action, header });
}

/** Answers a fault as it is. */
export function sendSoapFault(
  context: AutodiscoverContext,
  request: FastifyRequest,
  reply: FastifyReply,
  fault: SoapFault,
  { status, action, header }: { readonly status: number; readonly action: string; readonly header: RequestHeader },
): FastifyReply {
  return send(context, request, reply, status, writeFault(fault, { action, relatesTo: header.messageId }));
}

// The seam `soap.response`: an envelope is ready and may still be replaced, held back or lost.
function send(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply, status: number, document: string): FastifyReply {
  const { exchange, connection } = exchangeOf(request);
  const decision = context.seams.at('soap.response', exchange.seamFacts);
  if (decision === undefined) return sendXml(reply, status, document);
  const proceed = (): void => void sendXml(reply, status, document);
  execute(decision, { exchange, connection, response: reply.raw }, proceed, (effect) => {
    reply.code(effect.status).headers(effect.headers).send(effect.body);
  });
  return reply;
}
