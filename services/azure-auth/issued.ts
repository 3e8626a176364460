import { setTimeout as elapse } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Decision, Effect } from '../../shared/kernel/seams.ts';
import { readJwt, signingCredential, signJwt } from '../../shared/protocols/oauth/jwt.ts';
import { execute } from '../../shared/service/http-door.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { sendJson } from './failures.ts';
import { activeKey } from './signer.ts';

/** Sends what was issued as JSON, past the seam `token.signing` and by way of {@link passTokenSeam}. */
export async function sendIssued(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
  body: { readonly access_token?: unknown },
): Promise<FastifyReply> {
  const decision = context.seams.at('token.signing', visitOf(request).exchange.seamFacts);
  const sent = decision === undefined ? body : await withOtherClaims(context, request, decision, body);
  return passTokenSeam(context, request, reply, () => sendJson(reply, 200, sent));
}

/** The answer with an access token whose claims are those of a fault rule, under the same header. */
async function withOtherClaims<Body extends { readonly access_token?: unknown }>(
  context: AzureAuthContext,
  request: FastifyRequest,
  { rule, effect }: Decision,
  body: Body,
): Promise<Body> {
  visitOf(request).exchange.faulted(rule, effect.kind);
  if (effect.kind === 'latency') {
    await elapse(effect.delayMs);
    return body;
  }
  const issued = typeof body.access_token === 'string' ? readJwt(body.access_token) : undefined;
  if (effect.kind !== 'claims' || issued === undefined || 'problem' in issued)
    throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam token.signing`);
  const { certificate, privateKey } = await activeKey(context);
  const kept = Object.entries({ ...issued.claims, ...effect.set }).filter(([name]) => !effect.remove.includes(name));
  const { kid } = issued.header;
  const credential = signingCredential(certificate, privateKey);
  const token = await signJwt(Object.fromEntries(kept), credential, typeof kid === 'string' ? { kid } : {});
  return { ...body, access_token: token };
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
