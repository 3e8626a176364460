import { maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { itemId } from '../types/item-ids.ts';
import { flag, strings } from '../types/item-parts.ts';
import { instant, text, truth } from '../types/simple.ts';

const action = enumeration('ConversationActionTypeType', [
  ...(['AlwaysCategorize', 'AlwaysDelete', 'AlwaysMove', 'Delete', 'Move', 'Copy', 'SetReadState'] as const),
  ...(['SetRetentionPolicy', 'Flag'] as const),
]);

const conversationAction = sequence(
  {
    Action: one(types, simple(action)),
    ConversationId: one(types, itemId),
    ContextFolderId: maybe(types, targetFolderId),
    ConversationLastSyncTime: maybe(types, instant),
    ProcessRightAway: maybe(types, truth),
    DestinationFolderId: maybe(types, targetFolderId),
    Categories: maybe(types, strings),
    EnableAlwaysDelete: maybe(types, truth),
    IsRead: maybe(types, truth),
    DeleteType: maybe(types, simple(enumeration('DisposalType', ['HardDelete', 'SoftDelete', 'MoveToDeletedItems']))),
    RetentionPolicyType: maybe(types, simple(enumeration('RetentionType', ['Delete', 'Archive']))),
    RetentionPolicyTagId: maybe(types, text),
    Flag: maybe(types, flag),
    SuppressReadReceipts: maybe(types, truth),
  },
  'ConversationActionType',
);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/applyconversationaction-operation */
export const applyConversationAction = contract({
  name: 'ApplyConversationAction',
  request: sequence({
    ConversationActions: one(
      messages,
      unwrapped(
        'ConversationAction',
        sequence({ ConversationAction: some(types, conversationAction) }, 'NonEmptyArrayOfApplyConversationActionType'),
      ),
    ),
  }),
  response: responseMessages('ApplyConversationActionResponseMessage', responseMessage({})),
});
