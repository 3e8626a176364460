import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { delegateMessages, delegateUsers, deliverMeetingRequests } from '../types/delegates.ts';
import { emailAddress } from '../types/mailbox.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatedelegate-operation */
export const updateDelegate = contract({
  name: 'UpdateDelegate',
  request: sequence({
    Mailbox: one(messages, emailAddress),
    DelegateUsers: maybe(messages, delegateUsers),
    DeliverMeetingRequests: maybe(messages, deliverMeetingRequests),
  }),
  response: responseMessage({ ResponseMessages: maybe(messages, delegateMessages) }),
});
