import { many, maybe, maybeAttr, maybeEither, one, sequence, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { highlightTerms } from '../highlight-terms.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { conversationShape } from '../shapes.ts';
import { conversation, mailboxScope } from '../types/conversations.ts';
import { targetFolderId } from '../types/folder-ids.ts';
import { integer } from '../types/simple.ts';
import { indexedPageView, queryString, seekToConditionPageView, sortOrder } from '../views.ts';

const viewFilter = enumeration('ViewFilterType', [
  ...(['All', 'Flagged', 'HasAttachment', 'ToOrCcMe', 'Unread', 'TaskActive', 'TaskOverdue', 'TaskCompleted'] as const),
  ...(['NoClutter', 'Clutter'] as const),
]);

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/findconversation-operation
 * The answer is a response message itself.
 */
export const findConversation = contract({
  name: 'FindConversation',
  request: sequence({
    Traversal: maybeAttr(enumeration('ConversationQueryTraversalType', ['Shallow', 'Deep'])),
    ViewFilter: maybeAttr(viewFilter),
    view: maybeEither(messages, { IndexedPageItemView: indexedPageView, SeekToConditionPageItemView: seekToConditionPageView }),
    SortOrder: maybe(messages, sortOrder),
    ParentFolderId: one(messages, targetFolderId),
    MailboxScope: maybe(messages, mailboxScope),
    QueryString: maybe(messages, queryString),
    ConversationShape: maybe(messages, conversationShape),
  }),
  response: responseMessage({
    Conversations: maybe(
      messages,
      unwrapped('Conversation', sequence({ Conversation: many(types, conversation) }, 'ArrayOfConversationsType')),
    ),
    HighlightTerms: maybe(messages, highlightTerms),
    TotalConversationsInView: maybe(messages, integer),
    IndexedOffset: maybe(messages, integer),
  }),
});
