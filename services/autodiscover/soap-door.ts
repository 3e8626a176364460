import type { FastifyReply, FastifyRequest } from 'fastify';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { actionOf } from '../../shared/protocols/autodiscover/contract.ts';
import { type RequestHeader, requestedServerVersions, writeFault, writeResponse } from '../../shared/protocols/autodiscover/envelope.ts';
import { execute } from '../../shared/service/http-door.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { admit } from './access.ts';
import type { AutodiscoverContext } from './context.ts';
import { type SoapRefusal, soapFaults, soapTexts } from './failures.ts';
import type { SoapResult } from './operations/index.ts';
import { endpointHeaders } from './operations/probe.ts';
import { readSoapRequest, type SoapCall } from './soap-request.ts';
import { hasXmlBody, octetsOf, sendXml } from './xml-body.ts';

/** Operations that nobody signs in for (reference ews.md 4.3). */
const anonymous: ReadonlySet<string> = new Set(['GetFederationInformation']);

/** Answers a POST to `autodiscover.svc`. */
export async function postSoap(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { organization, exchange } = exchangeOf(request);
  const read = readSoapRequest(octetsOf(request));
  exchange.note({ operation: read.name === '' ? 'autodiscover.svc' : read.name });
  if (!anonymous.has(read.name) && (await admit(context, request, reply)) === undefined) return reply;
  if (!hasXmlBody(request, ['text/xml'])) {
    exchange.note({ code: 'UnsupportedMediaType' });
    return reply.code(415).send();
  }
  if (read.refusal !== undefined) return sendFault(context, request, reply, read.refusal, read.about, read.header);
  const { header, operation } = read;
  const result = await resultOf(context, request, read);
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
): Promise<SoapResult | undefined> {
  const asked = exchangeOf(request);
  if (!requestedServerVersions.has(header.requestedServerVersion ?? '')) return operation.refuse(soapTexts.RequestedServerVersion);
  try {
    return await operation.run(context, asked, body);
  } catch (error) {
    asked.exchange.conclude('defect', error);
    return undefined;
  }
}

/** Answers a GET of `autodiscover.svc`, which takes nothing but POST; probes look at the headers. */
export async function probeSoap(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = exchangeOf(request);
  exchange.note({ operation: 'probe' });
  const visit = await admit(context, request, reply);
  if (visit === undefined) return reply;
  exchange.note({ code: 'MethodNotAllowed' });
  return reply.code(405).header('allow', 'POST').headers(endpointHeaders(visit)).send();
}

/**
 * Answers whatever is sent to `autodiscover.svc/WSSecurity` and below: what Exchange says where WSSecurity is off on
 * the virtual directory (reference auth.md 1.9). Nobody signs in here: the credentials would be in the message.
 */
export function postWsSecurity(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = readSoapRequest(octetsOf(request));
  exchangeOf(request).exchange.note({ operation: read.name === '' ? 'autodiscover.svc' : read.name });
  const isReadable = hasXmlBody(request, ['text/xml']) && read.refusal !== 'Malformed' && read.refusal !== 'VersionMismatch';
  if (isReadable) return sendFault(context, request, reply, 'InvalidSecurity', '', read.header);
  return sendFault(
    context,
    request,
    reply,
    'Malformed',
    read.refusal === undefined ? 'the content type is not text/xml' : read.about,
    read.header,
  );
}

function sendFault(
  context: AutodiscoverContext,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: SoapRefusal,
  about: string,
  header: RequestHeader,
): FastifyReply {
  const { status, code, codeNamespace, text, action } = soapFaults[refusal];
  const { exchange } = exchangeOf(request);
  exchange.note({ code, detail: `${refusal}: ${about}` });
  return send(
    context,
    request,
    reply,
    status,
    writeFault({ code, codeNamespace, reason: text(about) }, { action, relatesTo: header.messageId }),
  );
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
