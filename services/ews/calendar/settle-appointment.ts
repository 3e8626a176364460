import { newGlobalObjectId } from '../../../shared/domain/calendar/global-object-id.ts';
import { instantAt, wallTimeAt } from '../../../shared/domain/calendar/time-zone.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { EwsCall } from '../context.ts';
import type { Draft } from '../drafts/draft.ts';
import { ewsRefusal } from '../failures.ts';
import { type NamedZone, shifted, storedZone, utcZone, zoneOfStored } from './named-zone.ts';
import { nextStart, settleSeries, type Times, withoutSeries } from './settle-series.ts';

/** What of a request an appointment depends on. */
export type Ground = Pick<EwsCall, 'instant' | 'zone'> & { readonly context: Pick<EwsCall['context'], 'identifiers'> };

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** An appointment without an end, and where it begins that has no start: on the next half hour (inferred). */
const usualMs = 30 * minuteMs;
/** Microsoft's page "ResponseCode", ErrorCalendarDurationIsTooLong: five years. */
const longestMs = 5 * 366 * dayMs;
/** What stands for the usual reminder (MS-OXORMDR 2.2.1.3). */
const usualReminder = 0x5ae9_80e1;
const usualReminderMinutes = 15;

/**
 * Writes what follows from the fields of an appointment, once all of them are in: when it takes place, its series, its
 * reminder, its global object id and the defaults of a new one. Refuses an end before the start with
 * ErrorCalendarEndDateIsEarlierThanStartDate, more than five years with ErrorCalendarDurationIsTooLong, and what its
 * recurrence refuses.
 *
 * @param owner whose calendar it lies in; absent for one that is attached
 */
export function settleAppointment(draft: Draft, owner: Recipient | undefined, ground: Ground): void {
  requireTimes(draft);
  const isNew = draft.before(tags.messageClass) === undefined;
  if (isNew) settleNew(draft, owner, ground);
  if (isNew || touchesTimes(draft)) {
    const times = timesOf(draft, isNew, ground);
    settleSingle(draft, times);
    settleSeries(draft, times);
  }
  if (isNew || touchesTimes(draft) || touches(draft, reminderKeys)) settleReminder(draft, ground.instant);
}

/** Writes when an occurrence takes place, where a request says so: on the clocks of its series, if on no others. */
export function settleOccurrence(draft: Draft, ground: Ground): void {
  requireTimes(draft);
  if (!touches(draft, timeKeys)) return;
  const { start, end } = timesOf(draft, false, ground);
  draft.set(named.appointmentStartWhole, start);
  draft.set(named.appointmentEndWhole, end);
}

function requireTimes(draft: Draft): void {
  for (const key of [named.appointmentStartWhole, named.appointmentEndWhole])
    if (draft.removed.has(key)) throw ewsRefusal('ErrorInvalidPropertyDelete', { detail: key });
}

/** What Exchange gives an appointment that says nothing else; of the reminder and the status this is inferred. */
function settleNew(draft: Draft, owner: Recipient | undefined, { instant, context }: Ground): void {
  const usual: Readonly<Record<PropertyKey, PropertyValue>> = {
    [named.busyStatus]: 2,
    [named.appointmentSubType]: false,
    [named.appointmentStateFlags]: 0,
    [named.appointmentSequence]: 0,
    // Observed: Microsoft's page "GetItem operation (calendar item)" shows Organizer of what is no meeting.
    [named.responseStatus]: 1,
    [named.location]: '',
    [named.reminderSet]: true,
    [named.reminderMinutes]: usualReminderMinutes,
    [named.ownerCriticalChange]: instant,
    [tags.responseRequested]: true,
  };
  for (const [key, value] of Object.entries(usual) as [PropertyKey, PropertyValue][])
    if (draft.current(key) === undefined) draft.set(key, value);
  if (draft.current(named.globalObjectId) === undefined) {
    const id = newGlobalObjectId(instant, context.identifiers.guid());
    draft.set(named.globalObjectId, id);
    draft.set(named.cleanGlobalObjectId, id);
  }
  // Whose meeting it is, where its MIME says so.
  if (owner !== undefined && draft.current(tags.sentRepresentingSmtpAddress) === undefined) {
    for (const key of [tags.sentRepresentingName, tags.senderName]) draft.set(key, owner.displayName);
    const address = owner.primaryAddress;
    for (const key of [tags.sentRepresentingSmtpAddress, tags.senderSmtpAddress]) if (address !== undefined) draft.set(key, address);
  }
}

const timeKeys = [named.appointmentStartWhole, named.appointmentEndWhole, named.appointmentSubType] as const;
const reminderKeys = [named.reminderSet, named.reminderMinutes, named.reminderTime] as const;

