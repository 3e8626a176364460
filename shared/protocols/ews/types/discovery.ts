import { many, maybe, one, sequence, simple, some, someOf, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { extendedPropertyContent } from '../extended-property.ts';
import { types } from '../namespaces.ts';
import { paths } from '../paths.ts';
import { mailboxScope } from './conversations.ts';
import { itemId } from './item-ids.ts';
import { importanceChoices } from './item-parts.ts';
import { guidText, instant, integer, longInteger, nonEmptyText, text, truth } from './simple.ts';

// What discovery searches over many mailboxes ask and answer.

const extendedAttributes = unwrapped(
  'ExtendedAttribute',
  sequence(
    { ExtendedAttribute: many(types, sequence({ Name: one(types, text), Value: one(types, text) }, 'ExtendedAttributeType')) },
    'ArrayOfExtendedAttributesType',
  ),
);
const searchScope = sequence(
  { Mailbox: one(types, text), SearchScope: one(types, mailboxScope), ExtendedAttributes: maybe(types, extendedAttributes) },
  'MailboxSearchScopeType',
);
const searchScopes = unwrapped(
  'MailboxSearchScope',
  sequence({ MailboxSearchScope: some(types, searchScope) }, 'NonEmptyArrayOfMailboxSearchScopesType'),
);
const mailboxQuery = sequence({ Query: one(types, text), MailboxSearchScopes: one(types, searchScopes) }, 'MailboxQueryType');
/** NonEmptyArrayOfMailboxQueriesType. */
export const mailboxQueries = unwrapped(
  'MailboxQuery',
  sequence({ MailboxQuery: some(types, mailboxQuery) }, 'NonEmptyArrayOfMailboxQueriesType'),
);
/** SearchResultType. */
export const resultType = simple(enumeration('SearchResultType', ['StatisticsOnly', 'PreviewOnly']));
/** PreviewItemResponseShapeType. */
export const previewShape = sequence(
  {
    BaseShape: one(types, simple(enumeration('PreviewItemBaseShapeType', ['Default', 'Compact']))),
    AdditionalProperties: maybe(
      types,
      unwrapped(
        'paths',
        sequence({ paths: someOf(types, { ExtendedFieldURI: paths.ExtendedFieldURI }) }, 'NonEmptyArrayOfExtendedFieldURIsType'),
      ),
    ),
  },
  'PreviewItemResponseShapeType',
);

const addresses = unwrapped('SmtpAddress', sequence({ SmtpAddress: some(types, nonEmptyText) }, 'ArrayOfSmtpAddressType'));
const previewMailbox = sequence({ MailboxId: one(types, text), PrimarySmtpAddress: one(types, text) }, 'PreviewItemMailboxType');
const previewItem = sequence(
  {
    Id: one(types, itemId),
    Mailbox: maybe(types, previewMailbox),
    ParentId: maybe(types, itemId),
    ItemClass: maybe(types, text),
    UniqueHash: maybe(types, text),
    SortValue: maybe(types, text),
    OwaLink: maybe(types, text),
    Sender: maybe(types, text),
    ToRecipients: maybe(types, addresses),
    CcRecipients: maybe(types, addresses),
    BccRecipients: maybe(types, addresses),
    CreatedTime: maybe(types, instant),
    ReceivedTime: maybe(types, instant),
    SentTime: maybe(types, instant),
    Subject: maybe(types, text),
    Size: maybe(types, longInteger),
    Preview: maybe(types, text),
    Importance: maybe(types, simple(importanceChoices)),
    Read: maybe(types, truth),
    HasAttachment: maybe(types, truth),
    ExtendedProperties: maybe(
      types,
      unwrapped(
        'ExtendedProperty',
        sequence({ ExtendedProperty: some(types, extendedPropertyContent) }, 'NonEmptyArrayOfExtendedPropertyType'),
      ),
    ),
  },
  'SearchPreviewItemType',
);
const previewItems = unwrapped(
  'SearchPreviewItem',
  sequence({ SearchPreviewItem: many(types, previewItem) }, 'ArrayOfSearchPreviewItemsType'),
);

const failedMailbox = sequence(
  { Mailbox: one(types, text), ErrorCode: one(types, integer), ErrorMessage: one(types, text), IsArchive: one(types, truth) },
  'FailedSearchMailboxType',
);
/** ArrayOfFailedSearchMailboxesType. */
export const failedMailboxes = unwrapped(
  'FailedMailbox',
  sequence({ FailedMailbox: many(types, failedMailbox) }, 'ArrayOfFailedSearchMailboxesType'),
);

const keywordStat = sequence(
  { Keyword: one(types, text), ItemHits: one(types, integer), Size: one(types, longInteger) },
  'KeywordStatisticsSearchResultType',
);
const keywordStats = unwrapped(
  'KeywordStat',
  sequence({ KeywordStat: many(types, keywordStat) }, 'ArrayOfKeywordStatisticsSearchResultsType'),
);
const mailboxStat = sequence(
  { MailboxId: one(types, text), DisplayName: one(types, text), ItemCount: one(types, longInteger), Size: one(types, longInteger) },
  'MailboxStatisticsItemType',
);
const mailboxStats = unwrapped('MailboxStat', sequence({ MailboxStat: many(types, mailboxStat) }, 'ArrayOfMailboxStatisticsItemsType'));

/** NonEmptyArrayOfLegacyDNsType. */
export const legacyDns = unwrapped('LegacyDN', sequence({ LegacyDN: some(types, text) }, 'NonEmptyArrayOfLegacyDNsType'));

/** SearchPageDirectionType. */
export const pageDirection = simple(enumeration('SearchPageDirectionType', ['Previous', 'Next']));

const itemIndexErrors = [
  ...(['None', 'GenericError', 'Timeout', 'StaleEvent', 'MailboxOffline'] as const),
  ...(['AttachmentLimitReached', 'MarsWriterTruncation', 'DocumentParserFailure'] as const),
] as const;
const nonIndexableItem = sequence(
  {
    ItemId: one(types, itemId),
    ErrorCode: one(types, simple(enumeration('ItemIndexErrorType', itemIndexErrors))),
    ErrorDescription: one(types, text),
    IsPartiallyIndexed: one(types, truth),
    IsPermanentFailure: one(types, truth),
    SortValue: one(types, text),
    AttemptCount: one(types, integer),
    LastAttemptTime: maybe(types, instant),
    AdditionalInfo: maybe(types, text),
  },
  'NonIndexableItemDetailType',
);
/** NonIndexableItemDetailResultType. */
export const nonIndexableItems = sequence(
  {
    Items: maybe(
      types,
      unwrapped(
        'NonIndexableItemDetail',
        sequence({ NonIndexableItemDetail: many(types, nonIndexableItem) }, 'ArrayOfNonIndexableItemDetailsType'),
      ),
    ),
    FailedMailboxes: maybe(types, failedMailboxes),
  },
  'NonIndexableItemDetailResultType',
);

/** SearchMailboxesResultType, without refiners: there are none. */
export const searchMailboxesResult = sequence(
  {
    SearchQueries: one(types, mailboxQueries),
    ResultType: one(types, resultType),
    ItemCount: one(types, longInteger),
    Size: one(types, longInteger),
    PageItemCount: one(types, integer),
    PageItemSize: one(types, longInteger),
    KeywordStats: maybe(types, keywordStats),
    Items: maybe(types, previewItems),
    FailedMailboxes: maybe(types, failedMailboxes),
    MailboxStats: maybe(types, mailboxStats),
  },
  'SearchMailboxesResultType',
);

const searchableMailbox = sequence(
  {
    Guid: one(types, guidText),
    PrimarySmtpAddress: one(types, text),
    IsExternalMailbox: one(types, truth),
    ExternalEmailAddress: one(types, text),
    DisplayName: one(types, text),
    IsMembershipGroup: one(types, truth),
    ReferenceId: one(types, text),
  },
  'SearchableMailboxType',
);
/** ArrayOfSearchableMailboxesType. */
export const searchableMailboxes = unwrapped(
  'SearchableMailbox',
  sequence({ SearchableMailbox: many(types, searchableMailbox) }, 'ArrayOfSearchableMailboxesType'),
);

const searchConfiguration = sequence(
  {
    SearchId: one(types, text),
    SearchQuery: one(types, text),
    SearchableMailboxes: maybe(types, searchableMailboxes),
    InPlaceHoldIdentity: maybe(types, text),
    ManagedByOrganization: maybe(types, text),
    Language: maybe(types, text),
  },
  'DiscoverySearchConfigurationType',
);
/** ArrayOfDiscoverySearchConfigurationType. */
export const searchConfigurations = unwrapped(
  'DiscoverySearchConfiguration',
  sequence({ DiscoverySearchConfiguration: many(types, searchConfiguration) }, 'ArrayOfDiscoverySearchConfigurationType'),
);

const holdStatus = sequence(
  {
    Mailbox: one(types, text),
    Status: one(types, simple(enumeration('HoldStatusType', ['NotOnHold', 'Pending', 'OnHold', 'PartialHold', 'Failed']))),
    AdditionalInfo: maybe(types, text),
  },
  'MailboxHoldStatusType',
);
/** MailboxHoldResultType. */
export const holdResult = sequence(
  {
    HoldId: one(types, text),
    Query: maybe(types, text),
    MailboxHoldStatuses: one(
      types,
      unwrapped('MailboxHoldStatus', sequence({ MailboxHoldStatus: many(types, holdStatus) }, 'ArrayOfMailboxHoldStatusType')),
    ),
  },
  'MailboxHoldResultType',
);
