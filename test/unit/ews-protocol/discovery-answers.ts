import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';

const success = { class: 'Success' } as const;
const held = {
  HoldId: 'Hold 1',
  Query: 'rowan',
  MailboxHoldStatuses: [
    { Mailbox: '/o=Contoso/cn=mary', Status: 'OnHold', AdditionalInfo: '' },
    { Mailbox: '/o=Contoso/cn=rob', Status: 'Failed', AdditionalInfo: 'No.' },
  ],
} as const;

const mailbox = {
  Guid: '33a408fe-2574-4e3b-89f5-5e1e000a3035',
  PrimarySmtpAddress: 'mary@contoso.test',
  IsExternalMailbox: false,
  ExternalEmailAddress: '',
  DisplayName: 'Mary',
  IsMembershipGroup: false,
  ReferenceId: '/o=Contoso/cn=mary',
} as const;
const configuration = {
  SearchId: 'Hold 1',
  SearchQuery: 'rowan',
  SearchableMailboxes: [mailbox],
  InPlaceHoldIdentity: 'Rowans',
  ManagedByOrganization: '',
  Language: 'en-US',
} as const;

/** Answers of the operations on holds and searchable mailboxes that are no list of response messages. */
export const discoveryAnswers = {
  GetDiscoverySearchConfiguration: [
    { ...success, DiscoverySearchConfigurations: [configuration, { SearchId: 'Hold 2', SearchQuery: '' }] },
    errorMessage('ErrorAccessDenied'),
  ],
  GetHoldOnMailboxes: [{ ...success, MailboxHoldResult: held }, errorMessage('ErrorMailboxHoldNotFound')],
  GetNonIndexableItemDetails: [
    {
      ...success,
      NonIndexableItemDetailsResult: {
        Items: [
          {
            ItemId: { Id: 'AAMk' },
            ErrorCode: 'DocumentParserFailure',
            ErrorDescription: 'The parser failed.',
            IsPartiallyIndexed: false,
            IsPermanentFailure: true,
            SortValue: '502511175756',
            AttemptCount: 2,
            LastAttemptTime: 1_784_000_000_000,
            AdditionalInfo: 'file.abc',
          },
        ],
        FailedMailboxes: [{ Mailbox: 'nobody', ErrorCode: 0, ErrorMessage: 'There is no such mailbox.', IsArchive: false }],
      },
    },
  ],
  GetNonIndexableItemStatistics: [
    { ...success, NonIndexableItemStatistics: [{ Mailbox: '/o=First/cn=mary', ItemCount: '0', ErrorMessage: 'None.' }] },
  ],
  GetSearchableMailboxes: [
    {
      ...success,
      SearchableMailboxes: [mailbox],
    },
    errorMessage('ErrorAccessDenied'),
  ],
  SetHoldOnMailboxes: [{ ...success, MailboxHoldResult: held }, errorMessage('ErrorAccessDenied')],
} as const;
