import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticateBasic } from '../../shared/bridges/access/basic.ts';
import { challenges } from '../../shared/bridges/access/schemes.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { AutodiscoverContext } from './context.ts';
import { endpointHeaders } from './operations/probe.ts';

const virtualDirectory = 'AutodiscoverVirtualDirectory';

/** Signs the caller in. False: the answer, a 401 with its challenges, has been sent. */
export async function admit(context: AutodiscoverContext, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  const { organization, authority, exchange } = exchangeOf(request);
  const settings = await context.settings(organization.name);
  const point = { organization, settings, virtualDirectory, host: authority.host } as const;
  const { verdict, userName, caller, refusal } = await authenticateBasic(
    request.headers.authorization,
    point,
    context.directory(organization.name),
  );
  exchange.judged(verdict);
  if (caller !== undefined) {
    exchange.note({ caller: caller.primarySmtpAddress });
    return true;
  }
  exchange.note({ ...(userName === null ? {} : { caller: userName }), code: refusal.code, detail: refusal.detail ?? '' });
  // One header for each scheme: clients do not take lists apart.
  for (const challenge of challenges(point)) reply.header('www-authenticate', challenge);
  reply.code(401).headers(endpointHeaders(organization.product)).send();
  return false;
}
