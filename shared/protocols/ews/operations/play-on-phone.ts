import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { itemId } from '../types/item-ids.ts';
import { text } from '../types/simple.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/playonphone-operation
 * The answer is a response message itself; the id of a call is left out: nobody is ever called.
 */
export const playOnPhone = contract({
  name: 'PlayOnPhone',
  request: sequence({ ItemId: one(messages, itemId), DialString: one(messages, text) }),
  response: responseMessage({}),
});
