import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { holdResult } from '../types/discovery.ts';
import { text } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getholdonmailboxes-operation
 * The answer is a response message itself.
 */
export const getHoldOnMailboxes = contract({
  name: 'GetHoldOnMailboxes',
  request: sequence({ HoldId: one(messages, text) }),
  response: responseMessage({ MailboxHoldResult: maybe(messages, holdResult) }),
});
