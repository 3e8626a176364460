import { attr, maybe, one, sequence } from '../../../xml/codec.ts';
import { boolean } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { delegateMessages, deliverMeetingRequests, userIds } from '../types/delegates.ts';
import { emailAddress } from '../types/mailbox.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdelegate-operation
 * The answer is a response message itself, with one inside for each delegate.
 */
export const getDelegate = contract({
  name: 'GetDelegate',
  request: sequence({
    IncludePermissions: attr(boolean),
    Mailbox: one(messages, emailAddress),
    UserIds: maybe(messages, userIds),
  }),
  response: responseMessage({
    ResponseMessages: maybe(messages, delegateMessages),
    DeliverMeetingRequests: maybe(messages, deliverMeetingRequests),
  }),
});
