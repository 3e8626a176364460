import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticateBasic } from '../../shared/bridges/access/basic.ts';
import type { Caller } from '../../shared/bridges/access/caller.ts';
import { challenges } from '../../shared/bridges/access/schemes.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { EwsContext } from './context.ts';

const virtualDirectory = 'WebServicesVirtualDirectory';

/** Signs the caller in. Undefined: the answer, a 401 with its challenges, has been sent. */
export async function admit(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined> {
  const { organization, authority, exchange } = exchangeOf(request);
  const settings = await context.settings(organization.name);
  const point = { organization, settings, virtualDirectory, host: authority.host } as const;
  const directory = context.directory(organization.name);
  const { verdict, userName, caller, refusal } = await authenticateBasic(request.headers.authorization, point, directory);
  exchange.judged(verdict);
  if (caller !== undefined) {
    exchange.note({ caller: caller.primarySmtpAddress });
    return caller;
  }
  exchange.note({ ...(userName === null ? {} : { caller: userName }), code: refusal.code, detail: refusal.detail ?? '' });
  exchange.conclude('refused');
  // One header for each scheme: clients do not take lists apart.
  for (const challenge of challenges(point)) reply.header('www-authenticate', challenge);
  reply.code(401).send();
  return undefined;
}
