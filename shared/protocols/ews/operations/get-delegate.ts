import { attr, maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { boolean, enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { userId } from '../types/permissions.ts';
import { truth } from '../types/simple.ts';

const meetingRequests = enumeration('DeliverMeetingRequestsType', [
  'DelegatesOnly',
  'DelegatesAndMe',
  'DelegatesAndSendInformationToMe',
  'NoForward',
]);
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

const delegateUser = sequence(
  {
    UserId: one(types, userId),
    DelegatePermissions: maybe(types, permissions),
    ReceiveCopiesOfMeetingMessages: maybe(types, truth),
    ViewPrivateItems: maybe(types, truth),
  },
  'DelegateUserType',
);

const delegateMessages = unwrapped(
  'DelegateUserResponseMessageType',
  sequence({ DelegateUserResponseMessageType: some(messages, responseMessage({ DelegateUser: maybe(messages, delegateUser) })) }),
);

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdelegate-operation
 * The answer is a response message itself, with one inside for each delegate.
 */
export const getDelegate = contract({
  name: 'GetDelegate',
  request: sequence({
    IncludePermissions: attr(boolean),
    Mailbox: one(messages, emailAddress),
    UserIds: maybe(messages, sequence({ UserId: some(types, userId) }, 'ArrayOfUserIdType')),
  }),
  response: responseMessage({
    ResponseMessages: maybe(messages, delegateMessages),
    DeliverMeetingRequests: maybe(messages, simple(meetingRequests)),
  }),
});