function touches(draft: Draft, keys: readonly PropertyKey[]): boolean {
  return keys.some((key) => draft.properties[key] !== undefined || draft.removed.has(key));
}

function touchesTimes(draft: Draft): boolean {
  const { recurrence, startZone, endZone, meetingZone } = draft.words;
  return touches(draft, timeKeys) || [recurrence, startZone, endZone, meetingZone].some((word) => word !== undefined);
}

/** Microsoft's page "Time zones and EWS in Exchange": where dates without a zone belong, and the zone of creation. */
function timesOf(draft: Draft, isNew: boolean, ground: Ground): Times {
  const { words } = draft;
  const before = isNew
    ? undefined
    : (zoneOfStored(draft.before(named.timeZoneDefinitionStartDisplay)) ?? zoneOfStored(draft.before(named.timeZoneDefinitionRecur)));
  const endBefore = isNew ? undefined : zoneOfStored(draft.before(named.timeZoneDefinitionEndDisplay));
  const context = ground.zone ?? utcZone;
  const zone = words.startZone ?? words.meetingZone ?? before ?? context;
  const endZone = words.endZone ?? words.meetingZone ?? endBefore ?? (isNew ? context : zone);
  const said = {
    start: saidAt(draft, named.appointmentStartWhole, words.startZone ?? words.meetingZone, before ?? zone, zone),
    end: saidAt(draft, named.appointmentEndWhole, words.endZone ?? words.meetingZone, endBefore ?? before ?? endZone, endZone),
  };
  const start = said.start ?? (said.end === undefined ? Math.ceil(ground.instant / usualMs) * usualMs : said.end - usualMs);
  const end = said.end ?? start + usualMs;
  const times = draft.current(named.appointmentSubType) === true ? wholeDays(start, end, zone, endZone) : { start, end };
  if (times.end < times.start) throw ewsRefusal('ErrorCalendarEndDateIsEarlierThanStartDate', { detail: `${start} to ${end}` });
  if (times.end - times.start > longestMs) throw ewsRefusal('ErrorCalendarDurationIsTooLong', { detail: `${start} to ${end}` });
  return { ...times, zone, endZone };
}

/**
 * A time as the request says it, or as it was. Where only the zone is said, the clocks go on to show what they showed
 * (Microsoft's page "Update the time zone for an appointment by using EWS in Exchange").
 *
 * @param named the zone that the request names for it
 */
function saidAt(draft: Draft, key: PropertyKey, named: NamedZone | undefined, before: NamedZone, zone: NamedZone): Instant | undefined {
  const value = draft.current(key);
  if (typeof value !== 'number') return undefined;
  const isSaid = draft.properties[key] !== undefined;
  const wall = draft.words.floating.get(key);
  if (isSaid) return wall === undefined || named === undefined ? value : instantAt(named.zone, wall);
  return named === undefined ? value : shifted(value, before, zone);
}

/** Microsoft's page "Create all-day events by using EWS in Exchange": from the midnight before to the midnight after. */
function wholeDays(start: Instant, end: Instant, zone: NamedZone, endZone: NamedZone): Pick<Times, 'start' | 'end'> {
  const first = Math.floor(wallTimeAt(zone.zone, start) / dayMs);
  const last = Math.ceil(wallTimeAt(endZone.zone, end) / dayMs);
  return {
    start: instantAt(zone.zone, first * dayMs),
    end: instantAt(endZone.zone, Math.max(last, end < start ? last : first + 1) * dayMs),
  };
}

/** MS-OXOCAL 2.2.1.5 ff.; of a series the first occurrence, which its own properties tell. */
function settleSingle(draft: Draft, { start, end, zone, endZone }: Times): void {
  draft.set(named.appointmentStartWhole, start);
  draft.set(named.appointmentEndWhole, end);
  draft.set(named.timeZoneDefinitionStartDisplay, storedZone(zone, start));
  draft.set(named.timeZoneDefinitionEndDisplay, storedZone(endZone, end));
  draft.set(named.timeZoneDescription, zone.name);
  if (draft.current(named.recurring) === undefined) withoutSeries(draft);
}

/** MS-OXORMDR 2.2.1: of a series the next occurrence that is to come. ReminderDueBy is always when it begins. */
function settleReminder(draft: Draft, instant: Instant): void {
  const asked = draft.current(named.reminderMinutes);
  const minutes = typeof asked !== 'number' || asked === usualReminder ? usualReminderMinutes : asked;
  const start = nextStart(draft, instant) ?? Number(draft.current(named.appointmentStartWhole));
  draft.set(named.reminderMinutes, minutes);
  if (draft.current(named.reminderSet) === undefined) draft.set(named.reminderSet, false);
  draft.set(named.reminderTime, start);
  draft.set(named.reminderSignalTime, start - minutes * minuteMs);
}
