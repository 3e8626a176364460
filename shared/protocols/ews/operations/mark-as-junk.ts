import { attr, maybe, one, sequence } from '../../../xml/codec.ts';
import { boolean } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { baseItemIds, itemId } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/markasjunk-operation */
export const markAsJunk = contract({
  name: 'MarkAsJunk',
  request: sequence({ IsJunk: attr(boolean), MoveItem: attr(boolean), ItemIds: one(messages, baseItemIds) }),
  response: responseMessages('MarkAsJunkResponseMessage', responseMessage({ MovedItemId: maybe(messages, itemId) })),
});
