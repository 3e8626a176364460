import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { notification, subscriptionId, watermark } from '../types/notifications.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getevents-operation */
export const getEvents = contract({
  name: 'GetEvents',
  request: sequence({ SubscriptionId: one(messages, subscriptionId), Watermark: one(messages, watermark) }),
  response: responseMessages('GetEventsResponseMessage', responseMessage({ Notification: maybe(messages, notification) })),
});
