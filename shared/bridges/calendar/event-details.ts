import { named, type PropertyBag, type PropertyKey, tags } from '../../kernel/mapi.ts';
import { type ICalendarComponent, type ICalendarProperty, newProperty } from '../../protocols/icalendar/component.ts';
import { durationValue, textValue, timeValue } from '../../protocols/icalendar/values.ts';
import { busyNames, classNames, priorities } from './event-values.ts';

/** What an event says besides its people, name and times, before and behind those; in the order in which Exchange writes it. */
export interface EventDetails {
  readonly before: readonly ICalendarProperty[];
  readonly after: readonly ICalendarProperty[];
  readonly alarms: readonly ICalendarComponent[];
}

/** The details that properties tell. `instanceType`: 0 alone, 1 a series, 3 an exception (X-MICROSOFT-CDO-INSTTYPE). */
export function eventDetails(properties: PropertyBag, method: string, instanceType: number): EventDetails {
  const text = (key: PropertyKey): string => (typeof properties[key] === 'string' ? String(properties[key]) : '');
  const number = (key: PropertyKey, usual: number): number => (typeof properties[key] === 'number' ? Number(properties[key]) : usual);
  const keywords = properties[named.keywords];
  const categories = Array.isArray(keywords) ? keywords.map((keyword) => textValue(String(keyword))) : [];
  const [html, location] = [text(tags.bodyHtml), text(named.location)];
  const busy = busyNames[number(named.busyStatus, 2)] ?? 'BUSY';
  const intended = busyNames[number(named.intendedBusyStatus, number(named.busyStatus, 2))] ?? 'BUSY';
  const importance = number(tags.importance, 1);
  const sequence = String(number(named.appointmentSequence, 0));
  const owner = properties[tags.ownerAppointmentId];
  const flag = (key: PropertyKey): string => (properties[key] === true ? 'TRUE' : 'FALSE');
  return {
    before: [
      newProperty('DESCRIPTION', textValue(text(tags.body))),
      ...(html === '' ? [] : [newProperty('X-ALT-DESC', textValue(html), { FMTTYPE: 'text/html' })]),
      newProperty('SUMMARY', textValue(text(tags.subject))),
    ],
    after: [
      newProperty('CLASS', classNames[number(tags.sensitivity, 0)] ?? 'PUBLIC'),
      newProperty('PRIORITY', String(priorities[importance] ?? 5)),
      newProperty('DTSTAMP', timeValue({ is: 'utc', wall: stampOf(properties) })),
      newProperty('TRANSP', busy === 'FREE' ? 'TRANSPARENT' : 'OPAQUE'),
      newProperty('STATUS', method === 'CANCEL' ? 'CANCELLED' : method === 'PUBLISH' && busy === 'TENTATIVE' ? 'TENTATIVE' : 'CONFIRMED'),
      newProperty('SEQUENCE', sequence),
      newProperty('LOCATION', textValue(location)),
      ...(categories.length === 0 ? [] : [newProperty('CATEGORIES', categories.join(','))]),
      newProperty('X-MICROSOFT-CDO-APPT-SEQUENCE', sequence),
      ...(typeof owner === 'number' ? [newProperty('X-MICROSOFT-CDO-OWNERAPPTID', String(owner))] : []),
      newProperty('X-MICROSOFT-CDO-BUSYSTATUS', busy),
      newProperty('X-MICROSOFT-CDO-INTENDEDSTATUS', intended),
      newProperty('X-MICROSOFT-CDO-ALLDAYEVENT', flag(named.appointmentSubType)),
      newProperty('X-MICROSOFT-CDO-IMPORTANCE', String(importance)),
      newProperty('X-MICROSOFT-CDO-INSTTYPE', String(instanceType)),
      newProperty('X-MICROSOFT-DONOTFORWARDMEETING', flag(named.doNotForward)),
      newProperty('X-MICROSOFT-DISALLOW-COUNTER', flag(named.notAllowPropose)),
    ],
    alarms: properties[named.reminderSet] === true ? [alarm(number(named.reminderMinutes, 15))] : [],
  };
}

/** When the organizer, or whoever answers, last changed something; whole seconds. */
function stampOf(properties: PropertyBag): number {
  const keys = [
    named.attendeeCriticalChange,
    named.ownerCriticalChange,
    tags.lastModificationTime,
    tags.clientSubmitTime,
    tags.creationTime,
  ];
  const found = keys.map((key) => properties[key]).find((value) => typeof value === 'number');
  return typeof found === 'number' ? found : 0;
}

function alarm(minutes: number): ICalendarComponent {
  return {
    name: 'VALARM',
    properties: [
      newProperty('DESCRIPTION', 'REMINDER'),
      newProperty('TRIGGER', durationValue(-Math.max(0, minutes)), { RELATED: 'START' }),
      newProperty('ACTION', 'DISPLAY'),
    ],
    components: [],
  };
}
