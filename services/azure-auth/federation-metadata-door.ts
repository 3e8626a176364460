import type { FastifyReply, FastifyRequest } from 'fastify';
import { federationDocument } from '../../shared/bridges/authority/federation/federation-document.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import { originOf } from './browser-visit.ts';
import type { AzureAuthContext } from './context.ts';
import { authorityKeys } from './signer.ts';

/** `GET /federationmetadata/2006-12/federationmetadata.xml`: what organisations read to trust the gateway. */
export async function getFederationMetadata(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { exchange, authority } = visitOf(request);
  exchange.note({ operation: 'federationmetadata-2006-12' });
  const body = federationDocument(new URL(request.routeOptions.url ?? '', originOf(authority)), await authorityKeys(context));
  if (body === undefined) throw new Error('defect: the path of the document is none of it');
  return reply.header('content-type', 'text/xml; charset=utf-8').send(body);
}
