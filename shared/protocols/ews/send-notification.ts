import { one, sequence, simple } from '../../xml/codec.ts';
import { enumeration } from '../../xml/simple-types.ts';
import { contract } from './contract-type.ts';
import { messages } from './namespaces.ts';
import { responseMessage, responseMessages } from './response-message.ts';
import { notification } from './types/notifications.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/sendnotification
 * The server asks and the subscriber answers, so that it is none of the operations that are served.
 */
export const sendNotification = contract({
  name: 'SendNotification',
  request: responseMessages('SendNotificationResponseMessage', responseMessage({ Notification: one(messages, notification) })),
  response: sequence({ SubscriptionStatus: one(messages, simple(enumeration('SubscriptionStatusType', ['OK', 'Unsubscribe']))) }),
  responseElement: 'SendNotificationResult',
});
