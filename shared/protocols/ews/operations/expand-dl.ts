import { many, maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { pagingAttributes } from '../views.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/expanddl-operation */
export const expandDl = contract({
  name: 'ExpandDL',
  request: sequence({ Mailbox: one(messages, emailAddress) }),
  response: responseMessages(
    'ExpandDLResponseMessage',
    responseMessage({
      DLExpansion: maybe(messages, sequence({ ...pagingAttributes, Mailbox: many(types, emailAddress) }, 'ArrayOfDLExpansionType')),
    }),
  ),
});
