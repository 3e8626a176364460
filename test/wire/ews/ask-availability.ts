import { attribute, child, elements, text, type XmlElement } from '../../../shared/xml/element.ts';
import type { HttpAnswer, TestLab } from '../../support/test-lab.ts';
import { all, texts } from './answers.ts';

/** What is asked, where a test wants something else than a day of one calendar in UTC. */
export interface Asking {
  readonly start?: string;
  readonly end?: string;
  readonly interval?: number | string;
  readonly view?: string;
  /** Inside the request, before the mailboxes; '' for none. */
  readonly zone?: string;
  /** Inside `s:Header`. */
  readonly header?: string;
  readonly organization?: string;
}

/** The zone of the tests: UTC. */
const utcZone = zoneXml(0);

/** A zone whose clocks are never changed, or by the rules of the European Union since 1996. */
export function zoneXml(bias: number, isEuropean = false): string {
  const change = (name: string, more: number, month: number, hour: number): string =>
    `<t:${name}><t:Bias>${more}</t:Bias><t:Time>0${hour}:00:00</t:Time><t:DayOrder>${month === 0 ? 0 : 5}</t:DayOrder><t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:${name}>`;
  const [standard, daylight] = isEuropean
    ? [change('StandardTime', 0, 10, 3), change('DaylightTime', -60, 3, 2)]
    : [change('StandardTime', 0, 0, 0), change('DaylightTime', 0, 0, 0)];
  return `<t:TimeZone><t:Bias>${bias}</t:Bias>${standard}${daylight}</t:TimeZone>`;
}

/** Asks as a user for the calendars behind some addresses. */
export function askAvailability(lab: TestLab, as: string, mailboxes: readonly string[], asking: Asking = {}): Promise<HttpAnswer> {
  const { header, organization } = asking;
  return lab.ews(as, requestXml(mailboxes, asking), {
    ...(header === undefined ? {} : { header }),
    ...(organization === undefined ? {} : { organization }),
  });
}

/** The Body of a request. */
function requestXml(mailboxes: readonly string[], asking: Asking = {}): string {
  const { start = '2026-11-23T00:00:00', end = '2026-11-24T00:00:00', interval = 60, view = 'DetailedMerged', zone = utcZone } = asking;
  const who = mailboxes.map(
    (mail) => `<t:MailboxData><t:Email><t:Address>${mail}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData>`,
  );
  return (
    `<m:GetUserAvailabilityRequest>${zone}<m:MailboxDataArray>${who.join('')}</m:MailboxDataArray><t:FreeBusyViewOptions>` +
    `<t:TimeWindow><t:StartTime>${start}</t:StartTime><t:EndTime>${end}</t:EndTime></t:TimeWindow>` +
    (interval === '' ? '' : `<t:MergedFreeBusyIntervalInMinutes>${interval}</t:MergedFreeBusyIntervalInMinutes>`) +
    (view === '' ? '' : `<t:RequestedView>${view}</t:RequestedView>`) +
    '</t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>'
  );
}

/** What is shown of one calendar, or why it is not. */
export interface Shown {
  readonly class: string;
  readonly code: string;
  readonly text: string;
  /** `ExceptionCode`, `ResponseSource` ... */
  readonly facts: Readonly<Record<string, string>>;
  readonly view: string;
  readonly merged: string | undefined;
  readonly events: readonly ShownEvent[];
  readonly hours: boolean;
}

export interface ShownEvent {
  readonly start: string;
  readonly end: string;
  readonly busy: string;
  readonly details: Readonly<Record<string, string>> | undefined;
}

/** The entries of an answer, in its order. */
export function shownIn({ status, body }: HttpAnswer): readonly Shown[] {
  if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 2_000)}`);
  return all(body, 'FreeBusyResponse').map((entry) => {
    const message = all(entry, 'ResponseMessage')[0];
    return {
      class: message === undefined ? '' : (attribute(message, 'ResponseClass') ?? ''),
      code: texts(entry, 'ResponseCode')[0] ?? '',
      text: texts(entry, 'MessageText')[0] ?? '',
      facts: factsOf(all(entry, 'MessageXml')[0]),
      view: texts(entry, 'FreeBusyViewType')[0] ?? '',
      merged: texts(entry, 'MergedFreeBusy')[0],
      events: all(entry, 'CalendarEvent').map(eventOf),
      hours: all(entry, 'WorkingHours').length === 1,
    };
  });
}

function eventOf(event: XmlElement): ShownEvent {
  const of = (name: string): string => texts(event, name)[0] ?? '';
  const details = child(event, event.namespace, 'CalendarEventDetails');
  return { start: of('StartTime'), end: of('EndTime'), busy: of('BusyType'), details: details && factsOf(details) };
}

function factsOf(of: XmlElement | undefined): Readonly<Record<string, string>> {
  return of === undefined ? {} : Object.fromEntries(elements(of).map((part) => [part.name, text(part)]));
}
