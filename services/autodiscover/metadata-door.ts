import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeDocument } from '../../shared/bridges/authority/exchange-document.ts';
import { visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { AutodiscoverContext } from './context.ts';

/** Answers a GET of `metadata/json/1`; nobody signs in for it. */
export async function getMetadata(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange } = exchangeOf(request);
  exchange.note({ operation: 'metadata' });
  const { organization, settings } = await visited(context, request);
  const document = exchangeDocument(organization, settings);
  if (document === undefined) {
    exchange.note({ code: 'NoAuthConfig', detail: 'the organisation has no AuthConfig with a certificate' });
    return reply.code(500).send();
  }
  exchange.note({ code: 'NoError' });
  return reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'private').send(document);
}
