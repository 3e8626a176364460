import { named, tags } from '../../../kernel/mapi.ts';
import { simple } from '../../../xml/codec.ts';
import { newItemList } from '../item-references.ts';
import {
  attendees,
  calendarActivityData,
  calendarItemKind,
  deletedOccurrences,
  enhancedLocation,
  inboxReminders,
  legacyFreeBusy,
  occurrenceInfo,
  occurrenceInfos,
  onlineMeetingSettings,
  responseKind,
} from '../types/calendar-parts.ts';
import { singleRecipient } from '../types/mailbox.ts';
import { recurrence } from '../types/recurrence.ts';
import { instant, integer, text, truth } from '../types/simple.ts';
import { timeZone, timeZoneDefinition, wallClock } from '../types/time-zone.ts';
import { bit, fieldTable, numbered, special, stored, unfilled } from './field.ts';

// Bits of PidLidAppointmentStateFlags, MS-OXOCAL 2.2.1.10.
const isMeeting = 0x1;
const isCancelled = 0x4;

const getItemOnly = { inFind: false } as const;
const asked = { ...getItemOnly, inAllProperties: false } as const;
const written = { writable: true } as const;

/** PidLidBusyStatus, MS-OXOCAL 2.2.1.2; NoData is no value of it and yet kept, as exchangelib's tests know: as -1, which is ours. */
const busyWords = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere'] as const;
type BusyWord = (typeof legacyFreeBusy)['enumeration'][number];
const busy = {
  read: (value: unknown): BusyWord | undefined => (value === -1 ? 'NoData' : busyWords[Number(value)]),
  write: (value: BusyWord) => (busyWords as readonly string[]).indexOf(value),
};
const inverted = { read: (value: unknown) => value !== true, write: (value: boolean) => !value };

/** What calendar items and meeting requests share, in the order both have it. */
const appointment = {
  Start: stored(instant, named.appointmentStartWhole, written),
  End: stored(instant, named.appointmentEndWhole, written),
  OriginalStart: special('OriginalStart', instant),
  IsAllDayEvent: stored(truth, named.appointmentSubType, written),
  LegacyFreeBusyStatus: stored(simple(legacyFreeBusy), named.busyStatus, written, busy),
  Location: stored(text, named.location, written),
  When: stored(text, named.where, written),
  IsMeeting: stored(truth, named.appointmentStateFlags, {}, bit(isMeeting)),
  IsCancelled: stored(truth, named.appointmentStateFlags, {}, bit(isCancelled)),
  IsRecurring: { ...stored(truth, named.recurring), special: 'IsRecurring' },
  MeetingRequestWasSent: stored(truth, named.invited),
} as const;

const people = {
  MyResponseType: stored(simple(responseKind), named.responseStatus, {}, numbered(responseKind.enumeration)),
  Organizer: special('Organizer', singleRecipient),
  RequiredAttendees: special('RequiredAttendees', attendees, { ...written, ...getItemOnly }),
  OptionalAttendees: special('OptionalAttendees', attendees, { ...written, ...getItemOnly }),
  Resources: special('Resources', attendees, { ...written, ...getItemOnly }),
} as const;

const schedule = {
  ConflictingMeetingCount: special('ConflictingMeetingCount', integer, getItemOnly),
  AdjacentMeetingCount: special('AdjacentMeetingCount', integer, getItemOnly),
  ConflictingMeetings: special('ConflictingMeetings', newItemList, getItemOnly),
  AdjacentMeetings: special('AdjacentMeetings', newItemList, getItemOnly),
  Duration: special('Duration', text),
  TimeZone: stored(text, named.timeZoneDescription),
  AppointmentReplyTime: stored(instant, named.appointmentReplyTime),
  AppointmentSequenceNumber: stored(integer, named.appointmentSequence),
  AppointmentState: stored(integer, named.appointmentStateFlags),
  Recurrence: special('Recurrence', recurrence, { ...written, ...getItemOnly }),
  FirstOccurrence: special('FirstOccurrence', occurrenceInfo, getItemOnly),
  LastOccurrence: special('LastOccurrence', occurrenceInfo, getItemOnly),
  ModifiedOccurrences: special('ModifiedOccurrences', occurrenceInfos, getItemOnly),
  DeletedOccurrences: special('DeletedOccurrences', deletedOccurrences, getItemOnly),
  MeetingTimeZone: special('MeetingTimeZone', timeZone, { ...written, ...getItemOnly, inAllProperties: false }),
  StartTimeZone: special('StartTimeZone', timeZoneDefinition, { ...written, ...getItemOnly }),
  EndTimeZone: special('EndTimeZone', timeZoneDefinition, { ...written, ...getItemOnly }),
  ConferenceType: stored(integer, named.conferencingType, written),
  AllowNewTimeProposal: stored(truth, named.notAllowPropose, written, inverted),
  IsOnlineMeeting: stored(truth, named.conferencingCheck, written),
  MeetingWorkspaceUrl: stored(text, named.meetingWorkspaceUrl, written),
  NetShowUrl: stored(text, named.netShowUrl, written),
  EnhancedLocation: special('EnhancedLocation', enhancedLocation, { ...written, ...getItemOnly }),
} as const;

const wallClocks = {
  StartWallClock: special('StartWallClock', wallClock, asked),
  EndWallClock: special('EndWallClock', wallClock, asked),
  StartTimeZoneId: special('StartTimeZoneId', text, asked),
  EndTimeZoneId: special('EndTimeZoneId', text, asked),
} as const;

const responseRequested = stored(truth, tags.responseRequested, written);

/** CalendarItemType, behind ItemType. */
export const calendarItemFields = fieldTable('calendar', 100, {
  UID: special('UID', text, written),
  RecurrenceId: special('RecurrenceId', instant),
  DateTimeStamp: stored(instant, named.ownerCriticalChange),
  ...appointment,
  IsResponseRequested: responseRequested,
  CalendarItemType: special('CalendarItemType', simple(calendarItemKind)),
  ...people,
  InboxReminders: unfilled(inboxReminders),
  ...schedule,
  ...wallClocks,
  IntendedFreeBusyStatus: stored(simple(legacyFreeBusy), named.intendedBusyStatus, { uri: null, inAllProperties: false }, busy),
  JoinOnlineMeetingUrl: unfilled(text),
  OnlineMeetingSettings: unfilled(onlineMeetingSettings),
  IsOrganizer: special('IsOrganizer', truth, { inAllProperties: false }),
  CalendarActivityData: unfilled(calendarActivityData),
  DoNotForwardMeeting: stored(truth, named.doNotForward, written),
});

/** For the meeting messages (`meeting-message.ts`): the same rows in their own sequences. */
export const meetingParts = { appointment, people, schedule, wallClocks } as const;
