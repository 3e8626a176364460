import { attr, one, sequence } from '../../../xml/codec.ts';
import { string } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/disconnectphonecall-operation
 * The answer is a response message itself.
 */
export const disconnectPhoneCall = contract({
  name: 'DisconnectPhoneCall',
  request: sequence({ PhoneCallId: one(messages, sequence({ Id: attr(string) }, 'PhoneCallIdType')) }),
  response: responseMessage({}),
});
