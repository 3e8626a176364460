import type { WireComplaint } from './read-rule.ts';

/** Observed: ecederstrand/exchangelib#1292. */
export const validationFailed = 'A validation error occurred while executing the rule operation.';

/** What a complaint says to people. Observed: EmptyValueFound, ecederstrand/exchangelib#1280; the others are ours. */
export function complaintText(fault: WireComplaint['fault']): string {
  return texts[fault];
}

const texts: Readonly<Record<WireComplaint['fault'], string>> = {
  ConnectedAccountNotFound: 'This simulation has no connected accounts.',
  CreateWithRuleId: 'A new rule gets its id from the server: leave it out.',
  DuplicatedOperationOnTheSameRule: 'The request has another operation for this rule.',
  DuplicatedPriority: 'The request gives this priority to another rule.',
  EmptyValueFound: 'The value must not be empty.',
  FolderDoesNotExist: 'The mailbox has no such folder.',
  InvalidAddress: 'The value is no SMTP address.',
  InvalidDateRange: 'The range ends before it begins.',
  InvalidFolderId: 'The value is no id of a folder.',
  InvalidSizeRange: 'The range is too large, or ends before it begins.',
  InvalidValue: 'The value is not valid.',
  MessageClassificationNotFound: 'This simulation has no message classifications.',
  MissingAction: 'A rule needs an action.',
  MissingParameter: 'The value is missing.',
  MissingRangeValue: 'A range needs a beginning or an end.',
  RecipientDoesNotExist: 'There is no such recipient.',
  RuleNotFound: 'The mailbox has no such rule.',
  SizeLessThanZero: 'A size is not below zero.',
  StringValueTooBig: 'The value is too long.',
  UnsupportedRule: 'This simulation sends no text messages.',
};
