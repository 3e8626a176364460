import { workingHoursIn } from '../../../shared/bridges/calendar/working-hours.ts';
import type { CalendarEvent } from '../../../shared/domain/calendar/calendar-events.ts';
import type { KnownCalendar } from '../../../shared/domain/calendar/calendar-memory.ts';
import { mergedFreeBusy } from '../../../shared/domain/calendar/free-busy.ts';
import { type CalendarAccess, contentWithin, showsSubject, viewOf } from '../../../shared/domain/calendar/sharing.ts';
import { wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { defaultWorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { messageEntryIdLength, type StoreKey, writeMessageEntryId } from '../../../shared/protocols/ews/entry-id.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { busyWords } from '../calendar/busy-words.ts';
import { calendarNotShared, type FreeBusyResponse, failedResponse, resultSetTooBig } from './failure.ts';
import type { AvailabilityQuestion, IgnoredMeeting } from './question.ts';
import { wireWorkingHours, workingHoursInvalid, workingHoursMalformed } from './working-hours.ts';

type View = NonNullable<FreeBusyResponse['FreeBusyView']>;
type WireEvent = NonNullable<View['CalendarEventArray']>[number];

/** A calendar of this organisation, and how much of it is shown to whoever asks. */
export interface LocalCalendar {
  readonly calendar: KnownCalendar;
  readonly access: CalendarAccess;
  /** What private events are about, too. */
  readonly seesPrivate: boolean;
  /** The mailbox's store, where the ids of its items may be shown. */
  readonly store?: StoreKey;
}

/** What a calendar shows. */
export async function localResponse(
  executor: Executor,
  shared: LocalCalendar,
  question: AvailabilityQuestion,
  server: string,
): Promise<FreeBusyResponse> {
  const { access, calendar } = shared;
  const { folder } = calendar;
  if (access === 'None') return failedResponse(calendarNotShared, server);
  const kept = folder === undefined ? defaultWorkingHours : await calendar.once('working hours', () => workingHoursIn(executor, folder));
  if (kept === 'malformed') return failedResponse(workingHoursMalformed, server);
  const hours = wireWorkingHours(kept, question.window.start);
  if (hours === undefined) return failedResponse(workingHoursInvalid, server);
  try {
    const events = without(question.ignored, await calendar.events(question.window));
    const content = contentWithin(question.content, access);
    const view = viewFor(events, { ...question, content }, shared);
    return { ResponseMessage: { class: 'Success' }, FreeBusyView: { ...view, WorkingHours: hours } };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'too-many-events') return failedResponse(resultSetTooBig(error.detail ?? ''), server);
    throw error;
  }
}

function without(ignored: IgnoredMeeting | undefined, events: readonly CalendarEvent[]): readonly CalendarEvent[] {
  if (ignored === undefined) return events;
  const { globalObjectId, start } = ignored;
  return events.filter((event) => event.globalObjectId !== globalObjectId || (start !== undefined && event.start !== start));
}

function viewFor(events: readonly CalendarEvent[], question: AvailabilityQuestion, calendar: LocalCalendar): View {
  const { content, window, intervalMinutes, zone } = question;
  const timeOf = (instant: Instant): WrittenTime => ({ ms: wallTimeAt(zone, instant), isZoned: false });
  const eventOf = (event: CalendarEvent): WireEvent => ({
    StartTime: timeOf(event.start),
    EndTime: timeOf(event.end),
    BusyType: busyWords[event.status],
    ...(content.details ? { CalendarEventDetails: detailsOf(event, calendar) } : {}),
  });
  return {
    FreeBusyViewType: [viewOf(content)],
    ...(content.merged ? { MergedFreeBusy: mergedFreeBusy(events, window, intervalMinutes) } : {}),
    ...(content.events ? { CalendarEventArray: events.map(eventOf) } : {}),
  };
}

function detailsOf(event: CalendarEvent, { access, seesPrivate, store }: LocalCalendar): WireEvent['CalendarEventDetails'] {
  const { subject, location, isMeeting, isRecurring, isException, isReminderSet, isPrivate } = event;
  return {
    ...(store === undefined ? {} : { ID: entryIdOf(store, event) }),
    ...(showsSubject(event, access, seesPrivate) ? { Subject: subject, Location: location } : {}),
    IsMeeting: isMeeting,
    IsRecurring: isRecurring,
    IsException: isException,
    IsReminderSet: isReminderSet,
    IsPrivate: isPrivate,
  };
}

/** The entry id in hexadecimal, as Microsoft's page "ID (CalendarEventDetails)" has it. */
function entryIdOf(store: StoreKey, { folder, item }: CalendarEvent): string {
  const octets = Buffer.alloc(messageEntryIdLength);
  writeMessageEntryId(octets, 0, { ...store, folder, item });
  return octets.toString('hex').toUpperCase();
}
