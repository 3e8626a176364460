import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { type Requested, requested } from '../../shared/protocols/ews/contract.ts';
import type { Contract } from '../../shared/protocols/ews/contract-type.ts';
import { writeFault, writeResponse } from '../../shared/protocols/ews/envelope.ts';
import { ewsFault, schemaFault } from '../../shared/protocols/ews/fault.ts';
import { messages } from '../../shared/protocols/ews/namespaces.ts';
import { soapNamespace } from '../../shared/protocols/soap/envelope.ts';
import { execute } from '../../shared/service/http-door.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';
import type { Clocks } from '../../shared/xml/clocks.ts';
import { decodeXml } from '../../shared/xml/document-text.ts';
import type { XmlElement } from '../../shared/xml/element.ts';
import { SchemaError } from '../../shared/xml/errors.ts';
import { forbid } from './access.ts';
import type { EwsContext } from './context.ts';
import { complaintOf, isForbidden, isMalformed, notSupported } from './failures.ts';

/** Answers 415 unless the request says that it is XML. */
export function refuseMediaType(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  if (/^(?:text|application)\/xml\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  const { exchange } = exchangeOf(request);
  exchange.note({ code: 'UnsupportedMediaType' });
  exchange.conclude('refused');
  return reply.code(415).send();
}

/** The octets of a request; none when it has no body. */
export function octetsOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** What the body asks for, as the journal and fault rules call it: some operations' elements have another name than they. */
export function operationName(body: XmlElement): string {
  return requested(body)?.name ?? body.name.slice(0, 64);
}

/** The contract that the body's element asks for. Throws `SchemaError` for what Exchange has not, a refusal for what is not here. */
export function contractOf(body: XmlElement): Requested & { readonly is: 'contract' } {
  const asked = requested(body);
  if (asked === undefined) throw unknownOperation(body.namespace, body.name, body);
  if (asked.is === 'not-implemented') throw notSupported(`The operation ${asked.name}`);
  return asked;
}

function unknownOperation(namespace: string, name: string, at: { readonly line?: number; readonly column?: number }): SchemaError {
  const expected = namespace === messages ? '' : ` List of possible elements expected: any element in namespace '${messages}'.`;
  return new SchemaError(
    `The element 'Body' in namespace '${soapNamespace}' has invalid child element '${name}' in namespace '${namespace}'.${expected}`,
    at,
  );
}

/** Notes the answer's code and writes it. */
export function answerWith(
  request: FastifyRequest,
  organization: Organization,
  contract: Contract<unknown, unknown>,
  response: unknown,
  clocks?: Clocks,
): string {
  exchangeOf(request).exchange.note({ code: firstCode(response) });
  return writeResponse(contract, response, profileOf(organization.product).version, clocks);
}

/** The first code that is not NoError, for the journal. */
function firstCode(response: unknown): string {
  return messagesIn(response).find(({ ResponseCode }) => ResponseCode !== undefined)?.ResponseCode ?? 'NoError';
}

interface Message {
  readonly ResponseCode?: string;
}

/**
 * Where an answer is no list of messages it is one itself, with or without others inside, has one beside what it is about,
 * or, as that on availability, a list of such.
 */
function messagesIn(response: unknown): readonly Message[] {
  if (Array.isArray(response)) return response;
  const { ResponseMessage, ResponseMessages = [], FreeBusyResponseArray = [], ...itself } = response as MessageHolder;
  return [itself, ResponseMessage, ...ResponseMessages, ...FreeBusyResponseArray.map((part) => part.ResponseMessage)].filter(
    (message) => message !== undefined,
  );
}

interface MessageHolder extends Message {
  readonly ResponseMessage?: Message;
  readonly ResponseMessages?: readonly Message[];
  readonly FreeBusyResponseArray?: readonly { readonly ResponseMessage?: Message }[];
}

/** What ends a request as a whole becomes a fault, always with status 500: clients read no other as one. */
export function refuse(context: EwsContext, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { exchange } = exchangeOf(request);
  if (isMalformed(error)) {
    exchange.note({ code: 'ErrorSchemaValidation', detail: error.message });
    exchange.conclude('refused');
    return send(context, request, reply, 500, writeFault(schemaFault(error, () => decodeXml(octetsOf(request)))));
  }
  if (isForbidden(error)) {
    exchange.note({ code: error.code, detail: error.detail ?? '' });
    return forbid(request, reply);
  }
  const complaint = complaintOf(error);
  if (complaint === undefined) {
    const code = error instanceof DatabaseAway ? 'ErrorInternalServerTransientError' : 'ErrorInternalServerError';
    exchange.note({ code });
    exchange.conclude('defect', error);
    return send(context, request, reply, 500, writeFault(ewsFault(code)));
  }
  exchange.note({ code: complaint.ResponseCode, detail: error instanceof Error ? error.message : '' });
  exchange.conclude('refused');
  const values = Object.fromEntries(
    (complaint.MessageXml ?? []).flatMap((detail) => (detail.is === 'Value' ? [[detail.name, detail.value]] : [])),
  );
  const facts = { text: complaint.MessageText, ...(Object.keys(values).length === 0 ? {} : { values }) };
  return send(context, request, reply, 500, writeFault(ewsFault(complaint.ResponseCode, facts)));
}

/** Passes the seam `soap.response`: an envelope is ready and may still be replaced, held back or lost. */
export function send(context: EwsContext, request: FastifyRequest, reply: FastifyReply, status: number, document: string): FastifyReply {
  const { exchange, connection } = exchangeOf(request);
  const proceed = (): void => {
    // The content type is spelled exactly so: DavMail compares it.
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
