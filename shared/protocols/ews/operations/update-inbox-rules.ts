import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { ruleOperationErrors, ruleOperations } from '../types/inbox-rules.ts';
import { text, truth } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateinboxrules-operation */
export const updateInboxRules = contract({
  name: 'UpdateInboxRules',
  request: sequence({
    MailboxSmtpAddress: maybe(messages, text),
    RemoveOutlookRuleBlob: maybe(messages, truth),
    Operations: one(messages, ruleOperations),
  }),
  response: responseMessage({ RuleOperationErrors: maybe(messages, ruleOperationErrors) }),
});
