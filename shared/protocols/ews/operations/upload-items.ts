import { attr, maybe, maybeAttr, one, sequence, some } from '../../../xml/codec.ts';
import { boolean, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { folderId } from '../types/folder-ids.ts';
import { itemId } from '../types/item-ids.ts';
import { octets } from '../types/simple.ts';

const item = sequence(
  {
    CreateAction: attr(enumeration('CreateActionType', ['CreateNew', 'Update', 'UpdateOrCreate'])),
    IsAssociated: maybeAttr(boolean),
    ParentFolderId: one(types, folderId),
    ItemId: maybe(types, itemId),
    Data: one(types, octets),
  },
  'UploadItemType',
);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/uploaditems-operation */
export const uploadItems = contract({
  name: 'UploadItems',
  request: sequence({ Items: one(messages, sequence({ Item: some(types, item) }, 'NonEmptyArrayOfUploadItemsType')) }),
  response: responseMessages('UploadItemsResponseMessage', responseMessage({ ItemId: maybe(messages, itemId) })),
});
