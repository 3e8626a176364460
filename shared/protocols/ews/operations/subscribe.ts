import { either, maybe, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { pullSubscription, pushSubscription, streamingSubscription, subscriptionId, watermark } from '../types/notifications.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation */
export const subscribe = contract({
  name: 'Subscribe',
  request: sequence({
    request: either(messages, {
      PullSubscriptionRequest: pullSubscription,
      PushSubscriptionRequest: pushSubscription,
      StreamingSubscriptionRequest: streamingSubscription,
    }),
  }),
  response: responseMessages(
    'SubscribeResponseMessage',
    responseMessage({ SubscriptionId: maybe(messages, subscriptionId), Watermark: maybe(messages, watermark) }),
  ),
});
