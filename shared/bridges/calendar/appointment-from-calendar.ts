import { onDay } from '../../domain/calendar/global-object-id.ts';
import { legacyUtc } from '../../domain/calendar/legacy-time-zone.ts';
import { responses, states } from '../../domain/calendar/meetings/meeting-facts.ts';
import type { SeriesZone } from '../../domain/calendar/recurrence/series-properties.ts';
import { writeTimeZoneDefinition } from '../../domain/calendar/recurrence/time-zone-octets.ts';
import { wallTimeAt } from '../../domain/calendar/time-zone.ts';
import type { AttachmentDraft, RecipientDraft } from '../../domain/mailbox/draft.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';
import { componentsOf, type ICalendarComponent, propertyOf } from '../../protocols/icalendar/component.ts';
import { ICalendarError } from '../../protocols/icalendar/errors.ts';
import { parseICalendar } from '../../protocols/icalendar/parse.ts';
import { readText, readTime } from '../../protocols/icalendar/values.ts';
import { answerOf, asksForAnswers, attendeesOf, organizerOf, senderOf } from './attendees.ts';
import { calendarZones, eventZone } from './calendar-zones.ts';
import { defined, eventProperties, nameIndex } from './event-properties.ts';
import { eventSeries } from './event-series.ts';
import { type EventTimes, eventTimes, lineOf, placedTime, type TimeGround } from './event-times.ts';
import { methodClasses, replyClasses } from './event-values.ts';
import { globalObjectIdOf } from './global-object-id.ts';

/** What iCalendar makes of an item: an appointment, or a message about a meeting. */
export interface CalendarContent {
  readonly class: string;
  readonly properties: PropertyBag;
  readonly recipients: readonly RecipientDraft[];
  /** The messages of a series' exceptions. */
  readonly attachments: readonly AttachmentDraft[];
}

const dayMs = 86_400_000;

/**
 * Reads the first event of an iCalendar stream, with the exceptions of its series, by MS-OXCICAL: METHOD says whether it
 * is an appointment (PUBLISH, or none) or which message about a meeting, unless `as` says it. `floating` is the zone of
 * times that name none.
 * Throws ICalendarError for what is malformed, for a stream without an event, and for a recurrence that no series of
 * Exchange can have.
 */
export function appointmentFromCalendar(
  octets: Uint8Array,
  floating: SeriesZone = { name: 'UTC', rule: legacyUtc },
  as?: 'PUBLISH',
): CalendarContent {
  const calendar = parseICalendar(octets).find(({ name }) => name === 'VCALENDAR');
  if (calendar === undefined) throw new ICalendarError('malformed', 1, 'no calendar');
  const [first, ...others] = componentsOf(calendar, 'VEVENT');
  if (first === undefined) throw new ICalendarError('unsupported', lineOf(calendar), 'a calendar without an event');
  const uid = propertyOf(first, 'UID')?.value;
  const events = [first, ...others.filter((event) => propertyOf(event, 'UID')?.value === uid)];
  const master = events.find((event) => propertyOf(event, 'RECURRENCE-ID') === undefined);
  const event = master ?? first;
  const ground: TimeGround = { zones: calendarZones(calendar), floating: eventZone(floating) };
  const times = eventTimes(event, ground);
  const rule = master === undefined ? undefined : propertyOf(master, 'RRULE');
  const method = as ?? propertyOf(calendar, 'METHOD')?.value.trim().toUpperCase() ?? 'PUBLISH';
  const properties = eventProperties(event, times);
  const { properties: timing, attachments } =
    rule === undefined
      ? { properties: { [named.recurring]: false }, attachments: [] }
      : eventSeries(
          { event, times, rule, properties },
          events.filter((one) => one !== event),
          ground,
          eventProperties,
        );
  return {
    ...meetingContent(method, event, calendar),
    attachments,
    properties: {
      ...properties,
      ...zoneProperties(times),
      ...timing,
      ...identity(event, master === undefined, ground),
      ...people(event),
      ...meetingProperties(method, event, times, properties),
    },
  };
}

/** On which clocks an appointment was entered. */
function zoneProperties({ startZone, endZone }: EventTimes): PropertyBag {
  return {
    [named.timeZoneDescription]: startZone.name,
    [named.timeZoneDefinitionStartDisplay]: writeTimeZoneDefinition(startZone.rule, startZone.name).toString('base64'),
    [named.timeZoneDefinitionEndDisplay]: writeTimeZoneDefinition(endZone.rule, endZone.name).toString('base64'),
  };
}

