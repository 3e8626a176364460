import { many, maybe, sequence, simple } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { itemId } from './item-ids.ts';
import { instant, integer, text, truth } from './simple.ts';

// Parts of messages.

export const approvalRequestData = sequence(
  {
    IsUndecidedApprovalRequest: maybe(types, truth),
    ApprovalDecision: maybe(types, integer),
    ApprovalDecisionMaker: maybe(types, text),
    ApprovalDecisionTime: maybe(types, instant),
  },
  'ApprovalRequestDataType',
);

const sendPrompt = enumeration('SendPromptType', ['None', 'Send', 'VotingOption']);

const votingOptionData = sequence(
  {
    DisplayName: maybe(types, text),
    SendPrompt: maybe(types, simple(sendPrompt)),
  },
  'VotingOptionDataType',
);

const votingOptions = sequence(
  {
    VotingOptionData: many(types, votingOptionData),
  },
  'ArrayOfVotingOptionDataType',
);

export const votingInformation = sequence(
  {
    UserOptions: maybe(types, votingOptions),
    VotingResponse: maybe(types, text),
  },
  'VotingInformationType',
);

export const reminderMessageData = sequence(
  {
    ReminderText: maybe(types, text),
    Location: maybe(types, text),
    StartTime: maybe(types, instant),
    EndTime: maybe(types, instant),
    AssociatedCalendarItemId: maybe(types, itemId),
  },
  'ReminderMessageDataType',
);

export const messageSafety = sequence(
  {
    MessageSafetyLevel: maybe(types, integer),
    MessageSafetyReason: maybe(types, integer),
    Info: maybe(types, text),
  },
  'MessageSafetyType',
);

const sharingAction = enumeration('SharingAction', ['AcceptAndViewCalendar', 'ViewCalendar', 'AddThisCalendar', 'Accept']);

const sharingActionImportance = enumeration('SharingActionImportance', ['Primary', 'Secondary']);

const sharingActionKind = enumeration('SharingActionType', ['Accept']);

export const sharingMessageAction = sequence(
  {
    Importance: maybe(types, simple(sharingActionImportance)),
    ActionType: maybe(types, simple(sharingActionKind)),
    Action: maybe(types, simple(sharingAction)),
  },
  'SharingMessageActionType',
);

export const sharingMessageActions = sequence(
  {
    SharingMessageAction: maybe(types, sharingMessageAction),
  },
  'ArrayOfSharingMessageActionType',
);
