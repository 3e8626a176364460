import { maybe, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { rules } from '../types/inbox-rules.ts';
import { text, truth } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getinboxrules-operation */
export const getInboxRules = contract({
  name: 'GetInboxRules',
  request: sequence({ MailboxSmtpAddress: maybe(messages, text) }),
  response: responseMessage({ OutlookRuleBlobExists: maybe(messages, truth), InboxRules: maybe(messages, rules) }),
});
