import { maybe, one, sequence } from '../../../xml/codec.ts';

import { contract } from '../contract-type.ts';
import { itemList } from '../item-lists.ts';
import { itemUpdates } from '../item-updates.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { attachmentList, attachments } from '../types/attachments.ts';
import { itemId } from '../types/item-ids.ts';
import { integer, truth } from '../types/simple.ts';

/** MS-OXWSCORE 3.1.4.10; https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateiteminrecoverableitems */
export const updateItemInRecoverableItems = contract({
  name: 'UpdateItemInRecoverableItems',
  request: sequence({
    ItemId: one(messages, itemId),
    Updates: maybe(messages, itemUpdates),
    Attachments: maybe(messages, attachments),
    MakeItemImmutable: maybe(messages, truth),
  }),
  response: responseMessages(
    'UpdateItemInRecoverableItemsResponseMessage',
    responseMessage(
      {
        Items: one(messages, itemList),
        Attachments: maybe(messages, attachmentList),
        ConflictResults: maybe(messages, sequence({ Count: one(types, integer) }, 'ConflictResultsType')),
      },
      { Items: [] },
    ),
  ),
});
