import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

/** Answers of the operations on conversations, with some items, and of searches. */
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
    SearchMailboxes: [
      {
        class: 'Success',
        SearchMailboxesResult: {
          SearchQueries: [{ Query: 'rowan', MailboxSearchScopes: [{ Mailbox: '/o=Contoso/cn=mary', SearchScope: 'PrimaryOnly' }] }],
          ResultType: 'PreviewOnly',
          ItemCount: '2',
          Size: '20206',
          PageItemCount: 1,
          PageItemSize: '10103',
          KeywordStats: [{ Keyword: 'rowan', ItemHits: 2, Size: '20206' }],
          Items: [
            {
              Id: { Id: 'AAMk', ChangeKey: 'CQAAAA==' },
              Mailbox: { MailboxId: '/o=Contoso/cn=mary', PrimarySmtpAddress: 'mary@contoso.test' },
              ItemClass: 'IPM.Note',
              SortValue: '1',
              ToRecipients: ['mary@contoso.test'],
              CreatedTime: 1_795_000_000_000,
              Subject: 'Rowan',
              Size: '10103',
              Importance: 'Normal',
              Read: true,
              HasAttachment: false,
            },
          ],
          FailedMailboxes: [{ Mailbox: '/o=Contoso/cn=rob', ErrorCode: 0, ErrorMessage: 'No.', IsArchive: true }],
          MailboxStats: [{ MailboxId: '/o=Contoso/cn=mary', DisplayName: 'Mary', ItemCount: '2', Size: '20206' }],
        },
      },
      errorMessage('ErrorAccessDenied'),
    ],
  }) as const;
