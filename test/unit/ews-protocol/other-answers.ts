import type { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import { absentAnswers } from './absent-answers.ts';
import { discoveryAnswers } from './discovery-answers.ts';

const success = { class: 'Success' } as const;
const period = { StartTime: { ms: 1_795_000_000_000, isZoned: true }, EndTime: { ms: 1_795_086_400_000, isZoned: true } };

const person = {
  PersonaId: { Id: 'AAQk' },
  PersonaType: 'Person',
  CreationTime: 1_795_000_000_000,
  Bodies: [{ Value: { Value: 'Met at the fair', BodyType: 'Text' }, Attributions: ['0'] }],
  DisplayName: 'Ann Lee',
  EmailAddress: { Name: 'Ann', EmailAddress: 'ann@acme.test', RoutingType: 'SMTP' },
  EmailAddresses: [{ Name: 'Ann', EmailAddress: 'ann@acme.test', RoutingType: 'SMTP' }],
  PhoneNumber: { Number: '1', Type: 'Business' },
  RelevanceScore: 2_147_483_647,
  FolderIds: [{ Id: 'AAMk' }],
  Attributions: [{ Id: '0', SourceId: { Id: 'AAMk' }, DisplayName: 'Outlook', IsWritable: true }],
  DisplayNames: [{ Value: 'Ann Lee', Attributions: ['0', '1'] }],
  MobilePhones: [{ Value: { Number: '2', Type: 'Mobile' }, Attributions: ['0'] }],
  Emails1: [{ Value: { EmailAddress: 'ann@acme.test' }, Attributions: ['0'] }],
  HomeAddresses: [{ Value: { City: 'Town', Type: 'Home' }, Attributions: ['0'] }],
  Children: [{ Value: ['Bo', 'Cy'], Attributions: ['0'] }],
  ExtendedProperties: [{ Value: { uri: { PropertyTag: 0x3a50, PropertyType: 'String' }, value: 'x' }, Attributions: ['0'] }],
} as const;

const rob = {
  UserId: { SID: 'S-1-5-21-1-2-3-1104', PrimarySmtpAddress: 'rob@contoso.test', DisplayName: 'Rob' },
  ReceiveCopiesOfMeetingMessages: true,
  ViewPrivateItems: false,
};

/** Operations whose answer is no list of response messages. */
export type OtherForm = keyof typeof otherAnswers;

export const otherAnswers = {
  ...absentAnswers,
  ...discoveryAnswers,
  FindConversation: [
    {
      ...success,
      Conversations: [
        {
          ConversationId: { Id: 'AAQk' },
          ConversationTopic: 'Minutes',
          UniqueSenders: { String: ['Zoe', 'Rob'] },
          LastDeliveryTime: 1_795_000_000_000,
          FlagStatus: 'Flagged',
          HasAttachments: true,
          MessageCount: 2,
          GlobalMessageCount: 3,
          UnreadCount: 0,
          Size: 6_474,
          ItemClasses: ['IPM.Note'],
          Importance: 'Normal',
          ItemIds: [{ is: 'ItemId', value: { Id: 'AAMk', ChangeKey: 'CQAA' } }],
          InstanceKey: Buffer.of(1),
          Preview: 'As agreed',
          MailboxScope: 'PrimaryOnly',
        },
      ],
      HighlightTerms: [{ Scope: 'Subject', Value: 'minutes' }],
      TotalConversationsInView: 1,
      IndexedOffset: 1,
    },
    errorMessage('ErrorFolderNotFound'),
  ],
  GetInboxRules: [
    { ...success, OutlookRuleBlobExists: false, InboxRules: [] },
    {
      ...success,
      OutlookRuleBlobExists: true,
      InboxRules: [
        {
          RuleId: 'AQAAAAAAAmw=',
          DisplayName: 'Reports',
          Priority: 1,
          IsEnabled: true,
          IsInError: true,
          Conditions: { FlaggedForAction: 'FYI', WithinDateRange: { EndDateTime: 1_795_000_000_000 }, WithinSizeRange: { MinimumSize: 1 } },
          Actions: { MoveToFolder: { is: 'DistinguishedFolderId', value: { Id: 'archive' } }, ServerReplyWithMessage: { Id: 'AAMk' } },
        },
      ],
    },
    errorMessage('ErrorAccessDenied'),
  ],
  FindMessageTrackingReport: [
    {
      ...success,
      Diagnostics: { String: ['one'] },
      MessageTrackingSearchResults: {
        MessageTrackingSearchResult: [
          {
            ...{ Subject: 'Hello', Sender: { EmailAddress: 'mary@contoso.test' }, PurportedSender: { EmailAddress: 'rob@contoso.test' } },
            Recipients: { Mailbox: [{ EmailAddress: 'joe@contoso.test' }] },
            ...{ SubmittedTime: 1_795_000_000_000, MessageTrackingReportId: 'Message-Id=1' },
            ...{ PreviousHopServer: 'a.test', FirstHopServer: 'b.test' },
            Properties: { TrackingPropertyType: [{ Name: 'n', Value: 'v' }, { Name: 'alone' }] },
          },
        ],
      },
      ExecutedSearchScope: 'Organization',
      Errors: { ArrayOfTrackingPropertiesType: [{ TrackingPropertyType: [{ Name: 'ErrorCode', Value: 'x' }] }] },
      Properties: { TrackingPropertyType: [] },
    },
    errorMessage('ErrorMessageTrackingNoSuchDomain'),
  ],
  GetMessageTrackingReport: [
    {
      ...success,
      MessageTrackingReport: {
        ...{ Sender: { EmailAddress: 'mary@contoso.test' }, Subject: 'Hello', SubmitTime: 1_795_000_000_000 },
        OriginalRecipients: { Address: [{ EmailAddress: 'joe@contoso.test' }] },
        RecipientTrackingEvents: {
          RecipientTrackingEvent: [
            {
              ...{ Date: 1_795_000_000_000, Recipient: { EmailAddress: 'joe@contoso.test' }, DeliveryStatus: 'Pending' },
              ...{ EventDescription: 'Submitted', EventData: { String: ['x'] }, Server: 'a.test', InternalId: '7' },
              ...{ BccRecipient: false, HiddenRecipient: true, UniquePathId: 'p', RootAddress: 'all@contoso.test' },
            },
          ],
        },
      },
    },
    errorMessage('ErrorMessageTrackingPermanentError'),
  ],
  GetMailTips: [
    {
      ...success,
      ResponseMessages: [
        {
          ...success,
          MailTips: {
            RecipientAddress: { Name: '', EmailAddress: 'rob@contoso.test', RoutingType: 'SMTP' },
            PendingMailTips: ['ExternalMemberCount', 'CustomMailTip'],
            OutOfOffice: { ReplyBody: { Message: 'Away', lang: 'de' }, Duration: period },
            MailboxFull: false,
            CustomMailTip: 'Ask first',
            TotalMemberCount: 3,
            ExternalMemberCount: 1,
            MaxMessageSize: 1_024,
            DeliveryRestricted: true,
            IsModerated: false,
            InvalidRecipient: false,
            Scope: 1,
          },
        },
        errorMessage('ErrorAvailabilityConfigNotFound'),
      ],
    },
    errorMessage('ErrorMailTipsDisabled'),
  ],
  GetServiceConfiguration: [
    {
      ...success,
      ResponseMessages: [
        {
          ...success,
          MailTipsConfiguration: {
            MailTipsEnabled: true,
            MaxRecipientsPerGetMailTipsRequest: 50,
            MaxMessageSize: 1_024,
            LargeAudienceThreshold: 25,
            ShowExternalRecipientCount: false,
            InternalDomains: { Domain: [{ Name: 'contoso.test', IncludeSubdomains: false }] },
            PolicyTipsEnabled: false,
            LargeAudienceCap: 1_000,
          },
        },
        { ...success, UnifiedMessagingConfiguration: { UmEnabled: false, PlayOnPhoneDialString: '', PlayOnPhoneEnabled: false } },
        {
          ...success,
          ProtectionRulesConfiguration: {
            RefreshInterval: 24,
            Rules: {},
            InternalDomains: { Domain: [{ Name: 'contoso.test', IncludeSubdomains: false }] },
          },
        },
        { ...success, SharePointURLsConfiguration: { InternalSPMySiteHostURL: '', ExternalSPMySiteHostURL: '' } },
        errorMessage('ErrorInvalidOperation'),
      ],
    },
  ],
  GetReminders: [
    {
      ...success,
      Reminders: {
        Reminder: [
          {
            Subject: 'Minutes',
            Location: '',
            ReminderTime: 1_795_000_000_000,
            StartDate: 1_795_000_900_000,
            EndDate: 1_795_004_500_000,
            ItemId: { Id: 'AAMk', ChangeKey: 'DwAA' },
            RecurringMasterItemId: { Id: 'AAMl', ChangeKey: 'DwAA' },
            ReminderGroup: 'Calendar',
            UID: '6CF2FA62',
          },
        ],
      },
    },
    errorMessage('ErrorInvalidOperation'),
  ],
  PerformReminderAction: [
    { ...success, UpdatedItemIds: { ItemId: [{ Id: 'AAMk', ChangeKey: 'DwAA' }] } },
    errorMessage('ErrorChangeKeyRequired'),
  ],
  UpdateInboxRules: [success, errorMessage('ErrorRulesOverQuota')],
  GetUserOofSettings: [
    {
      ResponseMessage: success,
      OofSettings: {
        OofState: 'Scheduled',
        ExternalAudience: 'Known',
        Duration: period,
        InternalReply: { Message: '<p>Back soon</p>', lang: 'en-GB' },
        ExternalReply: {},
      },
      AllowExternalOof: 'All',
    },
    { ResponseMessage: errorMessage('ErrorNonExistentMailbox') },
  ],
  GetPasswordExpirationDate: [{ ...success, PasswordExpirationDate: Date.UTC(2026, 11, 16, 9) }, errorMessage('ErrorNonExistentMailbox')],
  GetUserRetentionPolicyTags: [
    {
      ...success,
      RetentionPolicyTags: {
        RetentionPolicyTag: [
          {
            DisplayName: '1 Year Delete',
            RetentionId: 'e66252f9-794f-4b36-b55e-d6d95fdf87a3',
            RetentionPeriod: 365,
            Type: 'Personal',
            RetentionAction: 'DeleteAndAllowRecovery',
            Description: '',
            IsVisible: true,
            OptedInto: false,
            IsArchive: false,
          },
        ],
      },
    },
    { ...success, RetentionPolicyTags: { RetentionPolicyTag: [] } },
  ],
  AddDelegate: [
    { ...success, ResponseMessages: [{ ...success, DelegateUser: rob }, errorMessage('ErrorDelegateAlreadyExists')] },
    errorMessage('ErrorNonExistentMailbox'),
  ],
  UpdateDelegate: [{ ...success, ResponseMessages: [{ ...success, DelegateUser: rob }] }, success, errorMessage('ErrorAccessDenied')],
  RemoveDelegate: [{ ...success, ResponseMessages: [success, errorMessage('ErrorNotDelegate')] }, errorMessage('ErrorAccessDenied')],
  GetDelegate: [
    {
      ...success,
      ResponseMessages: [
        {
          ...success,
          DelegateUser: {
            UserId: { SID: 'S-1-5-21-1-2-3-1104', PrimarySmtpAddress: 'rob@contoso.test', DisplayName: 'Rob' },
            DelegatePermissions: { CalendarFolderPermissionLevel: 'Editor', JournalFolderPermissionLevel: 'Custom' },
            ReceiveCopiesOfMeetingMessages: false,
            ViewPrivateItems: true,
          },
        },
        errorMessage('ErrorDelegateMissingConfiguration'),
      ],
      DeliverMeetingRequests: 'DelegatesAndMe',
    },
    { ...success, DeliverMeetingRequests: 'NoForward' },
    errorMessage('ErrorNonExistentMailbox'),
  ],
  GetRoomLists: [
    {
      ...success,
      RoomLists: { Address: [{ Name: 'Oslo', EmailAddress: 'oslo@contoso.test', RoutingType: 'SMTP', MailboxType: 'PublicDL' }] },
    },
    { ...success, RoomLists: { Address: [] } },
  ],
  GetRooms: [
    {
      ...success,
      Rooms: { Room: [{ Id: { Name: 'Fjord', EmailAddress: 'fjord@contoso.test', RoutingType: 'SMTP', MailboxType: 'Mailbox' } }] },
    },
    errorMessage('ErrorNameResolutionNoResults'),
  ],
  FindPeople: [
    { ...success, People: [person], TotalNumberOfPeopleInView: 1, FirstMatchingRowIndex: 0, FirstLoadedRowIndex: 0 },
    errorMessage('ErrorInvalidArgument'),
  ],
  GetPersona: [{ ...success, Persona: person }, errorMessage('ErrorInvalidIdMalformed')],
  GetUserPhoto: [
    { ...success, HasChanged: true, PictureData: Buffer.from([0xff, 0xd8]) },
    { ...success, HasChanged: false },
    errorMessage('ErrorItemNotFound'),
  ],
  SetUserPhoto: [success, errorMessage('ErrorInvalidArgument')],
  SetUserOofSettings: [{ ResponseMessage: success }, { ResponseMessage: errorMessage('ErrorInvalidScheduledOofDuration') }],
} satisfies { readonly [Name in keyof typeof contracts]?: readonly ResponseOf<(typeof contracts)[Name]>[] };
