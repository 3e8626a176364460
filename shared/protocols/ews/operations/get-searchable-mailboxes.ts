import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { failedMailboxes, searchableMailboxes } from '../types/discovery.ts';
import { text, truth } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getsearchablemailboxes-operation
 * The answer is a response message itself.
 */
export const getSearchableMailboxes = contract({
  name: 'GetSearchableMailboxes',
  request: sequence({ SearchFilter: maybe(messages, text), ExpandGroupMembership: maybe(messages, truth) }),
  response: responseMessage(
    { SearchableMailboxes: one(messages, searchableMailboxes), FailedMailboxes: maybe(messages, failedMailboxes) },
    { SearchableMailboxes: [] },
  ),
});
