import { removeSubscription } from '../../../shared/domain/notification/subscriptions.ts';
import type { unsubscribe as contract } from '../../../shared/protocols/ews/operations/unsubscribe.ts';
import { ewsRefusal } from '../failures.ts';
import { openSubscription } from '../notifications/open-subscription.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation */
export const unsubscribe: Operation<typeof contract> = (call, { SubscriptionId }) =>
  perItem(call, [SubscriptionId], async (id) => {
    const found = await openSubscription(call, id);
    const gone = await call.context.store.transaction((tx) => removeSubscription(tx, found));
    if (!gone) throw ewsRefusal('ErrorSubscriptionNotFound', { detail: 'somebody else took it away' });
    return { class: 'Success' } as const;
  });
