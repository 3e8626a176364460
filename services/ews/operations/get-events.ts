import { isLocked } from '../../../shared/domain/mailbox/transit.ts';
import { readEvents } from '../../../shared/domain/notification/events.ts';
import { endOfLog, keepAlive } from '../../../shared/domain/notification/subscriptions.ts';
import type { getEvents as contract } from '../../../shared/protocols/ews/operations/get-events.ts';
import { decodeWatermark } from '../../../shared/protocols/ews/watermark.ts';
import { ewsRefusal } from '../failures.ts';
import { idsOf } from '../known-mailboxes.ts';
import { tellingLimits } from '../limits.ts';
import { mayFollow } from '../notifications/followed.ts';
import { noticeOf } from '../notifications/notice.ts';
import { openSubscription } from '../notifications/open-subscription.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getevents-operation
 * Whoever asks again with the same watermark is told the same again: what has been told is the subscriber's to know.
 */
export const getEvents: Operation<typeof contract> = (call, request) =>
  perItem(call, [request], async ({ SubscriptionId, Watermark }) => {
    const { store, clock } = call.context;
    const subscription = await openSubscription(call, SubscriptionId);
    if (subscription.kind !== 'pull') throw ewsRefusal('ErrorInvalidPullSubscriptionId', { detail: `a ${subscription.kind} subscription` });
    const { mailbox, terms } = subscription;
    const after = decodeWatermark(Watermark);
    if (after === undefined || after > (await endOfLog(store.read, mailbox)))
      throw ewsRefusal('ErrorInvalidWatermark', { detail: 'not a position of this mailbox' });
    const ids = await idsOf(store, mailbox);
    if (ids === undefined) throw ewsRefusal('ErrorSubscriptionNotFound', { detail: `there is no mailbox ${mailbox} any more` });
    if (!(await mayFollow(call.context, subscription)))
      throw ewsRefusal('ErrorAccessDenied', { detail: 'the folders may not be read any more' });
    if (await isLocked(store.read, mailbox, clock.now())) throw ewsRefusal('ErrorMailboxMoveInProgress', { detail: `mailbox ${mailbox}` });
    const page = await readEvents(store.read, { mailbox, after, terms, limit: tellingLimits.eventsPerDocument });
    await store.transaction((tx) => keepAlive(tx, subscription, page.position, clock.now()));
    return { class: 'Success', Notification: noticeOf(SubscriptionId, page, after, ids) } as const;
  });
