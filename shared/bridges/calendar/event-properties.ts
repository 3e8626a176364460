import type { Instant } from '../../kernel/clock.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import { componentsOf, type ICalendarComponent, parameterOf, propertiesOf, propertyOf } from '../../protocols/icalendar/component.ts';
import { readDuration, readText, readTextList, readTime } from '../../protocols/icalendar/values.ts';
import type { EventTimes } from './event-times.ts';
import { busyNames, classNames, importanceOf } from './event-values.ts';

const minuteMs = 60_000;
const longestText = 255;
const mostKeywords = 500;
/** PidLidReminderDelta counts minutes; Outlook allows as many weeks as are in it. */
const mostReminderMinutes = 2_629_800;

/** The properties of an appointment that an event tells besides times, recurrence and people (MS-OXCICAL 2.1.3.1.1.20). */
export function eventProperties(event: ICalendarComponent, times: EventTimes): PropertyBag {
  const text = (name: string): string | undefined => {
    const property = propertyOf(event, name);
    return property === undefined ? undefined : readText(property.value);
  };
  const html = propertiesOf(event, 'X-ALT-DESC').find((property) => parameterOf(property, 'FMTTYPE')?.toLowerCase() === 'text/html');
  const description = text('DESCRIPTION');
  const keywords = propertiesOf(event, 'CATEGORIES').flatMap(({ value }) => readTextList(value).map((keyword) => keyword.trim()));
  const kept = [...new Set(keywords.filter((keyword) => keyword !== ''))].slice(0, mostKeywords);
  const contact = text('CONTACT');
  const sequence = wholeNumber(text('X-MICROSOFT-CDO-APPT-SEQUENCE') ?? text('SEQUENCE'));
  return defined({
    [tags.subject]: oneLine(text('SUMMARY')),
    [tags.body]: description === undefined || description === '' ? undefined : lines(description),
    [tags.bodyHtml]: html === undefined ? undefined : readText(html.value),
    [tags.importance]: importance(event) ?? 1,
    [tags.sensitivity]: Math.max(0, classNames.indexOf((text('CLASS') ?? '').trim().toUpperCase() as (typeof classNames)[number])),
    [named.location]: oneLine(text('LOCATION'))?.slice(0, longestText) ?? '',
    [named.keywords]: kept.length === 0 ? undefined : kept,
    [named.contacts]: contact === undefined || contact === '' ? undefined : [contact],
    [named.busyStatus]: busyStatus(event),
    [named.appointmentSubType]: times.isAllDay,
    [named.appointmentStartWhole]: times.start,
    [named.appointmentEndWhole]: times.end,
    [named.appointmentSequence]: sequence ?? 0,
    [tags.ownerAppointmentId]: integer(text('X-MICROSOFT-CDO-OWNERAPPTID')),
    [named.doNotForward]: isTrue(text('X-MICROSOFT-DONOTFORWARDMEETING')),
    [named.notAllowPropose]: isTrue(text('X-MICROSOFT-DISALLOW-COUNTER')),
    ...reminder(event, times),
  });
}

function isTrue(text: string | undefined): true | undefined {
  return text?.trim().toUpperCase() === 'TRUE' ? true : undefined;
}

function importance(event: ICalendarComponent): number | undefined {
  const told = wholeNumber(propertyOf(event, 'X-MICROSOFT-CDO-IMPORTANCE')?.value ?? propertyOf(event, 'X-MICROSOFT-IMPORTANCE')?.value);
  if (told !== undefined && told <= 2) return told;
  const priority = wholeNumber(propertyOf(event, 'PRIORITY')?.value);
  return priority === undefined ? undefined : importanceOf(priority);
}

/** Microsoft's own property first, then STATUS and TRANSP. */
function busyStatus(event: ICalendarComponent): number {
  const value = (name: string): string => propertyOf(event, name)?.value.trim().toUpperCase() ?? '';
  const told = nameIndex(value('X-MICROSOFT-CDO-BUSYSTATUS')) ?? nameIndex(value('X-MICROSOFT-BUSYSTATUS'));
  if (told !== undefined) return told;
  if (value('TRANSP') === 'TRANSPARENT' || value('STATUS') === 'CANCELLED') return 0;
  return value('STATUS') === 'TENTATIVE' ? 1 : 2;
}

/** The busy status that a name stands for; undefined for any other name. */
export function nameIndex(name: string): number | undefined {
  const index = (busyNames as readonly string[]).indexOf(name);
  return index < 0 ? undefined : index;
}

/** The first alarm (MS-OXCICAL 2.1.3.1.1.20.62). One that is due after the beginning is due at it. */
function reminder(event: ICalendarComponent, { start, end }: EventTimes): PropertyBag {
  const trigger = componentsOf(event, 'VALARM').flatMap((alarm) => propertyOf(alarm, 'TRIGGER') ?? [])[0];
  if (trigger === undefined) return { [named.reminderSet]: false };
  const due = dueTime(trigger.value, parameterOf(trigger, 'RELATED')?.toUpperCase() === 'END' ? end : start);
  if (due === undefined) return { [named.reminderSet]: false };
  const minutes = Math.min(mostReminderMinutes, Math.max(0, Math.round((start - due) / minuteMs)));
  return {
    [named.reminderSet]: true,
    [named.reminderMinutes]: minutes,
    [named.reminderTime]: start,
    [named.reminderSignalTime]: start - minutes * minuteMs,
  };
}

function dueTime(value: string, base: Instant): Instant | undefined {
  const duration = readDuration(value);
  if (duration !== undefined) return base + duration;
  const time = readTime(value);
  return time?.is === 'utc' ? time.wall : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  const bare = text?.trim() ?? '';
  return /^\d{1,9}$/.test(bare) ? Number(bare) : undefined;
}

/** A 32-bit integer. */
function integer(text: string | undefined): number | undefined {
  const number = /^-?\d{1,10}$/.test(text?.trim() ?? '') ? Number(text) : undefined;
  return number === undefined || number !== (number | 0) ? undefined : number;
}

function oneLine(text: string | undefined): string | undefined {
  return text?.replace(/[\r\n\t]+/g, ' ').trim();
}

function lines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

/** Without the properties that have no value. */
export function defined(properties: Readonly<Record<PropertyKey, PropertyValue | undefined>>): PropertyBag {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as PropertyBag;
}
