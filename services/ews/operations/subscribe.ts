import type { PushTerms, SubscriptionKind, SubscriptionTerms } from '../../../shared/domain/notification/subscription.ts';
import { addSubscription, endOfLog } from '../../../shared/domain/notification/subscriptions.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { subscribe as contract } from '../../../shared/protocols/ews/operations/subscribe.ts';
import { decodeWatermark, encodeWatermark } from '../../../shared/protocols/ews/watermark.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openFollowed } from '../notifications/followed.ts';
import { eventNameOf } from '../notifications/notice.ts';
import { subscriptionIdOf } from '../notifications/open-subscription.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { limitsOf } from '../throttling/limits-of.ts';

type Asked = RequestOf<typeof contract>['request'];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation */
export const subscribe: Operation<typeof contract> = (call, { request }) =>
  perItem(call, [request], async (asked) => {
    const { store, clock } = call.context;
    const { organization, caller } = call;
    const { mailbox, folders } = await openFollowed(call, asked.value);
    const terms: SubscriptionTerms = {
      folders,
      events: [...new Set(asked.value.EventTypes.map(eventNameOf))],
      ...termsOf(asked),
      ...keptBy(call),
    };
    const from = asked.is === 'StreamingSubscriptionRequest' ? undefined : asked.value.Watermark;
    const { maxSubscriptions: most } = await limitsOf(call);
    const made = await store.transaction(async (tx) => {
      const end = await endOfLog(tx, mailbox);
      const position = from === undefined ? end : decodeWatermark(from);
      if (position === undefined || position > end) throw ewsRefusal('ErrorInvalidWatermark', { detail: 'not a position of this mailbox' });
      const own = { organization: organization.name, subscriber: caller.recipient };
      return addSubscription(tx, { mailbox, kind: kinds[asked.is], ...own, position, terms }, clock.now(), most);
    });
    const SubscriptionId = subscriptionIdOf(made, call.server);
    if (made.kind === 'streaming') return { class: 'Success', SubscriptionId } as const;
    return { class: 'Success', SubscriptionId, Watermark: encodeWatermark(made.position) } as const;
  });

function keptBy({ server, caller: { impersonatedBy, primarySmtpAddress } }: EwsCall): Pick<SubscriptionTerms, 'server' | 'owner'> {
  return { server, owner: impersonatedBy ?? primarySmtpAddress };
}

const kinds: Readonly<Record<Asked['is'], SubscriptionKind>> = {
  PullSubscriptionRequest: 'pull',
  PushSubscriptionRequest: 'push',
  StreamingSubscriptionRequest: 'streaming',
};

function termsOf(asked: Asked): Pick<SubscriptionTerms, 'timeoutMinutes' | 'push'> {
  if (asked.is === 'PullSubscriptionRequest') return { timeoutMinutes: asked.value.Timeout };
  return asked.is === 'PushSubscriptionRequest' ? { push: pushTermsOf(asked.value) } : {};
}

const longestUrl = 2_048;
const longestCallerData = 4_096;

/** Whether something answers there is seen when it is called. */
function pushTermsOf({ URL: url, StatusFrequency, CallerData }: Extract<Asked, { is: 'PushSubscriptionRequest' }>['value']): PushTerms {
  const parsed = url.length > longestUrl ? null : URL.parse(url);
  const isCallable = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
  if (!isCallable) throw ewsRefusal('ErrorInvalidPushSubscriptionUrl', { detail: url.slice(0, longestUrl) });
  // It travels in a header of the calls (inferred: Microsoft says only that it comes back), which takes no other characters.
  if (CallerData !== undefined && (CallerData.length > longestCallerData || !/^[\x20-\x7e]*$/.test(CallerData)))
    throw notSupported(`CallerData of ${CallerData.length} characters, or with others than those of ASCII,`);
  return { url: parsed.href, statusMinutes: StatusFrequency, ...(CallerData === undefined ? {} : { callerData: CallerData }) };
}
