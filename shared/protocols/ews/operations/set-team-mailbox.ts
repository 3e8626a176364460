import { one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { text } from '../types/simple.ts';

const state = enumeration('TeamMailboxLifecycleStateType', ['Active', 'Closed', 'Unlinked', 'PendingDelete']);

/** MS-OXWSTMBX (operation SetTeamMailbox). The answer is a response message itself. */
export const setTeamMailbox = contract({
  name: 'SetTeamMailbox',
  request: sequence({
    EmailAddress: one(messages, emailAddress),
    SharePointSiteUrl: one(messages, text),
    State: one(messages, simple(state)),
  }),
  response: responseMessage({}),
});
