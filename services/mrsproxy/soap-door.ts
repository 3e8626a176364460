import type { FastifyReply, FastifyRequest } from 'fastify';
import { heldBodyBytes } from '../../shared/kernel/exchange.ts';
import { freeOctets } from '../../shared/kernel/free-octets.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { QuotaError } from '../../shared/protocols/mrs/data-contract.ts';
import { addressingHeaderRequired, type FaultMessage, headerNotUnderstood } from '../../shared/protocols/mrs/faults.ts';
import {
  type MessageRefusal,
  type MrsMessage,
  messageLimits,
  readMrsMessage,
  writeMrsMessage,
} from '../../shared/protocols/mrs/message.ts';
import { operationIn } from '../../shared/protocols/mrs/namespaces.ts';
import { soap12FaultElement } from '../../shared/protocols/soap/fault-12.ts';
import { holdExchange } from '../../shared/service/held-exchange.ts';
import { execute } from '../../shared/service/http-door.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { XmlSyntaxError } from '../../shared/xml/errors.ts';
import { admit } from './access.ts';
import { serverOf } from './affinity.ts';
import type { MrsProxyContext } from './context.ts';
import { converse, type Spoken } from './conversation.ts';
import type { ServerNodes } from './server-node.ts';

/** Octets of a request; more is refused as malformed, as what is over the quotas is. */
export const mostBodyBytes = messageLimits.maxBytes;

const contentType = 'application/soap+xml; charset=utf-8';

/** Answers a POST: sign-in, the server, the message, its sequence, its operation. */
export async function postMessage(
  context: MrsProxyContext,
  nodes: ServerNodes,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { exchange, instant } = exchangeOf(request);
  exchange.note({ operation: 'mrsproxy.svc' });
  const admitted = await admit(context, request, reply);
  if (admitted === undefined) return reply;
  if (!/^application\/soap\+xml\b/i.test(request.headers['content-type'] ?? '')) return refuse(request, reply, 415, 'UnsupportedMediaType');
  const server = await serverOf(context, request, reply, admitted.organization);
  const octets = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const read = readOrRefuse(octets);
  if ('malformed' in read) return refuse(request, reply, 400, 'MalformedMessage', read.malformed);
  if ('fault' in read) return send(context, request, reply, faulted(read.fault, undefined));
  const { message } = read;
  exchange.note({ operation: operationIn(message.action) ?? message.action.slice(message.action.lastIndexOf('/') + 1).slice(0, 64) });
  const node = nodes.of(admitted.organization.name, server);
  const { organization, settings, caller, directory } = admitted;
  const ground = {
    context,
    organization,
    settings,
    instant,
    exchange,
    node,
    caller,
    limit: Number(directory['MRSProxyMaxConnections'] ?? 0),
  };
  const passed = await passCallSeam(context, request, reply);
  if (passed === 'gone') return reply;
  try {
    const said = await converse({ ...ground, injected: passed }, message);
    return await send(context, request, reply, 'fault' in said ? faulted(said.fault, message) : said);
  } catch (error) {
    if (error instanceof QuotaError) return refuse(request, reply, 400, 'QuotaExceeded', error.message);
    throw error;
  }
}

/**
 * The seam `mrs.call`: a message is about to be looked at. `gone`: the client has left meanwhile, or the connection was taken from it;
 * otherwise what its operation is to fail with, if anything.
 */
async function passCallSeam(context: MrsProxyContext, request: FastifyRequest, reply: FastifyReply): Promise<'gone' | Refusal | undefined> {
  const { exchange, connection } = exchangeOf(request);
  if ((await holdExchange(context.seams, 'mrs.call', exchangeOf(request))) === 'gone') return 'gone';
  const decision = context.seams.at('mrs.call', exchange.seamFacts);
  if (decision === undefined) return undefined;
  const { rule, effect } = decision;
  if (effect.kind === 'exception') {
    exchange.faulted(rule, effect.kind);
    exchange.conclude('fault');
    return new Refusal(effect.type, { detail: effect.message, values: { Message: effect.message } });
  }
  return new Promise((resolve) => {
    reply.raw.once('close', () => resolve('gone'));
    const proceed = (): void => resolve(undefined);
    execute(decision, { exchange, connection, response: reply.raw }, proceed, proceed);
  });
}

function readOrRefuse(
  octets: Buffer,
): { readonly message: MrsMessage } | { readonly malformed: string } | { readonly fault: FaultMessage } {
  try {
    return { message: readMrsMessage(octets) };
  } catch (error) {
    if (error instanceof XmlSyntaxError) return { malformed: error.message };
    if (!(error instanceof Refusal)) throw error;
    const { code, values } = error as Refusal<MessageRefusal>;
    if (code === 'HeaderNotUnderstood') return { fault: headerNotUnderstood(values['Name'] ?? '', values['Namespace'] ?? '') };
    if (code === 'AddressingHeaderRequired') return { fault: addressingHeaderRequired('Action') };
    return { malformed: error.message };
  }
}

/** Faults of the channel: no operation has been carried out. */
function faulted({ action, fault }: FaultMessage, about: MrsMessage | undefined): Spoken {
  const message = { action, relatesTo: about?.messageId, body: soap12FaultElement(fault) };
  return { message, status: 500, code: fault.subcode?.name ?? fault.code };
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: number, code: string, detail = ''): FastifyReply {
  const { exchange } = exchangeOf(request);
  exchange.note({ code, detail });
  exchange.conclude('refused');
  return reply.code(status).send();
}

/** Writes what is said, past the seam `soap.response`; nothing to say is 202. */
function send(context: MrsProxyContext, request: FastifyRequest, reply: FastifyReply, said: Spoken): FastifyReply {
  const { exchange, connection } = exchangeOf(request);
  exchange.note({ code: said.code });
  if (said.code !== 'NoError') exchange.conclude('refused');
  const { message } = said;
  if (message === undefined) return reply.code(202).send();
  const proceed = (): void => {
    const octets = writeMrsMessage(message);
    // Nobody has them once they are sent: of what is long the journal keeps a beginning of its own.
    if (octets.length > heldBodyBytes) reply.raw.once('finish', () => freeOctets(octets));
    reply.code(said.status).header('content-type', contentType).header('cache-control', 'private').send(octets);
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
