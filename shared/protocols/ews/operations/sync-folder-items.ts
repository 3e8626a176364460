import { type Content, converted, either, manyOf, maybe, one, sequence, simple, unwrapped } from '../../../xml/codec.ts';
import { boundedInt, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { items } from '../item-lists.ts';
import type { WireItem } from '../items.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { itemShape } from '../shapes.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { ignoredItemIds, itemId } from '../types/item-ids.ts';
import { text, truth } from '../types/simple.ts';

const oneItem: Content<WireItem> = converted(
  sequence({ item: either(types, items) }, 'SyncFolderItemsCreateOrUpdateType'),
  ({ item }) => item.value,
  (value) => ({ item: { is: value.element, value } }),
);

const changes = unwrapped(
  'changes',
  sequence(
    {
      changes: manyOf(types, {
        Create: oneItem,
        Update: oneItem,
        Delete: sequence({ ItemId: one(types, itemId) }, 'SyncFolderItemsDeleteType'),
        ReadFlagChange: sequence({ ItemId: one(types, itemId), IsRead: one(types, truth) }, 'SyncFolderItemsReadFlagType'),
      }),
    },
    'SyncFolderItemsChangesType',
  ),
);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation */
export const syncFolderItems = contract({
  name: 'SyncFolderItems',
  request: sequence({
    ItemShape: one(messages, itemShape),
    SyncFolderId: one(messages, targetFolderId),
    SyncState: maybe(messages, text),
    Ignore: maybe(messages, ignoredItemIds),
    MaxChangesReturned: one(messages, simple(boundedInt('MaxSyncChangesReturnedType', 1, 512))),
    SyncScope: maybe(messages, simple(enumeration('SyncFolderItemsScopeType', ['NormalItems', 'NormalAndAssociatedItems']))),
  }),
  response: responseMessages(
    'SyncFolderItemsResponseMessage',
    responseMessage(
      { SyncState: maybe(messages, text), IncludesLastItemInRange: maybe(messages, truth), Changes: maybe(messages, changes) },
      { SyncState: '', IncludesLastItemInRange: true },
    ),
  ),
});
