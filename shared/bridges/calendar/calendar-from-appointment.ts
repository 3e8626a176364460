import { createHash } from 'node:crypto';
import { exceptionProperties } from '../../domain/calendar/exception-properties.ts';
import { type Day, lastDay, patternDays } from '../../domain/calendar/recurrence/pattern.ts';
import type { Series, SeriesException } from '../../domain/calendar/recurrence/series.ts';
import { seriesOf } from '../../domain/calendar/recurrence/series-properties.ts';
import { instantAt, type WallTime, wallTimeAt } from '../../domain/calendar/time-zone.ts';
import type { AttachmentDraft, RecipientDraft } from '../../domain/mailbox/draft.ts';
import type { Instant } from '../../kernel/clock.ts';
import { named, type PropertyBag, type PropertyKey, tags } from '../../kernel/mapi.ts';
import { type ICalendarComponent, type ICalendarProperty, newProperty } from '../../protocols/icalendar/component.ts';
import { ruleValue } from '../../protocols/icalendar/recurrence-rule.ts';
import { zoneComponent } from '../../protocols/icalendar/time-zone.ts';
import { timeValue } from '../../protocols/icalendar/values.ts';
import { writeICalendar } from '../../protocols/icalendar/write.ts';
import type { EventZone } from './calendar-zones.ts';
import { eventDetails } from './event-details.ts';
import { eventPeople } from './event-people.ts';
import { methodOf } from './event-values.ts';
import { uidOf } from './global-object-id.ts';
import { ruleOfPattern } from './recurrence.ts';
import { describedZone, zonesOfAppointment } from './zone-of-appointment.ts';

