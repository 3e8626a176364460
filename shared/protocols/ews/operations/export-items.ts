import { maybe, one, sequence, some } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { itemId } from '../types/item-ids.ts';
import { octets } from '../types/simple.ts';

const itemIds = sequence({ ItemId: some(types, itemId) }, 'NonEmptyArrayOfItemIdsType');

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/exportitems-operation */
export const exportItems = contract({
  name: 'ExportItems',
  request: sequence({ ItemIds: one(messages, itemIds) }),
  response: responseMessages(
    'ExportItemsResponseMessage',
    responseMessage({ ItemId: maybe(messages, itemId), Data: maybe(messages, octets) }),
  ),
});
