import { many, maybe, one, sequence, simple, unwrapped } from '../../../xml/codec.ts';
import { enumeration, int, listOf, type SimpleType, utcDateTime } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { legacyFreeBusy } from './calendar-parts.ts';
import { dayOfWeek, daysOfWeek } from './recurrence.ts';
import { integer, text, truth } from './simple.ts';

// What the availability service asks and answers.

/** A point in time as it was written: with a zone an instant, without one what a clock shows. Milliseconds since 1970. */
export interface WrittenTime {
  readonly ms: number;
  readonly isZoned: boolean;
}

const zonedPattern = /(?:Z|[+-]\d\d:\d\d)[ \t\r\n]*$/;
/** What .NET can count. */
const [earliestMs, latestMs] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

const writtenTime: SimpleType<WrittenTime> = {
  ...utcDateTime,
  parse: (source) => {
    const ms = utcDateTime.parse(source);
    return ms === undefined || ms < earliestMs || ms > latestMs ? undefined : { ms, isZoned: zonedPattern.test(source) };
  },
  format: ({ ms, isZoned }) => (isZoned ? utcDateTime.format(ms) : utcDateTime.format(ms).slice(0, -1)),
};
export const time = simple(writtenTime);

const short = simple<number>({
  ...int,
  name: 'xs:short',
  parse: (source) => {
    const value = int.parse(source);
    return value !== undefined && value >= -32_768 && value <= 32_767 ? value : undefined;
  },
  complaint: (source) => `The string '${source}' is not a valid Int16 value.`,
});

const serializableTimeZoneTime = sequence(
  {
    Bias: one(types, integer),
    Time: one(types, text),
    DayOrder: one(types, short),
    Month: one(types, short),
    DayOfWeek: one(types, simple(dayOfWeek)),
    Year: maybe(types, text),
  },
  'SerializableTimeZoneTime',
);

/** The zone of a request, and of working hours. */
export const serializableTimeZone = sequence(
  {
    Bias: one(types, integer),
    StandardTime: one(types, serializableTimeZoneTime),
    DaylightTime: one(types, serializableTimeZoneTime),
  },
  'SerializableTimeZone',
);

/** An address as the availability service and automatic replies write it. */
export const emailAddress = sequence(
  { Name: maybe(types, text), Address: one(types, text), RoutingType: maybe(types, text) },
  'EmailAddress',
);

const attendeeType = enumeration('MeetingAttendeeType', ['Organizer', 'Required', 'Optional', 'Room', 'Resource']);

const mailboxData = sequence(
  { Email: one(types, emailAddress), AttendeeType: one(types, simple(attendeeType)), ExcludeConflicts: maybe(types, truth) },
  'MailboxData',
);

/** Whose calendars are asked for. */
export const mailboxDataArray = unwrapped('MailboxData', sequence({ MailboxData: many(types, mailboxData) }, 'ArrayOfMailboxData'));

export const period = sequence({ StartTime: one(types, time), EndTime: one(types, time) }, 'Duration');

/** A list: several views stand for what they hold together. */
const freeBusyViewType = listOf(
  'FreeBusyViewType',
  enumeration('', ['None', 'MergedOnly', 'FreeBusy', 'FreeBusyMerged', 'Detailed', 'DetailedMerged']),
);

export const freeBusyViewOptions = sequence(
  {
    TimeWindow: one(types, period),
    MergedFreeBusyIntervalInMinutes: maybe(types, integer),
    RequestedView: maybe(types, simple(freeBusyViewType)),
  },
  'FreeBusyViewOptionsType',
);

export const suggestionQuality = enumeration('SuggestionQuality', ['Excellent', 'Good', 'Fair', 'Poor']);

export const suggestionsViewOptions = sequence(
  {
    GoodThreshold: maybe(types, integer),
    MaximumResultsByDay: maybe(types, integer),
    MaximumNonWorkHourResultsByDay: maybe(types, integer),
    MeetingDurationInMinutes: maybe(types, integer),
    MinimumSuggestionQuality: maybe(types, simple(suggestionQuality)),
    DetailedSuggestionsWindow: one(types, period),
    CurrentMeetingTime: maybe(types, time),
    GlobalObjectId: maybe(types, text),
  },
  'SuggestionsViewOptionsType',
);

const calendarEventDetails = sequence(
  {
    ID: maybe(types, text),
    Subject: maybe(types, text),
    Location: maybe(types, text),
    IsMeeting: one(types, truth),
    IsRecurring: one(types, truth),
    IsException: one(types, truth),
    IsReminderSet: one(types, truth),
    IsPrivate: one(types, truth),
  },
  'CalendarEventDetails',
);

const calendarEvent = sequence(
  {
    StartTime: one(types, time),
    EndTime: one(types, time),
    BusyType: one(types, simple(legacyFreeBusy)),
    CalendarEventDetails: maybe(types, calendarEventDetails),
  },
  'CalendarEvent',
);

const calendarEvents = unwrapped('CalendarEvent', sequence({ CalendarEvent: many(types, calendarEvent) }, 'ArrayOfCalendarEvent'));

const workingPeriod = sequence(
  { DayOfWeek: one(types, simple(daysOfWeek)), StartTimeInMinutes: one(types, integer), EndTimeInMinutes: one(types, integer) },
  'WorkingPeriod',
);

const workingHours = sequence(
  {
    TimeZone: one(types, serializableTimeZone),
    WorkingPeriodArray: one(
      types,
      unwrapped('WorkingPeriod', sequence({ WorkingPeriod: many(types, workingPeriod) }, 'ArrayOfWorkingPeriod')),
    ),
  },
  'WorkingHours',
);

/** What one calendar shows. */
export const freeBusyView = sequence(
  {
    FreeBusyViewType: one(types, simple(freeBusyViewType)),
    MergedFreeBusy: maybe(types, text),
    CalendarEventArray: maybe(types, calendarEvents),
    WorkingHours: maybe(types, workingHours),
  },
  'FreeBusyView',
);
