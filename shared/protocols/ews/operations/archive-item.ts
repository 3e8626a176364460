import { one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { itemList } from '../item-lists.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { baseItemIds } from '../types/item-ids.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/archiveitem-operation */
export const archiveItem = contract({
  name: 'ArchiveItem',
  request: sequence({ ArchiveSourceFolderId: one(messages, targetFolderId), ItemIds: one(messages, baseItemIds) }),
  response: responseMessages('ArchiveItemResponseMessage', responseMessage({ Items: one(messages, itemList) }, { Items: [] })),
});
