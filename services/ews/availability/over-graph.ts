import type { Period } from '../../../shared/domain/calendar/free-busy.ts';
import { type FreeBusyContent, viewOf } from '../../../shared/domain/calendar/sharing.ts';
import { wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { WorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import { responseCodes } from '../../../shared/protocols/ews/response-codes.ts';
import {
  type GraphTime,
  type GraphWorkingHours,
  graphDays,
  graphTime,
  graphWallTime,
  readSchedules,
  type ScheduleInformation,
  type ScheduleItem,
  type ScheduleRequest,
} from '../../../shared/protocols/graph/schedule.ts';
import type { Askee, GraphErrand } from '../elsewhere/errand.ts';
import { failureMessage, proxyFailed } from '../elsewhere/failure.ts';
import type { FreeBusyResponse } from './failure.ts';
import type { AvailabilityQuestion } from './question.ts';
import { wireWorkingHours } from './working-hours.ts';

type View = NonNullable<FreeBusyResponse['FreeBusyView']>;
type WireEvent = NonNullable<View['CalendarEventArray']>[number];

/**
 * The question for calendars as Microsoft Graph is asked it (learn.microsoft.com/graph/api/calendar-getschedule). In whose name
 * Exchange asks is not published: here in that of the first mailbox.
 */
export function scheduleErrand(question: AvailabilityQuestion, server: string): GraphErrand<Askee, FreeBusyResponse> {
  return {
    pathFor: ([first]) => `/v1.0/users/${encodeURIComponent(first?.address ?? '')}/calendar/getSchedule`,
    bodyFor: (those) => requestFor(those, question) satisfies ScheduleRequest,
    answersIn: (json, _, url) => readSchedules(json)?.map((schedule) => responseOf(schedule, question, { server, url })),
  };
}

function requestFor(those: readonly Askee[], { window, intervalMinutes }: AvailabilityQuestion): ScheduleRequest {
  return {
    schedules: those.map(({ address }) => address),
    startTime: graphTime(window.start),
    endTime: graphTime(window.end),
    availabilityViewInterval: intervalMinutes,
  };
}

/** Graph's number for it. */
const tooMany = '5006';

function responseOf(
  { error, availabilityView, scheduleItems = [], workingHours }: ScheduleInformation,
  question: AvailabilityQuestion,
  { server, url }: { readonly server: string; readonly url: string },
): FreeBusyResponse {
  if (error !== undefined) {
    const known = error.responseCode === tooMany ? 'ErrorResultSetTooBig' : responseCodes.find((code) => code === error.responseCode);
    const failure = proxyFailed(error.message, url);
    const message = failureMessage(known === undefined ? failure : { code: known, text: error.message, source: url }, server);
    return { ResponseMessage: message, FreeBusyView: { FreeBusyViewType: ['None'] } };
  }
  const content: FreeBusyContent = {
    ...question.content,
    details: question.content.details && scheduleItems.some(({ subject }) => subject !== undefined),
  };
  const hours = workingHours === undefined ? undefined : hoursIn(workingHours, question.window);
  return {
    ResponseMessage: { class: 'Success' },
    FreeBusyView: {
      FreeBusyViewType: [viewOf(content)],
      ...(content.merged && availabilityView !== undefined ? { MergedFreeBusy: availabilityView } : {}),
      ...(content.events ? { CalendarEventArray: scheduleItems.flatMap((item) => eventsOf(item, content, question)) } : {}),
      ...(hours === undefined ? {} : { WorkingHours: hours }),
    },
  };
}

const busyTypes: Readonly<Record<ScheduleItem['status'], WireEvent['BusyType']>> = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  oof: 'OOF',
  workingElsewhere: 'WorkingElsewhere',
  unknown: 'NoData',
};

function eventsOf(item: ScheduleItem, { details }: FreeBusyContent, { zone }: AvailabilityQuestion): readonly WireEvent[] {
  const { isPrivate, status, subject, location, start, end, isMeeting, isRecurring, isException, isReminderSet } = item;
  const [from, to] = [start, end].map(instantIn);
  if (from === undefined || to === undefined) return [];
  const about = {
    ...(subject === undefined ? {} : { Subject: subject }),
    ...(location === undefined ? {} : { Location: location }),
    ...{ IsMeeting: isMeeting, IsRecurring: isRecurring, IsException: isException, IsReminderSet: isReminderSet, IsPrivate: isPrivate },
  };
  return [
    {
      StartTime: { ms: wallTimeAt(zone, from), isZoned: false },
      EndTime: { ms: wallTimeAt(zone, to), isZoned: false },
      BusyType: busyTypes[status],
      ...(details ? { CalendarEventDetails: about } : {}),
    },
  ];
}

/** The question was in UTC, and so is the answer. */
function instantIn({ dateTime, timeZone }: GraphTime): number | undefined {
  return timeZone === 'UTC' ? graphWallTime(dateTime) : undefined;
}

function hoursIn({ daysOfWeek, startTime, endTime, timeZone }: GraphWorkingHours, { start }: Period): View['WorkingHours'] {
  const hours: WorkingHours = {
    timeZone: timeZone.name,
    days: daysOfWeek.map((day) => (graphDays as readonly string[]).indexOf(day)).filter((day) => day >= 0),
    startMinutes: minutesIn(startTime),
    endMinutes: minutesIn(endTime),
  };
  return wireWorkingHours(hours, start);
}

function minutesIn(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
