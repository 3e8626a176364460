import { named } from '../../../kernel/mapi.ts';
import { simple } from '../../../xml/codec.ts';
import {
  calendarItemKind,
  changeHighlights,
  enhancedLocation,
  legacyFreeBusy,
  meetingRequestKind,
  responseKind,
} from '../types/calendar-parts.ts';
import { itemId } from '../types/item-ids.ts';
import { recurrence } from '../types/recurrence.ts';
import { instant, text, truth } from '../types/simple.ts';
import { meetingParts } from './calendar-item.ts';
import { type FieldDraft, fieldTable, numbered, special, stored } from './field.ts';

const { appointment, people, schedule, wallClocks } = meetingParts;

/** PidLidMeetingType, MS-OXOCAL 2.2.6.5. */
const requestKinds: Readonly<Record<number, (typeof meetingRequestKind)['enumeration'][number]>> = {
  0: 'None',
  1: 'NewMeetingRequest',
  65536: 'FullUpdate',
  131072: 'InformationalUpdate',
  262144: 'SilentUpdate',
  524288: 'Outdated',
  1048576: 'PrincipalWantsCopy',
};
const requestKindView = {
  read: (value: unknown) => requestKinds[Number(value)],
  write: (value: string) => Number(Object.entries(requestKinds).find(([, word]) => word === value)?.[0] ?? 0),
};

/** The paths of a calendar item's fields in a meeting message. */
const calendarPath = <Drafts extends Readonly<Record<string, FieldDraft<unknown>>>>(drafts: Drafts): Drafts => {
  const result: Record<string, unknown> = {};
  for (const [element, draft] of Object.entries(drafts)) result[element] = { uri: `calendar:${element}`, ...draft };
  return result as Drafts;
};

/** MeetingMessageType, behind MessageType. */
export const meetingMessageFields = fieldTable('meeting', 200, {
  AssociatedCalendarItemId: special('AssociatedCalendarItemId', itemId, { inFind: false }),
  IsDelegated: special('IsDelegated', truth),
  IsOutOfDate: special('IsOutOfDate', truth, { inFind: false }),
  HasBeenProcessed: special('HasBeenProcessed', truth),
  ResponseType: stored(simple(responseKind), named.responseStatus, {}, numbered(responseKind.enumeration)),
  ...calendarPath({
    UID: special('UID', text),
    RecurrenceId: special('RecurrenceId', instant),
    DateTimeStamp: stored(instant, named.ownerCriticalChange),
    IsOrganizer: special('IsOrganizer', truth, { inAllProperties: false }),
  }),
});

/** MeetingRequestMessageType, behind MeetingMessageType. */
export const meetingRequestFields = fieldTable('meetingRequest', 300, {
  MeetingRequestType: stored(simple(meetingRequestKind), named.meetingType, {}, requestKindView),
  IntendedFreeBusyStatus: stored(simple(legacyFreeBusy), named.intendedBusyStatus, {}, numbered(legacyFreeBusy.enumeration)),
  ...calendarPath({
    ...appointment,
    CalendarItemType: special('CalendarItemType', simple(calendarItemKind)),
    ...people,
    ...schedule,
  }),
  ChangeHighlights: special('ChangeHighlights', changeHighlights, { inFind: false }),
  ...calendarPath(wallClocks),
  DoNotForwardMeeting: stored(truth, named.doNotForward, { uri: 'meeting:DoNotForwardMeeting' }),
});

const answered = calendarPath({
  Start: stored(instant, named.appointmentStartWhole),
  End: stored(instant, named.appointmentEndWhole),
  Location: stored(text, named.location),
  Recurrence: special('Recurrence', recurrence, { inFind: false }),
  // A plain string in these two types, unlike in the others.
  CalendarItemType: special('CalendarItemType', text),
});

/** MeetingResponseMessageType, behind MeetingMessageType. */
export const meetingResponseFields = fieldTable('meeting', 300, {
  ...answered,
  ProposedStart: stored(instant, named.appointmentProposedStartWhole),
  ProposedEnd: stored(instant, named.appointmentProposedEndWhole),
  EnhancedLocation: special('EnhancedLocation', enhancedLocation, { uri: 'calendar:EnhancedLocation', inFind: false }),
});

/** MeetingCancellationMessageType, behind MeetingMessageType. */
export const meetingCancellationFields = fieldTable('meeting', 300, {
  ...answered,
  EnhancedLocation: special('EnhancedLocation', enhancedLocation, { uri: 'calendar:EnhancedLocation', inFind: false }),
  DoNotForwardMeeting: stored(truth, named.doNotForward),
});
