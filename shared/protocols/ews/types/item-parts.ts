import { attr, many, maybe, one, sequence, simple, some, textContent } from '../../../xml/codec.ts';
import { boolean, enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { guid, instant, integer, text, truth } from './simple.ts';

// Parts of items of every kind.

export const effectiveRights = sequence(
  {
    CreateAssociated: one(types, truth),
    CreateContents: one(types, truth),
    CreateHierarchy: one(types, truth),
    Delete: one(types, truth),
    Modify: one(types, truth),
    Read: one(types, truth),
    ViewPrivateItems: maybe(types, truth),
  },
  'EffectiveRightsType',
);

export const flagStatus = enumeration('FlagStatusType', ['NotFlagged', 'Flagged', 'Complete']);

export const flag = sequence(
  {
    FlagStatus: one(types, simple(flagStatus)),
    StartDate: maybe(types, instant),
    DueDate: maybe(types, instant),
    CompleteDate: maybe(types, instant),
  },
  'FlagType',
);

export const strings = sequence(
  {
    String: many(types, text),
  },
  'ArrayOfStringsType',
);

export const retentionTag = sequence(
  {
    text: textContent(guid),
    IsExplicit: attr(boolean),
  },
  'RetentionTagType',
);

export const rightsManagementLicenseData = sequence(
  {
    RightsManagedMessageDecryptionStatus: maybe(types, integer),
    RmsTemplateId: maybe(types, text),
    TemplateName: maybe(types, text),
    TemplateDescription: maybe(types, text),
    EditAllowed: maybe(types, truth),
    ReplyAllowed: maybe(types, truth),
    ReplyAllAllowed: maybe(types, truth),
    ForwardAllowed: maybe(types, truth),
    ModifyRecipientsAllowed: maybe(types, truth),
    ExtractAllowed: maybe(types, truth),
    PrintAllowed: maybe(types, truth),
    ExportAllowed: maybe(types, truth),
    ProgrammaticAccessAllowed: maybe(types, truth),
    IsOwner: maybe(types, truth),
    ContentOwner: maybe(types, text),
    ContentExpiryDate: maybe(types, text),
  },
  'RightsManagementLicenseDataType',
);

const predictedActionReason = enumeration('PredictedActionReasonType', [
  'None',
  'ConversationStarterIsYou',
  'OnlyRecipient',
  'ConversationContributions',
  'MarkedImportantBySender',
  'SenderIsManager',
  'SenderIsInManagementChain',
  'SenderIsDirectReport',
  'ActionBasedOnSender',
  'NameOnToLine',
  'NameOnCcLine',
  'ManagerPosition',
  'ReplyToAMessageFromMe',
  'PreviouslyFlagged',
  'ActionBasedOnRecipients',
  'ActionBasedOnSubjectWords',
  'ActionBasedOnBasedOnBodyWords',
]);

export const predictedActionReasons = sequence(
  {
    PredictedActionReason: some(types, simple(predictedActionReason)),
  },
  'NonEmptyArrayOfPredictedActionReasonType',
);

export const iconIndex = enumeration('IconIndexType', [
  'Default',
  'PostItem',
  'MailRead',
  'MailUnread',
  'MailReplied',
  'MailForwarded',
  'MailEncrypted',
  'MailSmimeSigned',
  'MailEncryptedReplied',
  'MailSmimeSignedReplied',
  'MailEncryptedForwarded',
  'MailSmimeSignedForwarded',
  'MailEncryptedRead',
  'MailSmimeSignedRead',
  'MailIrm',
  'MailIrmForwarded',
  'MailIrmReplied',
  'SmsSubmitted',
  'SmsRoutedToDeliveryPoint',
  'SmsRoutedToExternalMessagingSystem',
  'SmsDelivered',
  'OutlookDefaultForContacts',
  'AppointmentItem',
  'AppointmentRecur',
  'AppointmentMeet',
  'AppointmentMeetRecur',
  'AppointmentMeetNY',
  'AppointmentMeetYes',
  'AppointmentMeetNo',
  'AppointmentMeetMaybe',
  'AppointmentMeetCancel',
  'AppointmentMeetInfo',
  'TaskItem',
  'TaskRecur',
  'TaskOwned',
  'TaskDelegated',
]);

export const inferenceClassification = enumeration('InferenceClassificationType', ['Focused', 'Other']);

export const sensitivityChoices = enumeration('SensitivityChoicesType', ['Normal', 'Personal', 'Private', 'Confidential']);

export const importanceChoices = enumeration('ImportanceChoicesType', ['Low', 'Normal', 'High']);
