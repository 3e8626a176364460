import type { FastifyReply, FastifyRequest } from 'fastify';
import { actAs } from '../../../shared/bridges/access/impersonation.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { photoSize } from '../../../shared/protocols/ews/operations/get-user-photo.ts';
import { exchangeOf } from '../../../shared/service/http-exchange.ts';
import { admit, forbid, isFromServer } from '../access.ts';
import { tellServer } from '../affinity.ts';
import type { EwsContext } from '../context.ts';
import { findPhoto } from './find.ts';
import type { Photo } from './photo.ts';

/**
 * `GET /EWS/Exchange.asmx/s/GetUserPhoto?email=mary@contoso.test&size=HR96x96`: the photograph as image/jpeg, 304 where the
 * client has it already, 404 where there is none (Microsoft's page "Get user photos by using EWS"). A request that names no
 * size of EWS is answered 400, which is ours, as is 403 for an application on its own, which has nobody to act as.
 */
export async function getPhotoOverHttp(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { exchange, instant } = exchangeOf(request);
  exchange.note({ operation: 'GetUserPhoto' });
  const admitted = await admit(context, request, reply);
  if (admitted === undefined) return reply;
  const { principal, organization, settings } = admitted;
  const server = await tellServer(context, request, reply, admitted);
  const acting = await actAs(principal, undefined, { organization, settings, directory: context.directory(organization.name) });
  if (acting.verdict !== undefined) exchange.judged(acting.verdict);
  if (acting.refusal !== undefined) {
    exchange.note({ code: acting.refusal.code, detail: acting.refusal.detail ?? '' });
    return forbid(request, reply);
  }
  const { email, size } = asked(request);
  if (email === '' || size === undefined) return refuse(request, reply, 400, 'ErrorInvalidPhotoSize');
  let photo: Photo;
  try {
    const asking = { caller: acting.caller, isFromServer: isFromServer(request), operation: 'GetUserPhoto' };
    const call = { context, organization, instant, exchange, server, ...asking };
    photo = await findPhoto(call, email, size);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(request, reply, 404, error.code);
  }
  const etag = `"${photo.tag}"`;
  reply.header('etag', etag).header('cache-control', 'private');
  const held = (request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim());
  return held.includes(etag) ? reply.code(304).send() : reply.type('image/jpeg').send(photo.octets);
}

/** The query, whose names are taken in any case; the first of several counts. */
function asked(request: FastifyRequest): { readonly email: string; readonly size: ReturnType<typeof photoSize.parse> } {
  const query = new URL(request.url, 'https://host').searchParams;
  const read = (name: string): string => [...query].find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  return { email: read('email').trim(), size: photoSize.parse(read('size')) };
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: 400 | 404, code: string): FastifyReply {
  const { exchange } = exchangeOf(request);
  exchange.note({ code });
  exchange.conclude('refused');
  return reply.code(status).send();
}
