import { setTimeout as elapse } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Edit, type Effect, edited } from '../../shared/kernel/seams.ts';
import { readJwt, signingCredential, signJwt } from '../../shared/protocols/oauth/jwt.ts';
import { holdExchange } from '../../shared/service/held-exchange.ts';
import { execute } from '../../shared/service/http-door.ts';
import { visitOf } from '../../shared/service/http-exchange.ts';
import type { AzureAuthContext } from './context.ts';
import { sendJson } from './failures.ts';
import { activeKey } from './signer.ts';

interface IssuedBody {
  readonly access_token?: unknown;
}

/** Sends what was issued as JSON, past the seam `token.signing` and by way of {@link passTokenSeam}. */
export async function sendIssued(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
  body: IssuedBody,
): Promise<FastifyReply> {
  const held = await holdExchange(context.seams, 'token.signing', visitOf(request), () => ({ claims: claimsOf(body) }));
  if (held === 'gone') return reply.hijack();
  const looked = held?.claims === undefined ? body : await withOtherClaims(context, held.claims, body);
  const other = await otherClaims(context, request);
  const sent = other === undefined ? looked : await withOtherClaims(context, other, looked);
  return passTokenSeam(context, request, reply, () => sendJson(reply, 200, sent));
}

type ClaimsEffect = Effect & { readonly kind: 'claims' };

/** What a fault rule at the seam `token.signing` does to the claims of the token that is issued, once it has held it up. */
export async function otherClaims({ seams }: Pick<AzureAuthContext, 'seams'>, request: FastifyRequest): Promise<ClaimsEffect | undefined> {
  const { exchange } = visitOf(request);
  const decision = seams.at('token.signing', exchange.seamFacts);
  if (decision === undefined) return undefined;
  const { rule, effect } = decision;
  exchange.faulted(rule, effect.kind);
  if (effect.kind === 'claims') return effect;
  if (effect.kind !== 'latency') throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam token.signing`);
  await elapse(effect.delayMs);
  return undefined;
}

/** The answer with an access token of other claims, well signed, under the same header. */
async function withOtherClaims(context: AzureAuthContext, edit: Edit, body: IssuedBody): Promise<IssuedBody> {
  const issued = typeof body.access_token === 'string' ? readJwt(body.access_token) : undefined;
  if (issued === undefined || 'problem' in issued) throw new Error('defect: what was issued is no JSON web token');
  const { certificate, privateKey } = await activeKey(context);
  const { kid } = issued.header;
  const credential = signingCredential(certificate, privateKey);
  const token = await signJwt(edited(issued.claims, edit), credential, typeof kid === 'string' ? { kid } : {});
  return { ...body, access_token: token };
}

function claimsOf({ access_token: token }: IssuedBody): Readonly<Record<string, unknown>> | undefined {
  const issued = typeof token === 'string' ? readJwt(token) : undefined;
  return issued === undefined || 'problem' in issued ? undefined : issued.claims;
}

/**
 * Has tokens sent, past the seam `token.claims`: a fault rule there (its `op` is the grant) holds the tokens up, puts another
 * answer in their place or ends the connection. Refusals do not come by here.
 */
async function passTokenSeam(
  context: Pick<AzureAuthContext, 'seams'>,
  request: FastifyRequest,
  reply: FastifyReply,
  send: () => FastifyReply,
): Promise<FastifyReply> {
  if ((await holdExchange(context.seams, 'token.claims', visitOf(request))) === 'gone') return reply.hijack();
  return passTokenFaults(context, request, reply, send);
}

/** The same for a token that somebody could hold before. */
export async function passTokenFaults(
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