/** What of an item iCalendar tells. */
export interface CalendarSource {
  readonly class: string;
  readonly properties: PropertyBag;
  readonly recipients: readonly RecipientDraft[];
  /** The messages of a series' exceptions tell what its recurrence has no place for. */
  readonly attachments?: readonly AttachmentDraft[];
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Observed: the mark of Exchange 2010 and later, which clients go by. */
const productId = 'Microsoft Exchange Server 2010';
/** Exceptions repeat what the series says of itself up to this much in all: a bound of ours. */
const mostRepeated = 4 * 1024 * 1024;

/**
 * An appointment, or a message about a meeting, as an iCalendar stream (MS-OXCICAL): its zone, the event, and one event for
 * each exception of its series. The same item gives the same text.
 */
export function calendarFromAppointment(source: CalendarSource): { readonly text: string; readonly method: string } {
  const { properties } = source;
  const method = methodOf(source.class, properties[named.appointmentCounterProposal] === true);
  const form = { method, uid: uidOfItem(properties) };
  const zones = zonesOfAppointment(properties);
  const read = seriesOf((key) => properties[key]);
  const series = read !== undefined && firstDay(read.series) !== undefined ? read.series : undefined;
  const event = series === undefined ? singleEvent(source, form, zones) : seriesEvents(source, form, series, zones.start);
  const used = zones.end.name === zones.start.name ? [zones.start] : [zones.start, zones.end];
  const calendar: ICalendarComponent = {
    name: 'VCALENDAR',
    properties: [newProperty('METHOD', method), newProperty('PRODID', productId), newProperty('VERSION', '2.0')],
    components: [...used.map((zone) => zoneComponent(describedZone(zone))), ...event],
  };
  return { text: writeICalendar(calendar), method };
}

/** What all events of a calendar have in common. */
interface EventForm {
  readonly method: string;
  readonly uid: string;
}

type Zones = ReturnType<typeof zonesOfAppointment>;

function singleEvent(source: CalendarSource, form: EventForm, zones: Zones): readonly ICalendarComponent[] {
  const { properties } = source;
  const isProposal = form.method === 'COUNTER';
  const time = (key: PropertyKey, proposed: PropertyKey): Instant | undefined =>
    numberOf(properties[(isProposal && proposed) || key]) ?? numberOf(properties[key]);
  const start = time(named.appointmentStartWhole, named.appointmentProposedStartWhole) ?? 0;
  const end = Math.max(start, time(named.appointmentEndWhole, named.appointmentProposedEndWhole) ?? start);
  const asDates =
    properties[named.appointmentSubType] === true && [start, end].every((instant) => isMidnight(wallTimeAt(zones.start.zone, instant)));
  const replaced = numberOf(properties[named.exceptionReplaceTime]);
  return [
    eventOf(
      source,
      form,
      [
        ...(replaced === undefined ? [] : [instantProperty('RECURRENCE-ID', replaced, zones.start, asDates)]),
        instantProperty('DTSTART', start, zones.start, asDates),
        instantProperty('DTEND', end, asDates ? zones.start : zones.end, asDates),
      ],
      replaced === undefined ? 0 : 3,
    ),
  ];
}

function seriesEvents(source: CalendarSource, form: EventForm, series: Series, zone: EventZone): readonly ICalendarComponent[] {
  const { pattern, startMinutes, endMinutes, deleted, exceptions } = series;
  const day = firstDay(series) ?? pattern.start;
  const asDates = source.properties[named.appointmentSubType] === true && startMinutes === 0 && endMinutes % 1440 === 0;
  const wall = (name: string, ...times: readonly WallTime[]): ICalendarProperty => wallProperty(name, times, zone, asDates);
  const startOn = (one: Day): WallTime => one * dayMs + startMinutes * minuteMs;
  const rule = ruleOfPattern(pattern, (last) =>
    asDates ? { is: 'date', wall: last * dayMs } : { is: 'utc', wall: instantAt(zone.zone, startOn(last)) },
  );
  const text = source.properties[tags.body];
  const repeats = exceptions.length * (typeof text === 'string' ? text.length : 0) <= mostRepeated;
  const master = eventOf(
    source,
    form,
    [
      newProperty('RRULE', ruleValue(rule)),
      ...(deleted.length === 0 ? [] : [wall('EXDATE', ...deleted.map(startOn))]),
      wall('DTSTART', startOn(day)),
      wall('DTEND', day * dayMs + endMinutes * minuteMs),
    ],
    1,
  );
  const messages = messagesByDay(source, zone);
  const changed = exceptions.map((exception) =>
    eventOf(
      exceptionSource(source, exception, messages.get(Math.floor(exception.original / dayMs)), repeats),
      form,
      [wall('RECURRENCE-ID', startOn(Math.floor(exception.original / dayMs))), ...exceptionTimes(exception, zone, asDates)],
      3,
    ),
  );
  return [master, ...changed];
}

/** The first day on which a series takes place or would, had it not been changed; undefined where there is none. */
function firstDay({ pattern }: Series): Day | undefined {
  return patternDays(pattern, pattern.start, lastDay(pattern)).next().value ?? undefined;
}

function exceptionTimes({ start, end }: SeriesException, zone: EventZone, asDates: boolean): readonly ICalendarProperty[] {
  const dates = asDates && isMidnight(start) && isMidnight(end);
  return [wallProperty('DTSTART', [start], zone, dates), wallProperty('DTEND', [end], zone, dates)];
}

/** What the messages of exceptions say, by the day of the pattern. */
function messagesByDay({ attachments = [] }: CalendarSource, { zone }: EventZone): ReadonlyMap<Day, PropertyBag> {
  const found = new Map<Day, PropertyBag>();
  for (const attachment of attachments) {
    if (attachment.kind !== 'item' || attachment.isException !== true) continue;
    const { properties } = attachment.item;
    const replaced = numberOf(properties[named.exceptionReplaceTime]);
    if (replaced !== undefined) found.set(Math.floor(wallTimeAt(zone, replaced) / dayMs), properties);
  }
  return found;
}

/** The series as one of its exceptions has it. */
function exceptionSource(source: CalendarSource, exception: SeriesException, message: PropertyBag = {}, repeats: boolean): CalendarSource {
  const { [tags.body]: body, [tags.bodyHtml]: html, ...bare } = source.properties as Record<PropertyKey, PropertyBag[PropertyKey]>;
  return { ...source, properties: { ...(repeats ? source.properties : bare), ...message, ...exceptionProperties(exception) } };
}

function eventOf(
  source: CalendarSource,
  { method, uid }: EventForm,
  times: readonly ICalendarProperty[],
  instanceType: number,
): ICalendarComponent {
  const { before, after, alarms } = eventDetails(source.properties, method, instanceType);
  const people = eventPeople(source, method);
  return {
    name: 'VEVENT',
    properties: [...people, ...before, newProperty('UID', uid), ...times, ...after],
    components: alarms,
  };
}

/** Items that never had a global object id get a UID that stays the same as long as nobody changes when and by whom they were made. */
function uidOfItem(properties: PropertyBag): string {
  const id = properties[named.globalObjectId] ?? properties[named.cleanGlobalObjectId];
  if (typeof id === 'string' && id !== '') return uidOf(Buffer.from(id, 'base64'));
  const facts = [tags.creationTime, tags.searchKey, tags.sentRepresentingSmtpAddress, named.appointmentStartWhole, tags.subject].map(
    (key) => properties[key] ?? null,
  );
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').toUpperCase();
}

function instantProperty(name: string, instant: Instant, zone: EventZone, asDates: boolean): ICalendarProperty {
  const wall = wallTimeAt(zone.zone, instant);
  // Clocks that show a time twice would name the later one.
  if (!asDates && instantAt(zone.zone, wall) !== instant) return newProperty(name, timeValue({ is: 'utc', wall: instant }));
  return wallProperty(name, [wall], zone, asDates);
}

function wallProperty(name: string, walls: readonly WallTime[], zone: EventZone, asDates: boolean): ICalendarProperty {
  const value = walls.map((wall) => timeValue({ is: asDates ? 'date' : 'local', wall })).join(',');
  return newProperty(name, value, asDates ? { VALUE: 'DATE' } : { TZID: zone.name });
}

function isMidnight(wall: WallTime): boolean {
  return wall % dayMs === 0;
}

function numberOf(value: PropertyBag[PropertyKey] | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
