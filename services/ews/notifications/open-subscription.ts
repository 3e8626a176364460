import type { Subscription } from '../../../shared/domain/notification/subscription.ts';
import { liveSubscription, removeSubscription } from '../../../shared/domain/notification/subscriptions.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { decodeSubscriptionId, encodeSubscriptionId } from '../../../shared/protocols/ews/subscription-id.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';

/** The id of a subscription as its subscriber knows it. */
export function subscriptionIdOf({ mailbox, ticks }: Pick<Subscription, 'mailbox' | 'ticks'>, server: string): string {
  return encodeSubscriptionId({ server, mailbox, ticks });
}

/**
 * The subscription that a request names. Refuses with ErrorInvalidSubscription where the id is none, with
 * ErrorSubscriptionNotFound, with ErrorExpiredSubscription once (then it is gone), and with ErrorSubscriptionAccessDenied
 * whoever did not subscribe himself.
 */
export async function openSubscription(call: EwsCall, id: string): Promise<Subscription> {
  const { store, clock } = call.context;
  const key = decodeSubscriptionId(id);
  if (key === undefined) throw ewsRefusal('ErrorInvalidSubscription', { detail: 'not the id of a subscription' });
  const server = call.organization.hosts.web;
  if (key.server !== server) throw ewsRefusal('ErrorSubscriptionNotFound', { detail: `it is kept by ${key.server}` });
  try {
    const found = await liveSubscription(store.read, key, clock.now());
    if (found.organization === call.organization.name && found.subscriber === call.caller.recipient) return found;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'subscription-expired')
      await store.transaction(async (tx) => void (await removeSubscription(tx, key)));
    throw error;
  }
  throw ewsRefusal('ErrorSubscriptionAccessDenied', { detail: `${call.caller.primarySmtpAddress} did not subscribe` });
}
