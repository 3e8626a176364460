import { legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { viewOf } from '../../../shared/domain/calendar/sharing.ts';
import { wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { getUserAvailability as contract } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import type { EwsCall } from '../context.ts';
import { askElsewhere } from '../elsewhere/ask.ts';
import type { Askee, Errand } from '../elsewhere/errand.ts';
import { withSource } from '../elsewhere/failure.ts';
import { type FreeBusyResponse, failedResponse } from './failure.ts';
import { scheduleErrand } from './over-graph.ts';
import type { AvailabilityQuestion, AvailabilityRequest } from './question.ts';
import { wireTimeZone } from './wire-time-zone.ts';

/** What other organisations show of calendars of theirs, by the position in the request. */
export function calendarsElsewhere(
  call: EwsCall,
  calendars: readonly Askee[],
  question: AvailabilityQuestion,
): Promise<ReadonlyMap<number, FreeBusyResponse>> {
  return askElsewhere(call, calendars, errandFor(question, call.organization.hosts.web));
}

type Response = ResponseOf<typeof contract>;

function errandFor(question: AvailabilityQuestion, server: string): Errand<Askee, AvailabilityRequest, Response, FreeBusyResponse> {
  return {
    contract,
    offer: 'MSExchange.SharingCalendarFreeBusy',
    goesByAddressSpace: true,
    requestFor: (those) => requestFor(those, question),
    parameters: () => parametersOf(question),
    answersIn: ({ FreeBusyResponseArray: answers = [] }, _, url) => answers.map((answer) => translated(answer, question, url)),
    failed: (failure) => failedResponse(failure, server),
    withoutWay: (failure) => failedResponse(failure, server),
    overGraph: scheduleErrand(question, server),
  };
}

const wireUtc = wireTimeZone(legacyUtc);

/** The question as it goes over the wire: in UTC, whatever the zone of whoever asked. */
function requestFor(those: readonly Askee[], { window, intervalMinutes, content }: AvailabilityQuestion): AvailabilityRequest {
  const utcTime = (ms: number): WrittenTime => ({ ms, isZoned: false });
  return {
    TimeZone: wireUtc,
    MailboxDataArray: those.map(({ address }) => ({
      Email: { Address: address, RoutingType: 'SMTP' },
      AttendeeType: 'Required',
      ExcludeConflicts: false,
    })),
    FreeBusyViewOptions: {
      TimeWindow: { StartTime: utcTime(window.start), EndTime: utcTime(window.end) },
      MergedFreeBusyIntervalInMinutes: intervalMinutes,
      RequestedView: [viewOf(content)],
    },
  };
}

/** `11/23/2026 12:00:00 AM`, as servers in English write times; UTC. */
function parametersOf({ window, intervalMinutes, content }: AvailabilityQuestion): string {
  const [start, end] = [window.start, window.end].map((at) => englishTime.format(at).replace(',', '').replace(/\s/g, ' '));
  return `windowStart = ${start}, windowEnd = ${end}, MergedFBInterval = ${intervalMinutes}, RequestedView = ${viewOf(content)}`;
}

const englishTime = new Intl.DateTimeFormat('en-US', {
  ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit' },
  timeZone: 'UTC',
});

/** An answer in UTC, in the zone of whoever asked. A refusal tells where it came from. */
function translated(response: FreeBusyResponse, { zone }: AvailabilityQuestion, url: string): FreeBusyResponse {
  const { ResponseMessage: message, FreeBusyView: view } = response;
  const local = ({ ms }: WrittenTime): WrittenTime => ({ ms: wallTimeAt(zone, ms), isZoned: false });
  const events = view?.CalendarEventArray?.map((event) => ({ ...event, StartTime: local(event.StartTime), EndTime: local(event.EndTime) }));
  return {
    ...(message === undefined ? {} : { ResponseMessage: message.class === 'Error' ? withSource(message, url) : message }),
    ...(view === undefined ? {} : { FreeBusyView: { ...view, ...(events === undefined ? {} : { CalendarEventArray: events }) } }),
  };
}
