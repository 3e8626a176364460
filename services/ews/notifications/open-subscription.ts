import type { Caller } from '../../../shared/bridges/access/caller.ts';
import type { Subscription } from '../../../shared/domain/notification/subscription.ts';
import { liveSubscription, removeSubscription } from '../../../shared/domain/notification/subscriptions.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { judge } from '../../../shared/kernel/verdict.ts';
import { decodeSubscriptionId, encodeSubscriptionId } from '../../../shared/protocols/ews/subscription-id.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';

/** The id of a subscription as its subscriber knows it. `server`: the full name of that which keeps it; ids have it in lower case. */
export function subscriptionIdOf({ mailbox, ticks }: Pick<Subscription, 'mailbox' | 'ticks'>, server: string): string {
  return encodeSubscriptionId({ server: server.toLowerCase(), mailbox, ticks });
}

/**
 * The subscription that a request names. Refuses with ErrorInvalidSubscription where the id is none, with
 * ErrorSubscriptionNotFound, also where another server was asked than that which keeps it, with ErrorExpiredSubscription once
 * (then it is gone), and with ErrorSubscriptionAccessDenied whoever did not subscribe himself.
 */
export async function openSubscription(call: EwsCall, id: string): Promise<Subscription> {
  const { store, clock } = call.context;
  const key = decodeSubscriptionId(id);
  if (key === undefined) throw ewsRefusal('ErrorInvalidSubscription', { detail: 'not the id of a subscription' });
  if (key.server !== call.server.toLowerCase()) {
    const [expected, actual] = [key.server, call.server];
    call.exchange.judged(judge([{ check: 'subscription.server', outcome: 'failed', expected, actual, reference: page }]));
    throw ewsRefusal('ErrorSubscriptionNotFound', { detail: `${expected} keeps it, and ${actual} was asked` });
  }
  try {
    const found = await liveSubscription(store.read, key, clock.now());
    if (found.organization === call.organization.name && isOwner(call.caller, found)) return found;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'subscription-expired')
      await store.transaction(async (tx) => void (await removeSubscription(tx, key)));
    throw error;
  }
  throw ewsRefusal('ErrorSubscriptionAccessDenied', { detail: `${call.caller.primarySmtpAddress} did not subscribe` });
}

const page = 'learn.microsoft.com "Maintain affinity between a group of subscriptions and the Mailbox server in Exchange"';

/** Whose a subscription is: who signed in to make it, in whoever's name, and he may ask in another's or in his own ({@link page}). */
function isOwner({ recipient, primarySmtpAddress, impersonatedBy }: Caller, { subscriber, terms }: Subscription): boolean {
  return terms.owner === undefined ? subscriber === recipient : terms.owner === (impersonatedBy ?? primarySmtpAddress);
}
