import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

/** Answers of the operations on conversations, with some items. */
export const conversationAnswers = (items: readonly WireItem[]) =>
  ({
    ApplyConversationAction: [{ class: 'Success' }, errorMessage('ErrorInvalidIdMalformed')],
    GetConversationItems: [
      {
        class: 'Success',
        Conversation: {
          ConversationId: { Id: 'AAQk' },
          SyncState: Buffer.of(1, 2, 3),
          ConversationNodes: [
            { InternetMessageId: '<b@contoso.test>', ParentInternetMessageId: '<a@contoso.test>', Items: items },
            { InternetMessageId: '<a@contoso.test>', Items: items },
          ],
        },
      },
      errorMessage('ErrorItemNotFound'),
    ],
  }) as const;
