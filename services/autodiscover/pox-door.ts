import type { FastifyReply, FastifyRequest } from 'fastify';
import { outlookResponse, poxResponse } from '../../shared/protocols/autodiscover/namespaces.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';
import { writeXml } from '../../shared/xml/write.ts';
import { admit } from './access.ts';
import type { AutodiscoverContext } from './context.ts';
import { type PoxAnswer, pox, poxError } from './operations/pox.ts';
import { endpointHeaders } from './operations/probe.ts';
import { hasXmlBody, octetsOf, sendXml } from './xml-body.ts';

/** Answers a POST to `autodiscover.xml`. */
export async function postPox(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = exchangeOf(request);
  asked.exchange.note({ operation: 'POX' });
  if ((await admit(context, request, reply)) === undefined) return reply;
  if (!hasXmlBody(request, ['text/xml', 'application/xml'])) {
    return send(request, reply, poxError(asked, 'NotUnderstood', `content type ${request.headers['content-type'] ?? 'absent'}`));
  }
  return send(request, reply, await answerOf(context, request));
}

/** Answers a GET of `autodiscover.xml`: what a client asks to learn which endpoints there are (the EWS Managed API). */
export async function probePox(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = exchangeOf(request);
  asked.exchange.note({ operation: 'probe' });
  const visit = await admit(context, request, reply);
  if (visit === undefined) return reply;
  reply.headers(endpointHeaders(visit));
  return send(request, reply, poxError(asked, 'NotUnderstood', 'a GET holds no request'));
}

async function answerOf(context: AutodiscoverContext, request: FastifyRequest): Promise<PoxAnswer> {
  const asked = exchangeOf(request);
  const canHandle = request.headers['x-clientcanhandle'];
  try {
    return await pox(context, asked, octetsOf(request), typeof canHandle === 'string' ? canHandle : '');
  } catch (error) {
    if (error instanceof DatabaseAway) throw error;
    asked.exchange.conclude('defect', error);
    return poxError(asked, 'Defect');
  }
}

const prefixes = { [poxResponse]: '', [outlookResponse]: '' };

// An error comes with status 200 too: the exchange is refused all the same.
function send(request: FastifyRequest, reply: FastifyReply, { body, code, detail, isRefused }: PoxAnswer): FastifyReply {
  const { exchange } = exchangeOf(request);
  exchange.note({ code, ...(detail === undefined ? {} : { detail }) });
  if (isRefused) exchange.conclude('refused');
  return sendXml(reply, 200, writeXml(body, { declaration: true, prefixes }));
}
