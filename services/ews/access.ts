import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../shared/bridges/access/principal.ts';
import { tenantGate } from '../../shared/bridges/access/tenant-gate.ts';
import { admit as admitAnywhere, type Visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { EwsContext } from './context.ts';

/** Somebody who has signed in and may use EWS. */
export interface Admitted extends Visited {
  readonly principal: Principal;
}

/**
 * Signs the caller in and asks the tenant's gate. Undefined: the answer has been sent, a 401 with its challenges or the
 * gate's 403. Observed of the latter: status and no text (blog.appelcloud.dk "When Free/Busy Stops Working").
 */
export async function admit(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<Admitted | undefined> {
  const admitted = await admitAnywhere(context, request, reply, 'WebServicesVirtualDirectory');
  if (admitted === undefined) return undefined;
  const gate = tenantGate(admitted.organization, admitted.settings, admitted.principal);
  if (gate === undefined) return admitted;
  const { exchange } = exchangeOf(request);
  exchange.judged(gate.verdict);
  if (gate.refusal === undefined) return admitted;
  exchange.note({ code: gate.refusal.code, detail: gate.refusal.detail ?? '' });
  forbid(request, reply);
  return undefined;
}

/** Answers 403. */
export function forbid(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  exchangeOf(request).exchange.conclude('refused');
  return reply.code(403).send();
}
