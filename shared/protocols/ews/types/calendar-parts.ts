import { many, maybe, one, sequence, simple, some } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { itemId } from './item-ids.ts';
import { emailAddress } from './mailbox.ts';
import { personaPostalAddress } from './persona-postal-address.ts';
import { guidText, instant, integer, text, truth } from './simple.ts';

// Parts of calendar items and meeting messages.

export const legacyFreeBusy = enumeration('LegacyFreeBusyType', ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere', 'NoData']);

export const calendarItemKind = enumeration('CalendarItemTypeType', ['Single', 'Occurrence', 'Exception', 'RecurringMaster']);

export const responseKind = enumeration('ResponseTypeType', [
  'Unknown',
  'Organizer',
  'Tentative',
  'Accept',
  'Decline',
  'NoResponseReceived',
]);

const attendee = sequence(
  {
    Mailbox: one(types, emailAddress),
    ResponseType: maybe(types, simple(responseKind)),
    LastResponseTime: maybe(types, instant),
    ProposedStart: maybe(types, instant),
    ProposedEnd: maybe(types, instant),
  },
  'AttendeeType',
);

export const attendees = sequence(
  {
    Attendee: some(types, attendee),
  },
  'NonEmptyArrayOfAttendeesType',
);

const emailReminderChange = enumeration('EmailReminderChangeType', ['None', 'Added', 'Override', 'Deleted']);

const emailReminderSendOption = enumeration('EmailReminderSendOption', ['NotSet', 'User', 'AllAttendees', 'Staff', 'Customer']);

const inboxReminder = sequence(
  {
    Id: maybe(types, guidText),
    ReminderOffset: maybe(types, integer),
    Message: maybe(types, text),
    IsOrganizerReminder: maybe(types, truth),
    OccurrenceChange: maybe(types, simple(emailReminderChange)),
    SendOption: maybe(types, simple(emailReminderSendOption)),
  },
  'InboxReminderType',
);

export const inboxReminders = sequence(
  {
    InboxReminder: many(types, inboxReminder),
  },
  'ArrayOfInboxReminderType',
);

export const occurrenceInfo = sequence(
  {
    ItemId: one(types, itemId),
    Start: one(types, instant),
    End: one(types, instant),
    OriginalStart: one(types, instant),
  },
  'OccurrenceInfoType',
);

export const occurrenceInfos = sequence(
  {
    Occurrence: some(types, occurrenceInfo),
  },
  'NonEmptyArrayOfOccurrenceInfoType',
);

const deletedOccurrenceInfo = sequence(
  {
    Start: one(types, instant),
  },
  'DeletedOccurrenceInfoType',
);

export const deletedOccurrences = sequence(
  {
    DeletedOccurrence: some(types, deletedOccurrenceInfo),
  },
  'NonEmptyArrayOfDeletedOccurrencesType',
);

export const enhancedLocation = sequence(
  {
    DisplayName: one(types, text),
    Annotation: maybe(types, text),
    PostalAddress: maybe(types, personaPostalAddress),
  },
  'EnhancedLocationType',
);

const lobbyBypass = enumeration('LobbyBypassType', ['Disabled', 'EnabledForGatewayParticipants']);

const onlineMeetingAccessLevel = enumeration('OnlineMeetingAccessLevelType', ['Locked', 'Invited', 'Internal', 'Everyone']);

const presenters = enumeration('PresentersType', ['Disabled', 'Internal', 'Everyone']);

export const onlineMeetingSettings = sequence(
  {
    LobbyBypass: one(types, simple(lobbyBypass)),
    AccessLevel: one(types, simple(onlineMeetingAccessLevel)),
    Presenters: one(types, simple(presenters)),
  },
  'OnlineMeetingSettingsType',
);

export const calendarActivityData = sequence(
  {
    ActivityAction: one(types, text),
    ClientId: one(types, text),
    CasRequestId: one(types, guidText),
    IndexSelected: one(types, integer),
  },
  'CalendarActivityDataType',
);

export const meetingRequestKind = enumeration('MeetingRequestTypeType', [
  'None',
  'FullUpdate',
  'InformationalUpdate',
  'NewMeetingRequest',
  'Outdated',
  'SilentUpdate',
  'PrincipalWantsCopy',
]);

export const changeHighlights = sequence(
  {
    HasLocationChanged: maybe(types, truth),
    Location: maybe(types, text),
    HasStartTimeChanged: maybe(types, truth),
    Start: maybe(types, instant),
    HasEndTimeChanged: maybe(types, truth),
    End: maybe(types, instant),
  },
  'ChangeHighlightsType',
);
