import { STATUS_CODES } from 'node:http';
import type { Way } from '../../../shared/bridges/hybrid/way.ts';
import { legacyUtc } from '../../../shared/domain/calendar/legacy-time-zone.ts';
import { viewOf } from '../../../shared/domain/calendar/sharing.ts';
import { wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { DialRefusal } from '../../../shared/net/dial-refusals.ts';
import type { CallResult } from '../../../shared/protocols/ews/client.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { WrittenTime } from '../../../shared/protocols/ews/types/availability.ts';
import { type AvailabilityFailure, autodiscoverFailed, type FreeBusyResponse, proxyFailed, relationshipUnfit } from './failure.ts';
import type { AvailabilityQuestion, AvailabilityRequest } from './question.ts';
import { wireTimeZone } from './wire-time-zone.ts';

/** A calendar in another organisation: its place in the request, and the address under which it is asked for. */
export interface RemoteCalendar {
  readonly position: number;
  readonly address: string;
}

/** What came of one calendar. */
export type RemoteResult = { readonly position: number } & (
  | { readonly response: FreeBusyResponse }
  | { readonly failure: AvailabilityFailure }
);

/**
 * Asks another organisation for calendars of its users (reference ews.md 5.3): all that lie behind one address in one request. What goes wrong concerns the calendars it happened to, and nobody else.
 */
export async function remoteResults(
  way: Way,
  calendars: readonly RemoteCalendar[],
  question: AvailabilityQuestion,
): Promise<readonly RemoteResult[]> {
  const { found, failed } = await locate(way, calendars);
  const asked = await Promise.all([...found].map(([url, behind]) => askAt(way, url, behind, question)));
  return [...failed, ...asked.flat()];
}

interface Located {
  /** By EWS address. */
  readonly found: ReadonlyMap<string, readonly RemoteCalendar[]>;
  readonly failed: readonly RemoteResult[];
}

/** One after the other: the first call gets the token and, as a rule, the address for all. */
async function locate(way: Way, calendars: readonly RemoteCalendar[]): Promise<Located> {
  const found = new Map<string, RemoteCalendar[]>();
  const failed: RemoteResult[] = [];
  for (const [index, calendar] of calendars.entries()) {
    try {
      const url = await way.locate(calendar.address);
      found.set(url, [...(found.get(url) ?? []), calendar]);
    } catch (error) {
      const failure = (address: string): AvailabilityFailure => discoveryFailure(error, address, way);
      if (isAboutOneMailbox(error)) failed.push({ position: calendar.position, failure: failure(calendar.address) });
      // The next one would fail in the same way, and perhaps as slowly.
      else {
        failed.push(...calendars.slice(index).map(({ position, address }) => ({ position, failure: failure(address) })));
        break;
      }
    }
  }
  return { found, failed };
}

function isAboutOneMailbox(error: unknown): boolean {
  return error instanceof Refusal && error.values['UserSetting'] !== undefined;
}

function discoveryFailure(error: unknown, address: string, { name }: Way): AvailabilityFailure {
  if (!(error instanceof Refusal)) throw error;
  const text = error.detail ?? error.code;
  if (error.code === 'relationship-incomplete') return relationshipUnfit(name);
  if (error.code === 'autodiscover-failed') return autodiscoverFailed(text, isAboutOneMailbox(error));
  return autodiscoverFailed(`Autodiscover failed for email address ${address} with error ${transportText(error) ?? text}`, false);
}

async function askAt(
  way: Way,
  url: string,
  calendars: readonly RemoteCalendar[],
  question: AvailabilityQuestion,
): Promise<readonly RemoteResult[]> {
  const failAll = (failure: AvailabilityFailure): readonly RemoteResult[] => calendars.map(({ position }) => ({ position, failure }));
  let result: CallResult<ResponseOf<typeof getUserAvailability>>;
  try {
    result = await way.call(url, getUserAvailability, requestFor(calendars, question));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'relationship-incomplete') return failAll(relationshipUnfit(way.name));
    return failAll(proxyFailed(transportText(error) ?? error.detail ?? error.code, url));
  }
  if (result.is !== 'answer') return failAll(callFailure(result, url));
  const responses = result.response.FreeBusyResponseArray ?? [];
  if (responses.length !== calendars.length)
    return failAll(proxyFailed(`${responses.length} answers for ${calendars.length} mailboxes`, url));
  return calendars.map(({ position }, index) => ({ position, response: translated(responses[index] ?? {}, question, url) }));
}

/** The question as it goes over the wire: in UTC, whatever the zone of whoever asked. */
function requestFor(calendars: readonly RemoteCalendar[], { window, intervalMinutes, content }: AvailabilityQuestion): AvailabilityRequest {
  const utcTime = (ms: number): WrittenTime => ({ ms, isZoned: false });
  return {
    TimeZone: wireTimeZone(legacyUtc),
    MailboxDataArray: calendars.map(({ address }) => ({
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

type ErrorMessage = Extract<NonNullable<FreeBusyResponse['ResponseMessage']>, { class: 'Error' }>;

function withSource(message: ErrorMessage, url: string): ErrorMessage {
  const { MessageXml = [] } = message;
  if (MessageXml.some((detail) => detail.is === 'Exception' && detail.name === 'ResponseSource')) return message;
  return { ...message, MessageXml: [...MessageXml, { is: 'Exception', name: 'ResponseSource', value: url }] };
}

// Texts: reference ews.md 5.4 where they are public.

/** What stale federation metadata bring about has a LID of its own. */
const securityTokens = 'An error occurred when processing the security tokens in the message.';

function callFailure(result: Exclude<CallResult<unknown>, { is: 'answer' }>, url: string): AvailabilityFailure {
  switch (result.is) {
    case 'fault':
      return proxyFailed(result.fault.text, url, result.fault.text === securityTokens ? 59_916 : undefined);
    case 'http':
      return proxyFailed(`The request failed with HTTP status ${result.status}: ${STATUS_CODES[result.status] ?? ''}.`, url);
    case 'unreadable':
      return proxyFailed('Response is not well-formed XML', url);
  }
}

/** What .NET says of each way in which a call does not arrive. */
const transportTexts: Readonly<Partial<Record<DialRefusal, string>>> = {
  NameNotFound: 'System.Net.WebException: The remote name could not be resolved',
  ConnectionRefused: 'System.Net.WebException: Unable to connect to the remote server',
  ConnectTimeout: 'System.Net.WebException: Unable to connect to the remote server',
  ConnectionReset: 'System.Net.WebException: The underlying connection was closed: An unexpected error occurred on a receive.',
  CertificateRefused:
    'System.Net.WebException: The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.',
  Timeout: 'System.Net.WebException: The operation has timed out',
};

function transportText({ code }: Refusal): string | undefined {
  return transportTexts[code as DialRefusal];
}
