import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { delegateMessages, userIds } from '../types/delegates.ts';
import { emailAddress } from '../types/mailbox.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/removedelegate-operation */
export const removeDelegate = contract({
  name: 'RemoveDelegate',
  request: sequence({
    Mailbox: one(messages, emailAddress),
    UserIds: one(messages, userIds),
  }),
  response: responseMessage({ ResponseMessages: maybe(messages, delegateMessages) }),
});
