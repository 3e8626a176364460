import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';

/** MS-OXWSTMBX (operation UnpinTeamMailbox). The answer is a response message itself. */
export const unpinTeamMailbox = contract({
  name: 'UnpinTeamMailbox',
  request: sequence({ EmailAddress: one(messages, emailAddress) }),
  response: responseMessage({}),
});
