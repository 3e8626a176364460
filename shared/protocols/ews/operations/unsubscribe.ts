import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { subscriptionId } from '../types/notifications.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation */
export const unsubscribe = contract({
  name: 'Unsubscribe',
  request: sequence({ SubscriptionId: one(messages, subscriptionId) }),
  response: responseMessages('UnsubscribeResponseMessage', responseMessage({})),
});
