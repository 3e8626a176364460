import type { FastifyReply, FastifyRequest } from 'fastify';
import { actAs } from '../../shared/bridges/access/impersonation.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { requested } from '../../shared/protocols/ews/contract.ts';
import type { Contract } from '../../shared/protocols/ews/contract-type.ts';
import { writeFault, writeResponse } from '../../shared/protocols/ews/envelope.ts';
import { ewsFault, schemaFault } from '../../shared/protocols/ews/fault.ts';
import { messages } from '../../shared/protocols/ews/namespaces.ts';
import { readRequestHeader } from '../../shared/protocols/ews/request-header.ts';
import { type OpenedEnvelope, openEnvelope, soapNamespace } from '../../shared/protocols/soap/envelope.ts';
import { execute } from '../../shared/service/http-door.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { SchemaError } from '../../shared/xml/errors.ts';
import { type ParseLimits, parseXml } from '../../shared/xml/parse.ts';
import { type Admitted, admit, forbid } from './access.ts';
import type { EwsContext } from './context.ts';
import { complaintOf, ewsRefusal, isForbidden, isMalformed, notSupported } from './failures.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';

/** Bounds of a request. Exchange takes 35 MB with attachments in it by default (maxAllowedContentLength of EWS). */
export const requestLimits: ParseLimits = { maxBytes: 36_700_160, maxDepth: 64, maxElements: 500_000 };

/** Answers a POST to `Exchange.asmx`: sign-in, then the message, then the operation. */
export async function postSoap(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = exchangeOf(request);
  exchange.note({ operation: 'Exchange.asmx' });
  const admitted = await admit(context, request, reply);
  if (admitted === undefined) return reply;
  if (!/^(?:text|application)\/xml\b/i.test(request.headers['content-type'] ?? '')) {
    exchange.note({ code: 'UnsupportedMediaType' });
    exchange.conclude('refused');
    return reply.code(415).send();
  }
  try {
    const document = await answer(context, request, admitted);
    return await send(context, request, reply, 200, document);
  } catch (error) {
    return refuse(context, request, reply, error);
  }
}

async function answer(context: EwsContext, request: FastifyRequest, { principal, organization, settings }: Admitted): Promise<string> {
  const { instant, exchange } = exchangeOf(request);
  const { header, body } = open(request.body);
  const asked = requested(body);
  exchange.note({ operation: body.name.slice(0, 64) });
  if (asked === undefined) throw unknownOperation(body.namespace, body.name, body);
  if (asked.is === 'not-implemented') throw notSupported(`The operation ${asked.name}`);
  const head = readRequestHeader(header);
  const ground = { organization, settings, directory: context.directory(organization.name) };
  const acting = await actAs(principal, head.impersonation, ground, head.roles?.application);
  if (acting.verdict !== undefined) exchange.judged(acting.verdict);
  if (acting.refusal !== undefined) throw acting.refusal;
  const { caller } = acting;
  if (caller.impersonatedBy !== undefined) exchange.note({ caller: caller.primarySmtpAddress });
  if (head.claimsToBeServer) throw ewsRefusal('ErrorAccessDenied', { detail: 'the caller is no server' });
  const { contract } = asked;
  const decoded = contract.request.decode(body);
  const operation = operations[asked.name] as Operation<Contract<unknown, unknown>>;
  const response = await operation({ context, organization, caller, instant, exchange }, decoded);
  exchange.note({ code: firstCode(response) });
  return writeResponse(contract, response, profileOf(organization.product).version);
}

function open(octets: unknown): OpenedEnvelope {
  return openEnvelope(parseXml(Buffer.isBuffer(octets) ? octets : Buffer.alloc(0), requestLimits));
}

function unknownOperation(namespace: string, name: string, at: { readonly line?: number; readonly column?: number }): SchemaError {
  const expected = namespace === messages ? '' : ` List of possible elements expected: any element in namespace '${messages}'.`;
  return new SchemaError(
    `The element 'Body' in namespace '${soapNamespace}' has invalid child element '${name}' in namespace '${namespace}'.${expected}`,
    at,
  );
}

/** The first code that is not NoError, for the journal. */
function firstCode(response: unknown): string {
  if (!Array.isArray(response)) return 'NoError';
  const complained = response.find((message: { readonly ResponseCode?: string }) => message.ResponseCode !== undefined);
  return (complained as { readonly ResponseCode: string } | undefined)?.ResponseCode ?? 'NoError';
}

/** What ends a request as a whole becomes a fault, always with status 500 (reference ews.md 2.4). */
function refuse(context: EwsContext, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { exchange } = exchangeOf(request);
  if (isMalformed(error)) {
    exchange.note({ code: 'ErrorSchemaValidation', detail: error.message });
    exchange.conclude('refused');
    return send(context, request, reply, 500, writeFault(schemaFault(error)));
  }
  if (isForbidden(error)) {
    exchange.note({ code: error.code, detail: error.detail ?? '' });
    return forbid(request, reply);
  }
  const complaint = complaintOf(error);
  if (complaint === undefined) {
    exchange.note({ code: 'ErrorInternalServerError' });
    exchange.conclude('defect', error);
    return send(context, request, reply, 500, writeFault(ewsFault('ErrorInternalServerError')));
  }
  exchange.note({ code: complaint.ResponseCode, detail: error instanceof Error ? error.message : '' });
  exchange.conclude('refused');
  const values = Object.fromEntries(
    (complaint.MessageXml ?? []).flatMap((detail) => (detail.is === 'Value' ? [[detail.name, detail.value]] : [])),
  );
  const facts = { text: complaint.MessageText, ...(Object.keys(values).length === 0 ? {} : { values }) };
  return send(context, request, reply, 500, writeFault(ewsFault(complaint.ResponseCode, facts)));
}

// The seam `soap.response`: an envelope is ready and may still be replaced, held back or lost.
function send(context: EwsContext, request: FastifyRequest, reply: FastifyReply, status: number, document: string): FastifyReply {
  const { exchange, connection } = exchangeOf(request);
  const proceed = (): void => {
    // The content type is spelled exactly so: DavMail compares it (reference ews.md 4.1).
    reply.code(status).header('content-type', 'text/xml; charset=utf-8').header('cache-control', 'private').send(document);
  };
  const decision = context.seams.at('soap.response', exchange.seamFacts);
  if (decision === undefined) proceed();
  else {
    execute(decision, { exchange, connection, response: reply.raw }, proceed, (effect) => {
      reply.code(effect.status).headers(effect.headers).send(effect.body);
    });
  }
  return reply;
}
