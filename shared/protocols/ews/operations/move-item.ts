import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { itemList } from '../item-lists.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { baseItemIds } from '../types/item-ids.ts';
import { truth } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/moveitem-operation */
export const moveItem = contract({
  name: 'MoveItem',
  request: sequence({
    ToFolderId: one(messages, targetFolderId),
    ItemIds: one(messages, baseItemIds),
    ReturnNewItemIds: maybe(messages, truth),
  }),
  response: responseMessages('MoveItemResponseMessage', responseMessage({ Items: one(messages, itemList) }, { Items: [] })),
});
