import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../kernel/mapi.ts';
import type { AttachmentDraft, RecipientDraft } from '../mailbox/draft.ts';
import { busyStatuses } from './free-busy.ts';
import type { Day } from './recurrence/pattern.ts';
import { exceptionOccurrence, patternTimes, type Series, type SeriesException } from './recurrence/series.ts';
import type { TimeZone } from './time-zone.ts';

/** The class of an exception's message (MS-OXOCAL 2.2.10.1.2). */
const messageClass = 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}';
const largestMinutes = 0xffff_ffff;

/** What the recurrence itself says of an exception (MS-OXOCAL 2.2.1.44.2), as properties of an appointment. */
export function exceptionProperties(exception: SeriesException): PropertyBag {
  const { subject, location, status, isReminderSet, reminderMinutes, isAllDay, meetingType } = exception;
  const said: readonly (readonly [PropertyKey, PropertyValue | undefined])[] = [
    [tags.subject, subject],
    [named.location, location],
    [named.busyStatus, status === undefined ? undefined : busyStatuses.indexOf(status)],
    [named.reminderSet, isReminderSet],
    [named.reminderMinutes, reminderMinutes],
    [named.appointmentSubType, isAllDay],
    [named.appointmentStateFlags, meetingType],
  ];
  return Object.fromEntries(said.filter(([, value]) => value !== undefined)) as PropertyBag;
}

/** The other way: what of changed properties the recurrence has a place for. */
export function exceptionOverrides(changed: PropertyBag): Partial<SeriesException> {
  const { [tags.subject]: subject, [named.location]: location, [named.reminderMinutes]: minutes } = changed;
  const [reminder, allDay, flags] = [changed[named.reminderSet], changed[named.appointmentSubType], changed[named.appointmentStateFlags]];
  const status = busyStatuses[Number(changed[named.busyStatus] ?? -1)];
  const number = (value: PropertyValue | undefined): value is number => typeof value === 'number' && value >= 0 && value <= largestMinutes;
  return {
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(typeof location === 'string' ? { location } : {}),
    ...(status === undefined ? {} : { status }),
    ...(typeof reminder === 'boolean' ? { isReminderSet: reminder } : {}),
    ...(number(minutes) ? { reminderMinutes: minutes } : {}),
    ...(typeof allDay === 'boolean' ? { isAllDay: allDay } : {}),
    ...(number(flags) ? { meetingType: flags } : {}),
    ...(changed[tags.body] === undefined && changed[tags.bodyHtml] === undefined ? {} : { hasBody: true }),
  };
}

/** When the exception of a day takes place, and instead of when, as its message says it. */
export function exceptionTimes(series: Series, zone: TimeZone, day: Day, exception: SeriesException): PropertyBag {
  const { start, end } = exceptionOccurrence(zone, exception);
  return {
    [named.appointmentStartWhole]: start,
    [named.appointmentEndWhole]: end,
    [named.exceptionReplaceTime]: patternTimes(series, zone, day).start,
  };
}

/** The message of an exception, a hidden attachment of its series (MS-OXOCAL 2.2.10.1). */
export function exceptionMessage(properties: PropertyBag, recipients: readonly RecipientDraft[] = []): AttachmentDraft {
  const item = { class: messageClass, properties, recipients, attachments: [] };
  return { kind: 'item', name: 'Untitled', isInline: true, isException: true, item };
}
