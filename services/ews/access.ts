import type { FastifyReply, FastifyRequest } from 'fastify';
import { applicationGate } from '../../shared/bridges/access/application-gate.ts';
import type { Principal } from '../../shared/bridges/access/principal.ts';
import { ownProtocolGate } from '../../shared/bridges/access/protocol-gate.ts';
import { tenantGate } from '../../shared/bridges/access/tenant-gate.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import { admit as admitAnywhere, type Visited } from '../../shared/service/admit.ts';
import { exchangeOf } from '../../shared/service/http-exchange.ts';
import type { EwsContext } from './context.ts';

/** Somebody who has signed in and may use EWS. */
export interface Admitted extends Visited {
  readonly principal: Principal;
}

/**
 * Signs the caller in and asks the caller's own mailbox and the tenant's gate. Undefined: the answer has been sent, a 401 with its challenges or the
 * gate's 403. Observed of the latter: status and no text (blog.appelcloud.dk "When Free/Busy Stops Working").
 */
export async function admit(context: EwsContext, request: FastifyRequest, reply: FastifyReply): Promise<Admitted | undefined> {
  const admitted = await admitAnywhere(context, request, reply, 'WebServicesVirtualDirectory');
  if (admitted === undefined) return undefined;
  const { exchange } = exchangeOf(request);
  const { principal, organization, settings } = admitted;
  const owner = principal.is === 'user' ? await context.directory(organization.name).byGuid(principal.caller.recipient) : undefined;
  const own = ownProtocolGate(owner, 'EWS');
  if (!own.isOpen) {
    exchange.judged(own.verdict);
    exchange.note({ code: 'ews-disabled', detail: own.verdict.checks[0]?.actual ?? '' });
    forbid(request, reply);
    return undefined;
  }
  if (isKeptOut(request, organization, settings, owner)) {
    forbid(request, reply);
    return undefined;
  }
  const gate = tenantGate(organization, settings, principal);
  if (gate === undefined) return admitted;
  exchange.judged(gate.verdict);
  if (gate.refusal === undefined) return admitted;
  exchange.note({ code: gate.refusal.code, detail: gate.refusal.detail ?? '' });
  forbid(request, reply);
  return undefined;
}

/** Whether the client application may not use EWS; the journal is told. */
export function isKeptOut(request: FastifyRequest, organization: Organization, settings: Settings, owner: Recipient | undefined): boolean {
  const refused = applicationGate(organization, settings, owner, request.headers['user-agent'] ?? '');
  if (refused === undefined) return false;
  const { exchange } = exchangeOf(request);
  exchange.judged(refused.verdict);
  exchange.note({ code: refused.code, detail: refused.detail });
  return true;
}

/** Answers 403. */
export function forbid(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  exchangeOf(request).exchange.conclude('refused');
  return reply.code(403).send();
}

/** Whether another organisation's server asks: they name themselves so (observed in logs); whoever else does loses the way on, no more. */
export function isFromServer(request: FastifyRequest): boolean {
  return /^ASProxy\//i.test(request.headers['user-agent'] ?? '');
}
