import { many, maybe, one, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { guidText, integer, text, truth } from '../types/simple.ts';

const folderType = enumeration('ElcFolderType', [
  'Calendar',
  'Contacts',
  'DeletedItems',
  'Drafts',
  'Inbox',
  'JunkEmail',
  'Journal',
  'Notes',
  'Outbox',
  'SentItems',
  'Tasks',
  'All',
  'ManagedCustomFolder',
  'RssSubscriptions',
  'SyncIssues',
  'ConversationHistory',
  'Personal',
  'RecoverableItems',
  'NonIpmRoot',
]);

const action = enumeration('RetentionActionType', [
  'None',
  'MoveToDeletedItems',
  'MoveToFolder',
  'DeleteAndAllowRecovery',
  'PermanentlyDelete',
  'MarkAsPastRetentionLimit',
  'MoveToArchive',
]);

const policyTag = sequence(
  {
    DisplayName: one(types, text),
    RetentionId: one(types, guidText),
    RetentionPeriod: one(types, integer),
    Type: one(types, simple(folderType)),
    RetentionAction: one(types, simple(action)),
    Description: maybe(types, text),
    IsVisible: one(types, truth),
    OptedInto: one(types, truth),
    IsArchive: one(types, truth),
    ParentLabelIdentity: maybe(types, text),
    Priority: maybe(types, integer),
  },
  'RetentionPolicyTagType',
);

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserretentionpolicytags-operation
 * The answer is a response message itself.
 */
export const getUserRetentionPolicyTags = contract({
  name: 'GetUserRetentionPolicyTags',
  request: sequence({}),
  response: responseMessage({
    RetentionPolicyTags: maybe(messages, sequence({ RetentionPolicyTag: many(types, policyTag) }, 'ArrayOfRetentionPolicyTagsType')),
  }),
});