/** UID and RECURRENCE-ID. An occurrence that comes alone has its day in its global object id. */
function identity(event: ICalendarComponent, isAlone: boolean, ground: TimeGround): PropertyBag {
  const uid = readText(propertyOf(event, 'UID')?.value ?? '').trim();
  if (uid === '') return {};
  const clean = globalObjectIdOf(uid);
  const id = isAlone ? propertyOf(event, 'RECURRENCE-ID') : undefined;
  if (id === undefined) return { [named.globalObjectId]: clean.toString('base64'), [named.cleanGlobalObjectId]: clean.toString('base64') };
  const original = placedTime(id, ground);
  const day = Math.floor(wallTimeAt(original.zone.zone, original.instant) / dayMs);
  return {
    [named.globalObjectId]: onDay(clean, day).toString('base64'),
    [named.cleanGlobalObjectId]: clean.toString('base64'),
    [named.isException]: true,
    [named.exceptionReplaceTime]: original.instant,
  };
}

function people(event: ICalendarComponent): PropertyBag {
  const organizer = organizerOf(event);
  if (organizer === undefined) return {};
  const sender = senderOf(event) ?? organizer;
  return {
    [tags.sentRepresentingName]: organizer.name,
    [tags.sentRepresentingSmtpAddress]: organizer.address,
    [tags.sentRepresentingAddressType]: 'SMTP',
    [tags.sentRepresentingEmailAddress]: organizer.address,
    [tags.senderName]: sender.name,
    [tags.senderSmtpAddress]: sender.address,
    [tags.senderAddressType]: 'SMTP',
    [tags.senderEmailAddress]: sender.address,
  };
}

/** The class, and those whom an appointment or a request asks; an answer has no attendees but its sender. */
function meetingContent(
  method: string,
  event: ICalendarComponent,
  calendar: ICalendarComponent,
): Pick<CalendarContent, 'class' | 'recipients'> {
  if (method === 'REPLY') return { class: replyClass(event), recipients: [] };
  if (method === 'COUNTER') return { class: methodClasses.COUNTER, recipients: [] };
  const recipients = attendeesOf(event, method === 'PUBLISH');
  if (method === 'REQUEST' || method === 'CANCEL') return { class: methodClasses[method], recipients };
  if (method === 'PUBLISH') return { class: 'IPM.Appointment', recipients };
  throw new ICalendarError('unsupported', propertyOf(calendar, 'METHOD')?.line ?? lineOf(calendar), 'a method that makes no item');
}

function replyClass(event: ICalendarComponent): string {
  const answer = answerOf(event);
  const itemClass = Object.entries(replyClasses).find(([name]) => name === answer)?.[1];
  if (itemClass === undefined) throw new ICalendarError('unsupported', lineOf(event), 'a reply that answers nothing');
  return itemClass;
}

function meetingProperties(method: string, event: ICalendarComponent, times: EventTimes, properties: PropertyBag): PropertyBag {
  const stamp = readTime(propertyOf(event, 'DTSTAMP')?.value ?? '');
  const stamped = stamp?.is === 'utc' ? stamp.wall : undefined;
  if (method === 'REPLY') return defined({ [named.attendeeCriticalChange]: stamped });
  if (method === 'COUNTER') {
    return defined({
      [named.attendeeCriticalChange]: stamped,
      [named.appointmentCounterProposal]: true,
      [named.appointmentProposedStartWhole]: times.start,
      [named.appointmentProposedEndWhole]: times.end,
    });
  }
  const isMeeting = organizerOf(event) !== undefined && attendeesOf(event).length > 0;
  const intended = nameIndex(propertyOf(event, 'X-MICROSOFT-CDO-INTENDEDSTATUS')?.value.trim().toUpperCase() ?? '');
  const change = { [named.ownerCriticalChange]: stamped };
  if (method === 'REQUEST') {
    return defined({
      ...change,
      [named.intendedBusyStatus]: intended ?? properties[named.busyStatus],
      [named.busyStatus]: 1,
      [named.appointmentStateFlags]: states.meeting | states.received,
      [named.responseStatus]: responses.notResponded,
      [named.meetingType]: 1,
      [tags.responseRequested]: asksForAnswers(event),
    });
  }
  if (method === 'CANCEL') {
    const flags = states.meeting | states.received | states.canceled;
    return defined({ ...change, [named.appointmentStateFlags]: flags, [named.busyStatus]: 0 });
  }
  return defined({
    ...change,
    [named.intendedBusyStatus]: intended,
    [named.appointmentStateFlags]: isMeeting ? states.meeting : 0,
    [named.responseStatus]: responses.organized,
  });
}
