import { setTimeout as elapse } from 'node:timers/promises';
import type { OpenExchange } from '../../shared/kernel/exchange.ts';
import type { SeamFacts, Seams } from '../../shared/kernel/seams.ts';
import { isResponseCode } from '../../shared/protocols/ews/response-codes.ts';
import { holdExchange } from '../../shared/service/held-exchange.ts';
import type { HttpVisit } from '../../shared/service/http-exchange.ts';
import type { EwsCall } from './context.ts';
import { ewsRefusal } from './failures.ts';

/** The seam `ews.call`: an operation is about to be carried out. Throws what it is refused with as a whole. */
export function passCall(seams: Seams, visit: Pick<HttpVisit, 'exchange' | 'connection'>): Promise<void> | undefined {
  const { exchange } = visit;
  const held = holdExchange(seams, 'ews.call', visit);
  if (held === undefined) return meet(seams, 'ews.call', exchange, exchange.seamFacts);
  return held.then((edit) => {
    // Nobody hears this any more.
    if (edit === 'gone') throw ewsRefusal('ErrorServerBusy', { detail: 'the client has gone while the call was held' });
    return meet(seams, 'ews.call', exchange, exchange.seamFacts);
  });
}

/** The seam `ews.item`: a part of a request is about to be looked at. Throws what that part is refused with. */
export function passItem({ context, exchange, operation, organization, caller }: EwsCall): Promise<void> | undefined {
  return meet(context.seams, 'ews.item', exchange, {
    service: 'ews',
    organization: organization.name,
    operation,
    user: caller.primarySmtpAddress,
    traceId: exchange.traceId,
  });
}

function meet(seams: Seams, seam: 'ews.call' | 'ews.item', exchange: OpenExchange, facts: SeamFacts): Promise<void> | undefined {
  const decision = seams.at(seam, facts);
  if (decision === undefined) return undefined;
  const { rule, effect } = decision;
  exchange.faulted(rule, effect.kind);
  if (effect.kind === 'latency') return elapse(effect.delayMs);
  if (effect.kind !== 'ews-error' || !isResponseCode(effect.code))
    throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam ${seam}`);
  const { code, text, values } = effect;
  throw ewsRefusal(code, { detail: `fault rule ${rule}`, values, ...(text === undefined ? {} : { text }) });
}
