import { maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { boundedInt, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { errorSubscriptionIds, notifications, subscriptionIds } from '../types/notifications.ts';

// One message of many: a stream is a sequence of whole documents.
const streamed = responseMessage({
  Notifications: maybe(messages, notifications),
  ErrorSubscriptionIds: maybe(messages, errorSubscriptionIds),
  ConnectionStatus: maybe(messages, simple(enumeration('ConnectionStatusType', ['OK', 'Closed']))),
});

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation */
export const getStreamingEvents = contract({
  name: 'GetStreamingEvents',
  request: sequence({
    SubscriptionIds: one(messages, subscriptionIds),
    ConnectionTimeout: one(messages, simple(boundedInt('StreamingSubscriptionConnectionTimeoutType', 1, 30))),
  }),
  response: responseMessages('GetStreamingEventsResponseMessage', streamed),
});
