import { many, maybe, one, sequence, simple, some, someOf, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { targetFolderId } from './folder-ids.ts';
import { itemId } from './item-ids.ts';
import { importanceChoices, sensitivityChoices } from './item-parts.ts';
import { emailAddress } from './mailbox.ts';
import { instant, integer, text, truth } from './simple.ts';

// Rules of the Inbox (MS-OXWSRULES).

const strings = unwrapped('String', sequence({ String: many(types, text) }, 'ArrayOfStringsType'));
const addresses = unwrapped('Address', sequence({ Address: many(types, emailAddress) }, 'ArrayOfEmailAddressesType'));

const flaggedForAction = enumeration('FlaggedForActionType', [
  'Any',
  'Call',
  'DoNotForward',
  'FollowUp',
  'FYI',
  'Forward',
  'NoResponseNecessary',
  'Read',
  'Reply',
  'ReplyToAll',
  'Review',
]);

const sizeRange = sequence({ MinimumSize: maybe(types, integer), MaximumSize: maybe(types, integer) }, 'RulePredicateSizeRangeType');
const dateRange = sequence({ StartDateTime: maybe(types, instant), EndDateTime: maybe(types, instant) }, 'RulePredicateDateRangeType');

const predicateShape = {
  Categories: maybe(types, strings),
  ContainsBodyStrings: maybe(types, strings),
  ContainsHeaderStrings: maybe(types, strings),
  ContainsRecipientStrings: maybe(types, strings),
  ContainsSenderStrings: maybe(types, strings),
  ContainsSubjectOrBodyStrings: maybe(types, strings),
  ContainsSubjectStrings: maybe(types, strings),
  FlaggedForAction: maybe(types, simple(flaggedForAction)),
  FromAddresses: maybe(types, addresses),
  FromConnectedAccounts: maybe(types, strings),
  HasAttachments: maybe(types, truth),
  Importance: maybe(types, simple(importanceChoices)),
  IsApprovalRequest: maybe(types, truth),
  IsAutomaticForward: maybe(types, truth),
  IsAutomaticReply: maybe(types, truth),
  IsEncrypted: maybe(types, truth),
  IsMeetingRequest: maybe(types, truth),
  IsMeetingResponse: maybe(types, truth),
  IsNDR: maybe(types, truth),
  IsPermissionControlled: maybe(types, truth),
  IsReadReceipt: maybe(types, truth),
  IsSigned: maybe(types, truth),
  IsVoicemail: maybe(types, truth),
  ItemClasses: maybe(types, strings),
  MessageClassifications: maybe(types, strings),
  NotSentToMe: maybe(types, truth),
  SentCcMe: maybe(types, truth),
  SentOnlyToMe: maybe(types, truth),
  SentToAddresses: maybe(types, addresses),
  SentToMe: maybe(types, truth),
  SentToOrCcMe: maybe(types, truth),
  Sensitivity: maybe(types, simple(sensitivityChoices)),
  WithinDateRange: maybe(types, dateRange),
  WithinSizeRange: maybe(types, sizeRange),
} as const;

/** RulePredicatesType: conditions of a rule, or exceptions from them. */
const rulePredicates = sequence(predicateShape, 'RulePredicatesType');

const actionShape = {
  AssignCategories: maybe(types, strings),
  CopyToFolder: maybe(types, targetFolderId),
  Delete: maybe(types, truth),
  ForwardAsAttachmentToRecipients: maybe(types, addresses),
  ForwardToRecipients: maybe(types, addresses),
  MarkImportance: maybe(types, simple(importanceChoices)),
  MarkAsRead: maybe(types, truth),
  MoveToFolder: maybe(types, targetFolderId),
  PermanentDelete: maybe(types, truth),
  RedirectToRecipients: maybe(types, addresses),
  SendSMSAlertToRecipients: maybe(types, addresses),
  ServerReplyWithMessage: maybe(types, itemId),
  StopProcessingRules: maybe(types, truth),
} as const;

/** RuleActionsType. */
const ruleActions = sequence(actionShape, 'RuleActionsType');

/** RuleType. */
const rule = sequence(
  {
    RuleId: maybe(types, text),
    DisplayName: one(types, text),
    Priority: one(types, integer),
    IsEnabled: one(types, truth),
    IsNotSupported: maybe(types, truth),
    IsInError: maybe(types, truth),
    Conditions: maybe(types, rulePredicates),
    Exceptions: maybe(types, rulePredicates),
    Actions: maybe(types, ruleActions),
  },
  'RuleType',
);

/** ArrayOfRulesType. */
export const rules = unwrapped('Rule', sequence({ Rule: many(types, rule) }, 'ArrayOfRulesType'));

/** ArrayOfRuleOperationsType. */
export const ruleOperations = unwrapped(
  'operations',
  sequence(
    {
      operations: someOf(types, {
        CreateRuleOperation: unwrapped('Rule', sequence({ Rule: one(types, rule) }, 'CreateRuleOperationType')),
        SetRuleOperation: unwrapped('Rule', sequence({ Rule: one(types, rule) }, 'SetRuleOperationType')),
        DeleteRuleOperation: unwrapped('RuleId', sequence({ RuleId: one(types, text) }, 'DeleteRuleOperationType')),
      }),
    },
    'ArrayOfRuleOperationsType',
  ),
);

type Prefixed<Prefix extends string, Shape> = `${Prefix}:${keyof Shape & string}`;
const prefixed = <Prefix extends string, Shape extends object>(prefix: Prefix, shape: Shape): readonly Prefixed<Prefix, Shape>[] =>
  Object.keys(shape).map((name) => `${prefix}:${name}` as Prefixed<Prefix, Shape>);

/** RuleFieldURIType. */
const ruleFieldUri = enumeration('RuleFieldURIType', [
  ...(['RuleId', 'DisplayName', 'Priority', 'IsNotSupported', 'Actions'] as const),
  ...prefixed('Condition', predicateShape),
  ...prefixed('Exception', predicateShape),
  ...prefixed('Action', actionShape),
  ...(['IsEnabled', 'IsInError', 'Conditions', 'Exceptions'] as const),
]);

const validationErrorCode = enumeration('RuleValidationErrorCodeType', [
  'ADOperationFailure',
  'ConnectedAccountNotFound',
  'CreateWithRuleId',
  'EmptyValueFound',
  'DuplicatedPriority',
  'DuplicatedOperationOnTheSameRule',
  'FolderDoesNotExist',
  'InvalidAddress',
  'InvalidDateRange',
  'InvalidFolderId',
  'InvalidSizeRange',
  'InvalidValue',
  'MessageClassificationNotFound',
  'MissingAction',
  'MissingParameter',
  'MissingRangeValue',
  'NotSettable',
  'RecipientDoesNotExist',
  'RuleNotFound',
  'SizeLessThanZero',
  'StringValueTooBig',
  'UnsupportedAddress',
  'UnexpectedError',
  'UnsupportedRule',
]);

const validationError = sequence(
  {
    FieldURI: one(types, simple(ruleFieldUri)),
    ErrorCode: one(types, simple(validationErrorCode)),
    ErrorMessage: one(types, text),
    FieldValue: one(types, text),
  },
  'RuleValidationErrorType',
);

const operationError = sequence(
  {
    OperationIndex: one(types, integer),
    ValidationErrors: one(types, unwrapped('Error', sequence({ Error: some(types, validationError) }, 'ArrayOfRuleValidationErrorsType'))),
  },
  'RuleOperationErrorType',
);

/** ArrayOfRuleOperationErrorsType. */
export const ruleOperationErrors = unwrapped(
  'RuleOperationError',
  sequence({ RuleOperationError: some(types, operationError) }, 'ArrayOfRuleOperationErrorsType'),
);
