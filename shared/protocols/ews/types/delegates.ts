import { maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { userId } from './permissions.ts';
import { truth } from './simple.ts';

// What the four operations on delegates have in common.

export const deliverMeetingRequests = simple(
  enumeration('DeliverMeetingRequestsType', ['DelegatesOnly', 'DelegatesAndMe', 'DelegatesAndSendInformationToMe', 'NoForward']),
);
const level = simple(enumeration('DelegateFolderPermissionLevelType', ['None', 'Editor', 'Reviewer', 'Author', 'Custom']));

const permissions = sequence(
  {
    CalendarFolderPermissionLevel: maybe(types, level),
    TasksFolderPermissionLevel: maybe(types, level),
    InboxFolderPermissionLevel: maybe(types, level),
    ContactsFolderPermissionLevel: maybe(types, level),
    NotesFolderPermissionLevel: maybe(types, level),
    JournalFolderPermissionLevel: maybe(types, level),
  },
  'DelegatePermissionsType',
);

/** A delegate, as a request writes and an answer tells him. */
const delegateUser = sequence(
  {
    UserId: one(types, userId),
    DelegatePermissions: maybe(types, permissions),
    ReceiveCopiesOfMeetingMessages: maybe(types, truth),
    ViewPrivateItems: maybe(types, truth),
  },
  'DelegateUserType',
);

/** A response message inside the response message for each delegate. */
export const delegateMessages = unwrapped(
  'DelegateUserResponseMessageType',
  sequence({ DelegateUserResponseMessageType: some(messages, responseMessage({ DelegateUser: maybe(messages, delegateUser) })) }),
);

export const delegateUsers = sequence({ DelegateUser: some(types, delegateUser) }, 'ArrayOfDelegateUserType');
export const userIds = sequence({ UserId: some(types, userId) }, 'ArrayOfUserIdType');
