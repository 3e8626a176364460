import { many, maybe, one, sequence, simple, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { newItemList } from '../item-references.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { itemShape } from '../shapes.ts';
import { mailboxScope } from '../types/conversations.ts';
import { baseFolderIds } from '../types/folder-ids.ts';
import { itemId } from '../types/item-ids.ts';
import { integer, octets, text, truth } from '../types/simple.ts';

const conversationRequest = sequence({ ConversationId: one(types, itemId), SyncState: maybe(types, octets) }, 'ConversationRequestType');
const conversationNode = sequence(
  { InternetMessageId: maybe(types, text), ParentInternetMessageId: maybe(types, text), Items: maybe(types, newItemList) },
  'ConversationNodeType',
);
const conversationNodes = unwrapped(
  'ConversationNode',
  sequence({ ConversationNode: many(types, conversationNode) }, 'ArrayOfConversationNodesType'),
);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getconversationitems-operation */
export const getConversationItems = contract({
  name: 'GetConversationItems',
  request: sequence({
    ItemShape: one(messages, itemShape),
    FoldersToIgnore: maybe(messages, baseFolderIds),
    MaxItemsToReturn: maybe(messages, integer),
    SortOrder: maybe(
      messages,
      simple(
        enumeration('ConversationNodeSortOrder', [
          'TreeOrderAscending',
          'TreeOrderDescending',
          'DateOrderAscending',
          'DateOrderDescending',
        ]),
      ),
    ),
    MailboxScope: maybe(messages, mailboxScope),
    Conversations: one(
      messages,
      unwrapped('Conversation', sequence({ Conversation: many(types, conversationRequest) }, 'ArrayOfConversationRequestsType')),
    ),
  }),
  response: responseMessages(
    'GetConversationItemsResponseMessage',
    responseMessage({
      Conversation: maybe(
        messages,
        sequence(
          {
            ConversationId: one(types, itemId),
            SyncState: maybe(types, octets),
            ConversationNodes: maybe(types, conversationNodes),
            CanDelete: maybe(types, truth),
          },
          'ConversationResponseType',
        ),
      ),
    }),
  ),
});
