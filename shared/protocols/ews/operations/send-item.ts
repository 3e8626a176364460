import { attr, maybe, one, sequence } from '../../../xml/codec.ts';
import { boolean } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { baseItemIds } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation */
export const sendItem = contract({
  name: 'SendItem',
  request: sequence({
    SaveItemToFolder: attr(boolean),
    ItemIds: one(messages, baseItemIds),
    SavedItemFolderId: maybe(messages, targetFolderId),
  }),
  response: responseMessages('SendItemResponseMessage', responseMessage({})),
});
