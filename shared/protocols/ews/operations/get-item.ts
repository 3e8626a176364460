import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { itemList } from '../item-lists.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { itemShape } from '../shapes.ts';
import { baseItemIds } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation */
export const getItem = contract({
  name: 'GetItem',
  request: sequence({ ItemShape: one(messages, itemShape), ItemIds: one(messages, baseItemIds) }),
  response: responseMessages('GetItemResponseMessage', responseMessage({ Items: one(messages, itemList) }, { Items: [] })),
});
