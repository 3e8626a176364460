import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Effect } from '../../shared/kernel/seams.ts';
import { readJwt } from '../../shared/protocols/oauth/jwt.ts';
import { execute } from '../../shared/service/http-door.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { sendJson } from './failures.ts';

/** Sends what was issued as JSON, by way of {@link passTokenSeam}; the journal is told for whom. */
export function sendIssued(
  context: Pick<AzureAuthContext, 'seams'>,
  request: FastifyRequest,
  reply: FastifyReply,
  body: { readonly access_token?: unknown },
): Promise<FastifyReply> {
  const token = readJwt(String(body.access_token));
  if (!('problem' in token)) visitOf(request).exchange.note({ detail: `issued for ${String(token.claims['aud'])}` });
  return passTokenSeam(context, request, reply, () => sendJson(reply, 200, body));
}

/**
 * Has tokens sent, past the seam `token.claims`: a fault rule there (its `op` is the grant) holds the tokens up, puts another
 * answer in their place or ends the connection. Refusals do not come by here.
 */
export async function passTokenSeam(
  { seams }: Pick<AzureAuthContext, 'seams'>,
  request: FastifyRequest,
  reply: FastifyReply,
  send: () => FastifyReply,
): Promise<FastifyReply> {
  const { exchange, connection } = visitOf(request);
  const decision = seams.at('token.claims', exchange.seamFacts);
  if (decision === undefined) return send();
  const target = { exchange, connection, response: reply.raw };
  const { kind } = decision.effect;
  if (kind === 'reset' || kind === 'refuse') {
    // The connection ends here: nothing is left to be sent.
    reply.hijack();
    execute(decision, target, nothing, nothing);
    return reply;
  }
  const instead = await new Promise<(Effect & { readonly kind: 'status' }) | undefined>((resolve) => {
    execute(decision, target, () => resolve(undefined), resolve);
  });
  if (instead === undefined) return send();
  return reply.code(instead.status).headers(instead.headers).send(instead.body);
}

const nothing = (): void => undefined;
