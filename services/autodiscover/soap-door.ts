import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { admit } from './access.ts';
import type { AutodiscoverContext } from './context.ts';
import { endpointHeaders } from './operations/probe.ts';
import { anonymous, answerCall } from './soap-answer.ts';
import { readSoapRequest } from './soap-request.ts';
import { hasXmlBody, octetsOf } from './xml-body.ts';

/** Answers a POST to `autodiscover.svc`. */
export async function postSoap(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = exchangeOf(request);
  const read = readSoapRequest(octetsOf(request));
  exchange.note({ operation: read.name === '' ? 'autodiscover.svc' : read.name });
  if (!anonymous.has(read.name) && (await admit(context, request, reply)) === undefined) return reply;
  if (!hasXmlBody(request, ['text/xml'])) {
    exchange.note({ code: 'UnsupportedMediaType' });
    return reply.code(415).send();
  }
  return answerCall(context, request, reply, read);
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
